//! The hot paths without I/O, for callgrind to count their instructions. The counts show changes that are too small for a clock
//! on a shared machine. `tools/instructions` runs this and compares the counts with the recorded ones.
//!
//! ```text
//! instructions          prints a line for each path: its name, its unit, and the number of units in a run
//! instructions PATH     runs that path once
//! ```

mod extractor;
mod writer;

use std::env;
use std::hint::black_box;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result};

/// The name of the table of all messages.
const TABLE: &str = "messages";

/// A path, its unit, and the number of units in a run.
struct Path {
    name: &'static str,
    unit: &'static str,
    of: usize,
    run: fn(usize),
}

const PATHS: [Path; 7] = [
    Path {
        name: "row_to_message",
        unit: "row",
        of: 500,
        run: extractor::row_to_message,
    },
    Path {
        name: "declared_row_to_message",
        unit: "row",
        of: 500,
        run: extractor::declared_row_to_message,
    },
    Path {
        name: "hard_row_to_message",
        unit: "row",
        of: 500,
        run: extractor::hard_row_to_message,
    },
    Path {
        name: "batch_to_json",
        unit: "message",
        of: 100,
        run: extractor::batch_to_json,
    },
    Path {
        name: "event_to_records",
        unit: "record",
        of: 100,
        run: writer::event_to_records,
    },
    Path {
        name: "event_to_operations",
        unit: "record",
        of: 100,
        run: writer::event_to_operations,
    },
    Path {
        name: "operations_to_json",
        unit: "write",
        of: 100,
        run: writer::operations_to_json,
    },
];

fn main() -> Result<()> {
    if let Some(name) = env::args().nth(1) {
        let path = PATHS.iter().find(|path| path.name == name);
        let path = path.with_context(|| format!("there is no path {name}"))?;
        (path.run)(path.of);
    } else {
        for Path { name, unit, of, .. } in PATHS {
            writeln!(io::stdout(), "{name} {unit} {of}")?;
        }
    }
    Ok(())
}

/// Runs a path, whose instructions are counted. Callgrind looks for this function by name, so it must not be inlined. Input is
/// made outside of it, and output is checked and dropped outside of it.
#[inline(never)]
fn counted<I, O>(path: impl FnOnce(I) -> O, input: I) -> O {
    black_box(path(black_box(input)))
}

/// Allocates and frees a large block after all other input is made. Before a large allocation, the allocator merges the freed
/// blocks. Without this call it would do so within the counted path, where this work could be most of the count.
fn tidy_heap() {
    black_box(Vec::<u8>::with_capacity(64 * 1024));
}
