//! See `fuzz::descriptor`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::descriptor::check(input));
