//! How much is measured.

use std::time::Duration;

/// Sizes and numbers of a run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often everything is measured.
    pub rounds: usize,
    /// Rows of an object for those who are fast.
    pub rows: u64,
    /// How many times fewer rows and messages a slow peer gets: what is compared is rates.
    pub slow: u64,
    /// The same for a peer that makes one call a row.
    pub slowest: u64,
    /// Messages of a round, in events of some size.
    pub messages: u64,
    /// Cold starts of a round.
    pub starts: usize,
    /// Requests to a warm function, of a round.
    pub requests: usize,
    /// The latency of a call, where there is one.
    pub latency: Duration,
    /// The sizes of an object for what grows with it.
    pub objects: &'static [u64],
    /// The sizes of an event for what grows with it. The last is about what Lambda takes: 6 MB.
    pub events: &'static [u64],
    /// The sizes of a page of the list for what grows with it.
    pub pages: &'static [usize],
}

impl Plan {
    /// What is published.
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
    /// A look, in a minute or two.
    pub const QUICK: Self = Self {
        rounds: 3,
        rows: 200_000,
        messages: 20_000,
        starts: 5,
        requests: 500,
        objects: &[10_000, 100_000, 1_000_000],
        ..Self::FULL
    };
    /// Only whether everything works and every count is right.
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
