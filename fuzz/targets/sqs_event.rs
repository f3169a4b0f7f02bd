//! See `fuzz::sqs_event`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::sqs_event::check(input));
