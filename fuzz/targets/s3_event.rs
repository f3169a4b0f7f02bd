//! See `fuzz::s3_event`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::s3_event::check(input));
