//! The log of the process. Each test sees the lines of its own thread.
//!
//! All threads share one subscriber, because `tracing` caches for the whole process whether anybody is interested in an event.
//! With a subscriber for one thread alone, the result would depend on which thread reaches an event first.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use lambda_runtime::tracing::Level;
use lambda_runtime::tracing::subscriber::fmt;
use serde_json::Value;

thread_local! {
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Installs the log before the first event. Every API of the tests calls it.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| fmt().json().with_max_level(Level::DEBUG).with_writer(|| Lines).init());
}

/// The lines that this thread writes at the default level while `work` runs.
pub fn of(work: impl Future) -> impl Future<Output = Vec<Value>> {
    let lines = at_debug(work);
    async {
        let mut lines = lines.await;
        lines.retain(|line| line["level"] != "DEBUG");
        lines
    }
}

/// The lines that this thread writes at level DEBUG or above while `work` runs.
pub fn at_debug(work: impl Future) -> impl Future<Output = Vec<Value>> {
    // The future of an answer takes 20 KB.
    let work = Box::pin(work);
    async {
        install();
        LINES.set(Some(Vec::new()));
        work.await;
        let text = String::from_utf8(LINES.take().unwrap()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Keeps the lines while a test collects them.
struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                lines.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
