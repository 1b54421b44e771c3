//! A whole check of a template.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| isolint_fuzz::template(text));
