//! See `fuzz::object_text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::object_text::check(input));
