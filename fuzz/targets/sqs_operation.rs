//! See `fuzz::sqs_operation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::sqs_operation::check(input));
