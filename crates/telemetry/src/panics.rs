//! A panic is a line of the log, as everything else is.

use crate::contents_may_be_logged;

/// Writes panics to the log from now on, instead of to standard error. The Lambda runtime then fails the invocation.
pub fn log() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let reason = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        // Behind a backtick the standard library quotes the text that it could not work on.
        let quotes = |reason: &str| !contents_may_be_logged() && reason.contains('`');
        let reason = reason.map(|reason| {
            if quotes(reason) {
                reason.split('`').next().unwrap_or_default()
            } else {
                reason
            }
        });
        tracing::error!(
            reason = reason.unwrap_or("no text"),
            location = panic.location().map(tracing::field::display),
            "panicked"
        );
    }));
}
