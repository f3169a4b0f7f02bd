//! The functions' log: one line per fact on standard output, as Lambda's logging controls ask for them.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>

use tracing::level_filters::LevelFilter;

/// Begins to log: at the level of `AWS_LAMBDA_LOG_LEVEL`, INFO when it is not set; as JSON when `AWS_LAMBDA_LOG_FORMAT` is
/// `JSON`, else for people.
///
/// It does what `lambda_runtime`'s own subscriber does but for `RUST_LOG` and its filters by module, whose engine of regular
/// expressions would be a tenth of a function's size and of its start.
pub fn init() {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let lines = tracing_subscriber::fmt()
        .with_target(false)
        .without_time()
        .with_max_level(level(&variable("AWS_LAMBDA_LOG_LEVEL")));
    if variable("AWS_LAMBDA_LOG_FORMAT").eq_ignore_ascii_case("JSON") {
        lines.json().init();
    } else {
        lines.init();
    }
}

/// Lambda's names of levels are those of `tracing`, but for the most severe. (`tracing` takes nothing at all for ERROR.)
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

    #[test]
    fn levels_have_the_names_that_lambda_gives_them() {
        for (name, expected) in [
            ("DEBUG", LevelFilter::DEBUG),
            ("warn", LevelFilter::WARN),
            ("FATAL", LevelFilter::ERROR),
            ("", LevelFilter::INFO),
            ("LOUD", LevelFilter::INFO),
        ] {
            assert_eq!(level(name), expected, "{name}");
        }
    }
}
