//! Input formats: what turns located values into a topology.

pub mod arm;
pub mod topology_file;
