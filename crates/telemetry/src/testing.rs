//! The events that a thread writes, as text, for tests.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    static LINES: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The events that this thread writes while `work` runs, one per line: those of our crates at any level, and those of libraries
/// from the level WARN.
pub async fn lines_of(work: impl Future) -> String {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // This fails when a test has already installed its own subscriber, which then receives the events.
        _ = tracing::subscriber::set_global_default(Lines);
    });
    LINES.set(Some(String::new()));
    work.await;
    LINES.take().unwrap_or_default()
}

/// Keeps events while [`lines_of`] runs.
struct Lines;

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let of = metadata.target().split("::").next().unwrap_or_default();
        let libraries = ["aws_", "h2", "hyper", "lambda_", "rustls", "tower"];
        let is_library = libraries.iter().any(|start| of.starts_with(start));
        metadata.is_event() && (!is_library || *metadata.level() <= Level::WARN)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                event.record(&mut Text(lines));
                lines.push('\n');
            }
        });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Writes the fields of an event, one after the other.
struct Text<'l>(&'l mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        _ = write!(self.0, "{}={value:?} ", field.name());
    }
}
