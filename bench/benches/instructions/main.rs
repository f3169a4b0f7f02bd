//! The hot paths that call nothing outside, for callgrind to count the instructions of, so that a change shows which no
//! clock on a shared machine would tell. `tools/instructions` runs this and compares it with what is recorded.
//!
//! ```text
//! instructions          a line for each path: its name, what it takes, and how many of them there are in a run
//! instructions PATH     runs that path once
//! ```

mod extractor;
mod writer;

use std::env;
use std::hint::black_box;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result};

/// Of all functions' messages.
const TABLE: &str = "messages";

/// A path, and of what it takes how many.
struct Path {
    name: &'static str,
    unit: &'static str,
    of: usize,
    run: fn(usize),
}

const PATHS: [Path; 6] = [
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

/// What is counted: callgrind looks for a function of this name, which must stay one. Input is made, and output checked
/// and dropped, outside of it.
#[inline(never)]
fn counted<I, O>(path: impl FnOnce(I) -> O, input: I) -> O {
    black_box(path(black_box(input)))
}

/// Made and dropped last of all input. The allocator puts together what was freed before it gives out much at once; it
/// would do so for the first that asks in what is counted, and that could be the most of it.
fn tidy_heap() {
    black_box(Vec::<u8>::with_capacity(64 * 1024));
}
