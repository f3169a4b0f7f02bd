//! Spans of upload times, as days and ids of the index by day. Ingest ids are UUIDs of version 7, which begin with the time of
//! the upload, so a span of time is a range of ids.

use ledger::Timestamp;
use uuid::Uuid;

/// The length of a day in milliseconds. Unix time has no leap seconds.
pub const DAY: u64 = 24 * 60 * 60 * 1000;

/// A span of upload times, in milliseconds since the Unix epoch. Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first time of the span.
    pub from: u64,
    /// The last time of the span.
    pub to: u64,
}

impl Span {
    /// The days of the span in ascending order.
    pub fn days(self) -> impl Iterator<Item = String> {
        let numbers = self.from / DAY..=self.to / DAY;
        numbers.map(|number| Timestamp::from_millis(number * DAY).day())
    }

    /// The lowest and the highest possible ingest id of the span.
    #[must_use]
    pub fn ids(self) -> [String; 2] {
        let id = |milliseconds: u64, rest: u128| Uuid::from_u128(u128::from(milliseconds) << 80 | rest).to_string();
        [id(self.from, 0), id(self.to, (1 << 80) - 1)]
    }

    /// Merges spans that overlap.
    #[must_use]
    pub fn merged(mut spans: Vec<Self>) -> Vec<Self> {
        spans.sort_unstable_by_key(|span| span.from);
        let mut merged: Vec<Self> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
                _ => merged.push(span),
            }
        }
        merged
    }
}

/// The time of the upload in an ingest id, in milliseconds since the Unix epoch; `None` for a UUID of another version.
#[must_use]
pub fn time_of(id: Uuid) -> Option<u64> {
    (id.get_version_num() == 7).then(|| Timestamp::of_upload(id).millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-01-01T00:00:00.000Z
    const MIDNIGHT: u64 = 1_767_225_600_000;

    #[test]
    fn a_span_around_midnight_has_two_days() {
        let days = |from, to| Span { from, to }.days().collect::<Vec<_>>();
        assert_eq!(days(MIDNIGHT - 1, MIDNIGHT), ["2025-12-31", "2026-01-01"]);
        assert_eq!(days(MIDNIGHT, MIDNIGHT + DAY - 1), ["2026-01-01"]);
    }

    #[test]
    fn ids_of_a_span_begin_with_its_times_and_others_are_outside() {
        let span = Span {
            from: MIDNIGHT,
            to: MIDNIGHT + 1,
        };
        let [lowest, highest] = span.ids();
        assert_eq!(lowest, "019b76da-a800-0000-0000-000000000000");
        assert_eq!(highest, "019b76da-a801-ffff-ffff-ffffffffffff");
        let id: Uuid = "019b76da-a801-7fff-bfff-ffffffffffff".parse().unwrap();
        assert!(lowest < id.to_string() && id.to_string() < highest);
        assert_eq!(time_of(id), Some(MIDNIGHT + 1));
        assert_eq!(time_of("019b76da-a800-4000-8000-000000000000".parse().unwrap()), None);
    }

    #[test]
    fn spans_that_overlap_are_one() {
        let span = |from, to| Span { from, to };
        let merged = Span::merged(vec![span(50, 60), span(1, 10), span(5, 20), span(2, 3)]);
        assert_eq!(merged, [span(1, 20), span(50, 60)]);
    }
}
