//! The sizes of a run.

use std::time::Duration;

/// Sizes and numbers of a run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The number of rounds.
    pub rounds: usize,
    /// The rows of an object for fast contenders.
    pub rows: u64,
    /// The divisor of rows and messages for a slow peer. Rates are compared, so the amounts may differ.
    pub slow: u64,
    /// The divisor for a peer that makes one call for each row.
    pub slowest: u64,
    /// The messages of a round, which are divided into events.
    pub messages: u64,
    /// The cold starts of a round.
    pub starts: usize,
    /// The requests to a warm function in a round.
    pub requests: usize,
    /// The latency of a call in the scenarios with latency.
    pub latency: Duration,
    /// The sizes of an object in the scenario `growth`.
    pub objects: &'static [u64],
    /// The sizes of an event in the scenario `growth`. The last is close to Lambda's limit of 6 MB.
    pub events: &'static [u64],
    /// The sizes of a page of the list in the scenario `growth`.
    pub pages: &'static [usize],
}

impl Plan {
    /// The run whose figures are published.
    pub const FULL: Self = Self {
        rounds: 5,
        rows: 1_000_000,
        slow: 20,
        slowest: 200,
        messages: 100_000,
        starts: 10,
        requests: 2_000,
        latency: Duration::from_millis(10),
        objects: &[10_000, 100_000, 1_000_000, 10_000_000],
        events: &[1, 10, 100, 1_000, 5_000],
        pages: &[1, 10, 100, 1_000],
    };
    /// A short run of a minute or two.
    pub const QUICK: Self = Self {
        rounds: 3,
        rows: 200_000,
        messages: 20_000,
        starts: 5,
        requests: 500,
        objects: &[10_000, 100_000, 1_000_000],
        ..Self::FULL
    };
    /// A run that only checks that everything works and every count is right.
    pub const TINY: Self = Self {
        rounds: 1,
        rows: 1_234,
        slow: 2,
        slowest: 10,
        messages: 2_000,
        starts: 1,
        requests: 10,
        latency: Duration::from_millis(1),
        objects: &[100],
        events: &[1, 10],
        pages: &[10],
    };
}
