//! How many instructions the hot paths take that call nothing outside: counted by callgrind, so that a change shows
//! which no clock on a shared machine would tell. `tools/instructions` runs this and compares it with what is recorded.
//!
//! What stands behind a benchmark's `bench::` is of what there are how many, by which its count is divided. Input is
//! made, and output checked and dropped, outside of what is measured.

#![expect(missing_docs, unused_qualifications, reason = "in what the harness's macros make")]

mod extractor;
mod writer;

use std::hint::black_box;

use extractor::{batch_to_json, declared_row_to_message, hard_row_to_message, row_to_message};
use gungraun::{Callgrind, LibraryBenchmarkConfig, library_benchmark_group, main};
use writer::{event_to_operations, operations_to_json};

/// Of all functions' messages.
const TABLE: &str = "messages";

/// Made and dropped last of all input. The allocator puts together what was freed before it gives out much at once; it
/// would do so for the first that asks in what is measured, and that could be the most of what is counted.
fn tidy_heap() {
    black_box(Vec::<u8>::with_capacity(64 * 1024));
}

library_benchmark_group!(
    name = hot_paths,
    benchmarks = [
        row_to_message,
        declared_row_to_message,
        hard_row_to_message,
        batch_to_json,
        event_to_operations,
        operations_to_json
    ]
);

// Caches are not simulated: what they would make of it is not that of any machine.
main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = hot_paths
);
