//! The figures as charts: which of them are shown, and under which question.

mod bars;
mod line;
mod number;
mod svg;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use bars::{Bar, Group, Kind, Range};
use number::number;
use svg::Frame;

use crate::results::{Figure, OURS};

/// What a contender is called in charts; one that is not here goes by its name.
const NAMES: [(&str, &str, Kind); 9] = [
    (OURS, "this pipeline", Kind::Ours),
    ("limit_sigv4", "limit: hyper, aws-sigv4", Kind::Limit),
    ("limit_unsigned", "limit: hyper, not signed", Kind::Limit),
    ("bare", "limit: a runtime that says hello", Kind::Limit),
    ("node", "Node.js, SDK v3, bundled", Kind::Peer),
    ("python", "Python, boto3", Kind::Peer),
    ("python_idiomatic", "Python, boto3, 16 threads", Kind::Peer),
    ("python_batch_writer", "Python, boto3, batch_writer", Kind::Peer),
    ("python_classic", "Python, boto3, one call each", Kind::Peer),
];

/// Writes those charts into `folder` that there are figures for. `caption` says where and when they were measured.
///
/// # Errors
/// When a file cannot be written.
pub fn write(figures: &[Figure], caption: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).context("making a folder for charts")?;
    for (name, chart) in charts(figures, caption) {
        let path = folder.join(name);
        fs::write(&path, chart).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn charts(figures: &[Figure], caption: &str) -> Vec<(&'static str, String)> {
    let frame = |title, subtitle| Frame {
        title,
        subtitle,
        caption,
    };
    let mut charts = Vec::new();
    let mut bars = |name, frame, unit, groups: Vec<Group>| {
        if !groups.is_empty() {
            charts.push((name, bars::bars(frame, unit, &groups)));
        }
    };
    bars(
        "throughput.svg",
        frame(
            "How many CSV rows does one core turn into queue messages?",
            "Rows a second from S3 to SQS, more is better; without latency, and with some for each call",
        ),
        "rows/s",
        groups(figures, "extractor", "/rows_per_second", |latency| {
            match (latency.strip_prefix('_'), parse_limit(figures)) {
                (Some(latency), _) => format!("{} ms for each call", latency.trim_end_matches("ms")),
                (None, Some(limit)) => format!("No latency (parsed and serialised only: {limit} rows/s)"),
                (None, None) => "No latency".to_owned(),
            }
        }),
    );
    bars(
        "writer.svg",
        frame(
            "How many queue messages does one core write to the table?",
            "Items a second from SQS to DynamoDB, more is better",
        ),
        "items/s",
        groups(figures, "writer_", "/items_per_second", |size| {
            format!("Events of {size} messages")
        }),
    );
    bars(
        "cold_start.svg",
        frame(
            "How long does a cold start keep a caller of the API waiting?",
            "From the start of the process of GET /message/{date} to its first response, less is better",
        ),
        "ms",
        groups(figures, "cold_start/get-message/total", "", |_| String::new()),
    );
    let points = growth(figures);
    if points.len() > 1 {
        let frame = frame(
            "Does a row cost more in a larger object?",
            "CPU seconds for a million rows; a level line is a cost that does not grow",
        );
        charts.push(("growth.svg", line::line(frame, &points, "rows of the object")));
    }
    charts
}

/// What ours costs for objects of how many rows.
fn growth(figures: &[Figure]) -> Vec<(f64, Range)> {
    let points = figures.iter().filter_map(|figure| {
        let rows = figure.name.strip_prefix("growth/object_")?;
        let rows = rows.strip_suffix("/cpu_seconds_per_million_rows")?;
        Some((rows.parse().ok()?, range(figure)))
    });
    let mut points: Vec<_> = points.collect();
    points.sort_by(|(one, _), (other, _)| f64::total_cmp(one, other));
    points
}

/// Nobody can come near it, and beside its bar the others could not be told apart.
const PARSE_LIMIT: &str = "limit_parse";

fn parse_limit(figures: &[Figure]) -> Option<String> {
    let limit = figures.iter().find(|figure| figure.name.ends_with(PARSE_LIMIT))?;
    Some(number(limit.value))
}

/// The bars of all metrics of ours with this beginning and end; what is between them tells the heading.
fn groups(figures: &[Figure], begin: &str, end: &str, heading: impl Fn(&str) -> String) -> Vec<Group> {
    let ours = figures.iter().filter_map(|figure| {
        let between = figure.name.strip_prefix(begin)?.strip_suffix(end)?;
        let is_whole = !between.contains('/');
        is_whole.then(|| (heading(between), contenders(figures, figure)))
    });
    ours.collect()
}

/// Ours and its peers, the best on top.
fn contenders(figures: &[Figure], ours: &Figure) -> Vec<Bar> {
    let peers = figures.iter().filter_map(|figure| {
        let peer = figure.name.strip_prefix(&ours.name)?.strip_prefix('/')?;
        (peer != PARSE_LIMIT).then(|| bar(peer, figure, ours))
    });
    let mut bars: Vec<_> = peers.chain([bar(OURS, ours, ours)]).collect();
    bars.sort_by(|one, other| f64::total_cmp(&one.range.value, &other.range.value));
    if is_rate(ours) {
        bars.reverse();
    }
    bars
}

fn bar(contender: &str, figure: &Figure, ours: &Figure) -> Bar {
    let name = NAMES.iter().find(|(name, ..)| *name == contender);
    let (_, label, kind) = name.copied().unwrap_or((contender, contender, Kind::Peer));
    Bar {
        label: label.to_owned(),
        kind,
        range: range(figure),
        note: match ours.ratios.get(contender) {
            None => String::new(),
            Some(ratio) if *ratio >= 1.0 => format!("ours is {} times as fast", number(*ratio)),
            Some(ratio) if is_rate(ours) => format!("ours reaches {} of it", number(*ratio)),
            Some(ratio) => format!("ours takes {} times as long", number(ratio.recip())),
        },
    }
}

fn is_rate(figure: &Figure) -> bool {
    figure.unit.ends_with("/s")
}

fn range(figure: &Figure) -> Range {
    Range {
        value: figure.value,
        min: figure.min,
        max: figure.max,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Samples, Unit};

    fn of(samples: &Samples) -> Vec<(&'static str, String)> {
        charts(&samples.figures(), "here & now")
    }

    #[test]
    fn each_chart_has_its_figures_and_those_without_are_left_out() {
        let mut samples = Samples::default();
        for (contender, rate) in [
            (OURS, 100.0),
            ("limit_sigv4", 400.0),
            ("limit_parse", 9000.0),
            ("else", 10.0),
        ] {
            samples.note("extractor/rows_per_second", Unit::of_rate("rows/s"), contender, rate);
        }
        samples.note("cold_start/get-messages/total", Unit::of_cost("ms"), OURS, 2.0);
        samples.note(
            "growth/object_10/cpu_seconds_per_million_rows",
            Unit::of_cost("s"),
            OURS,
            7.0,
        );
        let charts = of(&samples);
        let names: Vec<_> = charts.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["throughput.svg"]);
        for text in [
            ">limit: hyper, aws-sigv4<",
            ">ours reaches 0.25 of it<",
            ">else<",
            ">ours is 10 times as fast<",
            ">No latency (parsed and serialised only: 9,000 rows/s)<",
            ">here &amp; now<",
        ] {
            assert!(charts[0].1.contains(text), "{text} in {}", charts[0].1);
        }
    }

    #[test]
    fn the_best_is_on_top() {
        let mut samples = Samples::default();
        for (contender, time) in [(OURS, 2.0), ("python", 200.0), ("bare", 1.0)] {
            samples.note("cold_start/get-message/total", Unit::of_cost("ms"), contender, time);
            samples.note("writer_10/items_per_second", Unit::of_rate("items/s"), contender, time);
        }
        for (name, chart) in of(&samples) {
            let bars = chart.split("<rect class=\"bar ").skip(1);
            let kinds: Vec<_> = bars.filter_map(|bar| bar.split('"').next()).collect();
            let expected = if name == "cold_start.svg" {
                ["limit", "ours", "peer"]
            } else {
                ["peer", "ours", "limit"]
            };
            assert_eq!(kinds, expected, "{name}");
        }
    }

    #[test]
    fn growth_is_in_the_order_of_sizes() {
        let mut samples = Samples::default();
        for rows in [1000, 10, 100] {
            let metric = format!("growth/object_{rows}/cpu_seconds_per_million_rows");
            samples.note(&metric, Unit::of_cost("s/M rows"), OURS, 7.0);
        }
        let sizes: Vec<_> = growth(&samples.figures()).iter().map(|(rows, _)| *rows).collect();
        assert_eq!(sizes, [10.0, 100.0, 1000.0]);
        assert_eq!(of(&samples)[0].0, "growth.svg");
    }
}
