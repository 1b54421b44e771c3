//! Input formats: what turns located values into a topology.

pub mod topology_file;
