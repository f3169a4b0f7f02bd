//! The figures: gathered round by round, put side by side, printed and written.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::stats::Summary;

/// The name of our own programs among the contenders.
pub const OURS: &str = "ours";
/// That of ours with many rows a message.
pub const OURS_PACKED: &str = "ours_packed";

/// What a figure counts, and which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: &'static str,
    /// Whether more of it is better.
    pub more_is_better: bool,
}

/// The samples of all rounds.
#[derive(Debug, Default)]
pub struct Samples {
    /// In the order in which they came up: metric, then contender.
    metrics: Vec<(String, Unit, Contenders)>,
}

/// The samples of each, by its name.
type Contenders = BTreeMap<&'static str, Vec<f64>>;

/// One figure, as it is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Figure {
    /// `SCENARIO/METRIC` for ours, `SCENARIO/METRIC/PEER` for a peer's.
    pub name: String,
    /// The median of all rounds.
    pub value: f64,
    /// What it counts.
    pub unit: String,
    /// How many times as good as each peer ours is: 2 is twice as fast, or half as long.
    pub ratios: BTreeMap<String, f64>,
    /// The least of all rounds.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Unit {
    /// More is better.
    #[must_use]
    pub const fn of_rate(name: &'static str) -> Self {
        Self {
            name,
            more_is_better: true,
        }
    }

    /// Less is better.
    #[must_use]
    pub const fn of_cost(name: &'static str) -> Self {
        Self {
            name,
            more_is_better: false,
        }
    }
}

impl Samples {
    /// Notes one sample of `metric`, which is `SCENARIO/METRIC`.
    pub fn note(&mut self, metric: &str, unit: Unit, contender: &'static str, sample: f64) {
        let place = self.metrics.iter().position(|(name, ..)| name == metric);
        let place = place.unwrap_or_else(|| {
            self.metrics.push((metric.to_owned(), unit, BTreeMap::new()));
            self.metrics.len() - 1
        });
        self.metrics[place].2.entry(contender).or_default().push(sample);
    }

    /// The medians, ours with its ratios before its peers'.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (metric, unit, contenders) in &self.metrics {
            let summaries: Vec<_> = contenders
                .iter()
                .filter_map(|(contender, samples)| Some((*contender, Summary::of(samples)?)))
                .collect();
            let figure = |name: String, summary: &Summary, ratios| Figure {
                name,
                value: rounded(summary.median),
                unit: unit.name.to_owned(),
                ratios,
                min: rounded(summary.min),
                max: rounded(summary.max),
            };
            if let Some((_, ours)) = summaries.iter().find(|(contender, _)| *contender == OURS) {
                let ratio = |peer: &Summary| {
                    if unit.more_is_better {
                        ours.median / peer.median
                    } else {
                        peer.median / ours.median
                    }
                };
                let peers = summaries.iter().filter(|(contender, _)| *contender != OURS);
                let ratios = peers.map(|(peer, summary)| ((*peer).to_owned(), rounded(ratio(summary))));
                // What took no time that could be measured has none.
                let ratios = ratios.filter(|(_, ratio)| ratio.is_normal());
                figures.push(figure(metric.clone(), ours, ratios.collect()));
            }
            for (peer, summary) in summaries.iter().filter(|(contender, _)| *contender != OURS) {
                figures.push(figure(format!("{metric}/{peer}"), summary, BTreeMap::new()));
            }
        }
        figures
    }
}

/// The figures as a table for people.
#[must_use]
pub fn table(figures: &[Figure]) -> String {
    let mut table = String::new();
    for figure in figures {
        let ratios: Vec<_> = figure
            .ratios
            .iter()
            .map(|(peer, ratio)| format!("{ratio}x {peer}"))
            .collect();
        let range = format!("[{} - {}]", figure.min, figure.max);
        // Writing to a string cannot fail.
        _ = writeln!(
            table,
            "{:<58} {:>10} {:<12} {range:<24} {}",
            figure.name,
            figure.value,
            figure.unit,
            ratios.join("  ")
        );
    }
    table
}

/// To three digits that mean something; whole numbers stay whole.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || value.abs() >= 1000.0 {
        return value.round();
    }
    let scale = 10_f64.powf(2.0 - value.abs().log10().floor());
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_says_how_many_times_as_good_ours_is() {
        let mut samples = Samples::default();
        for (contender, rate, time) in [(OURS, 300.0, 2.0), ("python", 100.0, 8.0), ("limit", 600.0, 1.0)] {
            samples.note("x/rate", Unit::of_rate("rows/s"), contender, rate);
            samples.note("x/time", Unit::of_cost("ms"), contender, time);
        }
        let figures = samples.figures();
        let names: Vec<_> = figures.iter().map(|figure| figure.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "x/rate",
                "x/rate/limit",
                "x/rate/python",
                "x/time",
                "x/time/limit",
                "x/time/python"
            ]
        );
        assert_eq!((figures[0].ratios["python"], figures[0].ratios["limit"]), (3.0, 0.5));
        assert_eq!((figures[3].ratios["python"], figures[3].ratios["limit"]), (4.0, 0.5));
    }

    #[test]
    fn figures_are_rounded_to_what_means_something() {
        for (value, expected) in [
            (0.0, 0.0),
            (1234.56, 1235.0),
            (7.4567, 7.46),
            (0.012_345, 0.0123),
            (99.95, 100.0),
        ] {
            assert!((rounded(value) - expected).abs() < 1e-9, "{value}");
        }
    }
}
