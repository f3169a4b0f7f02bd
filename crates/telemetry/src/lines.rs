//! Log lines: flat JSON objects, one per fact.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>

use std::fmt;
use std::io::{self, Write};
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::invocation_context;
use crate::own_crates::is_own;
use crate::settings::Settings;

/// Writes events as lines, and decides which events and spans are enabled. Lines of other projects' crates below the level WARN
/// are left out, because some show whole requests.
pub struct Lines {
    service: &'static str,
    level: LevelFilter,
    contents: bool,
    spans: bool,
}

impl Lines {
    /// The lines of `service`. Without `spans`, no span is enabled, because nothing exports it.
    pub fn new(service: &'static str, settings: &Settings, spans: bool) -> Self {
        Self {
            service,
            level: settings.level,
            contents: settings.contents,
            spans,
        }
    }

    fn is_own(&self, metadata: &Metadata<'_>) -> bool {
        is_own(metadata.target(), self.service)
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        if metadata.is_span() {
            return self.spans && *metadata.level() <= Level::INFO && self.is_own(metadata);
        }
        // The runtime's lines about handlers that fail or panic repeat what the function's own lines say in more detail.
        if metadata.target().starts_with("lambda_runtime::layers::panic") {
            return false;
        }
        let level = *metadata.level();
        level <= self.level && (level <= Level::WARN || self.contents || self.is_own(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let spans = if self.spans {
            LevelFilter::INFO
        } else {
            LevelFilter::OFF
        };
        Some(self.level.max(spans))
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = self.line(event, SystemTime::now());
        // If writing the log fails there is nobody to tell, so the error is dropped.
        _ = io::stdout().lock().write_all(&line);
    }
}

impl Lines {
    fn line(&self, event: &Event<'_>, now: SystemTime) -> Vec<u8> {
        let mut line = Members::new();
        let now = DateTime::from(now).to_millis().map(DateTime::from_millis);
        if let Some(Ok(now)) = now.ok().map(|now| now.fmt(Format::DateTime)) {
            line.add("timestamp", now);
        }
        line.add("level", event.metadata().level().as_str());
        event.record(&mut line);
        line.add("service", self.service);
        line.add("version", env!("CARGO_PKG_VERSION"));
        invocation_context::with(|context| {
            let Some(context) = context else { return };
            line.add("cold_start", context.cold_start);
            line.add("request_id", &context.request_id);
            if let Some(trace_id) = context.trace_id() {
                line.add("trace_id", trace_id);
            }
        });
        line.end()
    }
}

/// A JSON object under construction. Of two members with one name the first counts, so an event's fields take precedence over
/// those of its invocation.
struct Members {
    text: Vec<u8>,
    names: Vec<&'static str>,
}

impl Members {
    fn new() -> Self {
        let mut text = Vec::with_capacity(512);
        text.push(b'{');
        Self {
            text,
            names: Vec::with_capacity(16),
        }
    }

    /// Adds a member. Its value is a text, a number or a boolean, so it always has a JSON form.
    fn add(&mut self, name: &'static str, value: impl Serialize) {
        if self.names.contains(&name) {
            return;
        }
        if !self.names.is_empty() {
            self.text.push(b',');
        }
        self.names.push(name);
        // Field names come from the code, and none has a character that JSON escapes.
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        _ = serde_json::to_writer(&mut self.text, &value);
    }

    fn end(mut self) -> Vec<u8> {
        self.text.extend_from_slice(b"}\n");
        self.text
    }
}

impl Visit for Members {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt;

    use aws::Variables;

    use super::*;

    /// The lines that are written while `work` runs.
    fn lines(level: &str, contents: bool, work: impl FnOnce()) -> Vec<Value> {
        struct Kept(Lines, Arc<Mutex<Vec<Value>>>);
        impl<S: Subscriber> Layer<S> for Kept {
            fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
                self.0.enabled(metadata, context)
            }
            fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
                let line = self
                    .0
                    .line(event, SystemTime::UNIX_EPOCH + Duration::from_millis(1_559_040_909_385));
                let line = String::from_utf8(line).unwrap();
                assert!(line.ends_with("}\n") && line.matches('\n').count() == 1, "{line}");
                self.1.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        }
        let mut settings = Settings::read(&Variables::new(|name| match name {
            "LOG_LEVEL" => Some(level.to_owned()),
            _ => None,
        }));
        settings.contents = contents;
        let kept = Arc::default();
        let layer = Kept(Lines::new("get-message", &settings, false), Arc::clone(&kept));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        std::mem::take(&mut *kept.lock().unwrap())
    }

    #[test]
    fn a_line_is_flat_and_has_what_all_have() {
        let lines = lines("INFO", false, || {
            let none: Option<&str> = None;
            tracing::info!(
                key = "a\"\n.csv",
                none,
                count = 5,
                share = 0.5,
                found = true,
                shown = ?"a\"\n\u{1}",
                none_such = f64::NAN,
                wide = u128::MAX,
                "object extracted"
            );
        });
        assert_eq!(
            lines,
            [json!({
                "timestamp": "2019-05-28T10:55:09.385Z", "level": "INFO", "message": "object extracted",
                "key": "a\"\n.csv", "count": 5, "share": 0.5, "found": true,
                "shown": r#""a\"\n\u{1}""#, "none_such": null, "wide": "340282366920938463463374607431768211455",
                "service": "get-message", "version": env!("CARGO_PKG_VERSION"),
            })]
        );
    }

    #[test]
    fn what_others_say_in_detail_is_left_out() {
        let work = || {
            tracing::debug!(target: "hyper::proto", "their detail");
            tracing::warn!(target: "hyper::proto", "their warning");
            tracing::debug!(target: "api::body", "our detail");
            tracing::debug!(target: "get_message", "the binary's detail");
        };
        let messages = |level, contents| {
            let lines = lines(level, contents, work);
            lines
                .iter()
                .map(|line| line["message"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            messages("DEBUG", false),
            ["their warning", "our detail", "the binary's detail"]
        );
        assert_eq!(messages("INFO", false), ["their warning"]);
        assert_eq!(messages("DEBUG", true).len(), 4);
    }

    #[test]
    fn a_panic_is_a_line_that_shows_no_contents() {
        let lines = lines("INFO", false, || {
            crate::panics::log();
            let row = "ü";
            std::panic::catch_unwind(|| _ = &row[1..]).unwrap_err();
            drop(std::panic::take_hook());
        });
        assert_eq!(
            (&lines[0]["level"], &lines[0]["message"]),
            (&json!("ERROR"), &json!("panicked"))
        );
        assert!(
            lines[0]["reason"].as_str().unwrap().contains("char boundary"),
            "{}",
            lines[0]
        );
        assert!(
            lines[0]["location"].as_str().unwrap().contains("lines.rs:"),
            "{}",
            lines[0]
        );
        assert!(!lines[0].to_string().contains('ü'), "{}", lines[0]);
    }

    #[test]
    fn an_event_knows_better_than_its_invocation() {
        let lines = lines("INFO", false, || tracing::info!(service = "other", "x"));
        assert_eq!(lines[0]["service"], "other");
    }
}
