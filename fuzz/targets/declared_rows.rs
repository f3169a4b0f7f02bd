//! See `fuzz::declared_rows`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::declared_rows::check(input));
