//! Panics as log lines.

use crate::contents_may_be_logged;

/// Writes panics to the log from now on, instead of to standard error. The Lambda runtime then fails the invocation.
pub fn log() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let reason = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        // After a quotation mark, the standard library's messages show data, which may be the contents of a row.
        let shown = |reason: &'_ str| match reason.find(['`', '\'', '"']) {
            Some(end) if !contents_may_be_logged() => reason[..end].to_owned(),
            _ => reason.to_owned(),
        };
        let reason = reason.map_or_else(|| "no text".to_owned(), shown);
        tracing::error!(
            reason,
            location = panic.location().map(tracing::field::display),
            "panicked"
        );
    }));
}
