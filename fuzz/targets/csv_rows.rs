//! See `fuzz::csv_rows`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::csv_rows::check(input));
