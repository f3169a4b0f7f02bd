//! Rejected rows, by reason.

use std::collections::HashMap;

/// The most reasons that are counted one by one. There can be many, since a reason may name a value of its row.
const MAX_REASONS: usize = 1000;
/// The most lines that are kept for a reason.
const SHOWN_LINES: usize = 5;
/// The most bytes that are kept of a row.
const KEPT_BYTES: usize = 1000;

/// The rejected rows of a file.
#[derive(Debug, Default)]
pub struct Rejections {
    /// The number of rows.
    pub rows: u64,
    /// The number of rows whose reason is not counted by itself.
    pub others: u64,
    reasons: HashMap<String, Rejected>,
}

/// The rows that are rejected for one reason.
#[derive(Debug)]
pub struct Rejected {
    /// The number of rows.
    pub rows: u64,
    /// The lines where the first of these rows start.
    pub first_lines: Vec<u64>,
    /// The beginning of the first of these rows.
    pub example: String,
}

impl Rejections {
    /// Counts a row.
    pub fn add(&mut self, reason: String, line: u64, text: &[u8]) {
        self.rows += 1;
        if self.reasons.len() >= MAX_REASONS && !self.reasons.contains_key(&reason) {
            self.others += 1;
            return;
        }
        let rejected = self.reasons.entry(reason).or_insert_with(|| Rejected {
            rows: 0,
            first_lines: Vec::new(),
            example: String::from_utf8_lossy(&text[..text.len().min(KEPT_BYTES)]).into_owned(),
        });
        rejected.rows += 1;
        if rejected.first_lines.len() < SHOWN_LINES {
            rejected.first_lines.push(line);
        }
    }

    /// The reasons with their rows, those with the most rows first.
    #[must_use]
    pub fn by_reason(&self) -> Vec<(&str, &Rejected)> {
        let mut reasons: Vec<_> = self
            .reasons
            .iter()
            .map(|(reason, rows)| (reason.as_str(), rows))
            .collect();
        reasons.sort_by_key(|(_, rejected)| (std::cmp::Reverse(rejected.rows), rejected.first_lines.first().copied()));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_reason_in_bounded_memory() {
        let mut rejections = Rejections::default();
        for line in 0..2_000 {
            rejections.add(format!("reason {line}"), line, b"x");
            rejections.add("the same".into(), line, b"y");
        }
        assert_eq!((rejections.rows, rejections.others), (4_000, 1_001));
        let (reason, rejected) = rejections.by_reason()[0];
        assert_eq!((reason, rejected.rows), ("the same", 2_000));
        assert_eq!(
            (&rejected.first_lines[..], rejected.example.as_str()),
            (&[0, 1, 2, 3, 4][..], "y")
        );
        assert_eq!(
            rejections.by_reason()[1].0,
            "reason 0",
            "of equals the one that comes first"
        );
    }
}
