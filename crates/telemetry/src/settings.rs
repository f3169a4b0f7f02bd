//! The settings of logs, metrics and traces, from the environment.

use std::sync::atomic::{AtomicBool, Ordering};

use aws::Variables;
use tracing::level_filters::LevelFilter;

/// Whether lines of level DEBUG may show the contents of rows and messages.
static CONTENTS: AtomicBool = AtomicBool::new(false);

/// Whether lines of level DEBUG may show the contents of rows and messages: only if `LOG_CONTENTS` is `true`.
#[must_use]
pub fn contents_may_be_logged() -> bool {
    CONTENTS.load(Ordering::Relaxed)
}

/// Sets what [`contents_may_be_logged`] returns.
pub fn log_contents(contents: bool) {
    CONTENTS.store(contents, Ordering::Relaxed);
}

/// The variables that the template sets, or that Lambda sets by the template's settings.
#[derive(Debug, PartialEq)]
pub struct Settings {
    /// `LOG_LEVEL`, or else `AWS_LAMBDA_LOG_LEVEL`, the level of Lambda's own filter, or else INFO. The template leaves that
    /// filter at TRACE, because Lambda treats a line without a level, such as one of metrics, as INFO.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
    pub level: LevelFilter,
    /// `LOG_CONTENTS`
    pub contents: bool,
    /// `STACK_NAME`
    pub stack: String,
    /// `METRICS_NAMESPACE`: without it there are no metrics.
    pub namespace: Option<String>,
    /// The endpoint for traces, from one of the OpenTelemetry variables, unless another one turns the export off.
    ///
    /// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>
    pub endpoint: Option<String>,
}

impl Settings {
    /// Reads the environment.
    pub fn read(variables: &Variables<'_>) -> Self {
        let given = |name| variables.optional(name);
        let no_traces = variables.is_true("OTEL_SDK_DISABLED")
            || given("OTEL_TRACES_EXPORTER").is_some_and(|exporter| exporter.eq_ignore_ascii_case("none"));
        let endpoint = given("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(|| given("OTEL_EXPORTER_OTLP_ENDPOINT"));
        let least_severe = given("LOG_LEVEL").or_else(|| given("AWS_LAMBDA_LOG_LEVEL"));
        Self {
            level: level(least_severe.as_deref().unwrap_or_default()),
            contents: variables.is_true("LOG_CONTENTS"),
            stack: given("STACK_NAME").unwrap_or_else(|| "none".to_owned()),
            namespace: given("METRICS_NAMESPACE"),
            endpoint: endpoint.filter(|_| !no_traces),
        }
    }
}

/// The level with this name. Lambda's names are those of `tracing`, except for the most severe. `tracing` would read an empty
/// name as ERROR.
fn level(name: &str) -> LevelFilter {
    match name {
        "" => LevelFilter::INFO,
        fatal if fatal.eq_ignore_ascii_case("FATAL") => LevelFilter::ERROR,
        other => other.parse().unwrap_or(LevelFilter::INFO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(set: &[(&str, &str)]) -> Settings {
        Settings::read(&Variables::new(|name| {
            let found = set.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| (*value).to_owned())
        }))
    }

    #[test]
    fn levels_have_the_names_that_lambda_gives_them() {
        for (name, expected) in [
            ("DEBUG", LevelFilter::DEBUG),
            ("warn", LevelFilter::WARN),
            ("FATAL", LevelFilter::ERROR),
            ("", LevelFilter::INFO),
            ("LOUD", LevelFilter::INFO),
        ] {
            for variable in ["LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"] {
                assert_eq!(settings(&[(variable, name)]).level, expected, "{variable}={name}");
            }
        }
    }

    #[test]
    fn the_level_of_the_function_counts_before_that_of_lambdas_filter() {
        let filter = ("AWS_LAMBDA_LOG_LEVEL", "TRACE");
        assert_eq!(settings(&[filter, ("LOG_LEVEL", "WARN")]).level, LevelFilter::WARN);
        assert_eq!(settings(&[filter, ("LOG_LEVEL", "")]).level, LevelFilter::TRACE);
    }

    #[test]
    fn nothing_is_exported_or_shown_unless_somebody_asks_for_it() {
        let none = settings(&[("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("METRICS_NAMESPACE", "")]);
        assert_eq!((none.endpoint, none.namespace, none.contents), (None, None, false));
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
        assert_eq!(settings(&[endpoint]).endpoint.as_deref(), Some(endpoint.1));
        for off in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
            assert_eq!(settings(&[endpoint, off]).endpoint, None);
        }
    }
}
