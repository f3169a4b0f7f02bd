//! See `fuzz::csv_rows::check_long`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::csv_rows::check_long(input));
