//! A whole check of a topology file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| isolint_fuzz::topology(text));
