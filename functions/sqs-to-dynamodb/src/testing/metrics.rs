//! Metrics that a test can read.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use telemetry::Metrics;

/// Metrics, and a function that returns the lines written so far.
pub fn metrics_to() -> (Metrics, impl Fn() -> String) {
    let lines = Lines::default();
    let metrics = Metrics::to(
        "sqs-to-dynamodb",
        "stack".to_owned(),
        Some("Messages".to_owned()),
        lines.clone(),
    );
    (metrics, move || {
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    })
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
