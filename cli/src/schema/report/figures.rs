//! The size and the price of a file's writes, and the time that its hottest partition takes.

use std::time::Duration;

use schema::Write;

use crate::schema::check::partitions::Partitions;
use crate::schema::check::writes::{Largest, Writes};
use crate::schema::prices;
use crate::screen::text::{counted, duration, excerpt};

/// The write units that a partition takes a second.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html>
const PARTITION_RATE: u64 = 1_000;
/// The write units that a new on-demand table takes a second.
const TABLE_RATE: u64 = 4_000;
/// The time from which on a partition that takes longer than the whole table is worth a remark.
const LONG: Duration = Duration::from_secs(10);
/// The most characters of a key that are shown.
const KEY_EXCERPT: usize = 100;

/// The lines with the figures of a file's writes.
#[must_use]
pub fn of_writes(writes: &Writes, partitions: &Partitions, write: Write, partition_key: &str) -> Vec<String> {
    let mut lines = Vec::new();
    // Updates and deletes are billed by the item before them, too, so only lower bounds are known.
    let (least, is_whole) = match write {
        Write::Replace | Write::Latest | Write::Create => ("", true),
        Write::Merge | Write::Delete => ("at least ", false),
    };
    if let Some(Largest { bytes, line }) = writes.largest.filter(|_| is_whole) {
        lines.push(format!("largest item: {}, line {line}", counted(bytes as u64, "byte")));
    }
    let units = partitions.all;
    let cost = prices::of_writes(units).map_or_else(String::new, |cost| format!(", {cost}"));
    lines.push(format!("writes: {least}{}{cost}", counted(units, "write unit")));
    lines.extend(of_hottest(partitions, partition_key));
    lines
}

fn of_hottest(partitions: &Partitions, partition_key: &str) -> Vec<String> {
    let Some((key, hottest)) = partitions.hottest() else {
        return Vec::new();
    };
    let least = if partitions.is_estimate { "at least " } else { "" };
    let took = at(hottest, PARTITION_RATE);
    let mut lines = vec![format!(
        "hottest partition: {partition_key} {:?} takes {least}{}% of the writes, {} at 1,000 a second",
        excerpt(key, KEY_EXCERPT),
        hottest * 100 / partitions.all.max(1),
        duration(took)
    )];
    if took >= LONG && took > at(partitions.all, TABLE_RATE) {
        lines.push(format!(
            "  the file takes as long. A shard in {partition_key} divides it by eight: ${{FIELD:shard=8}}, of a field that differs \
             from row to row"
        ));
    }
    lines
}

fn at(units: u64, rate: u64) -> Duration {
    Duration::from_millis(units.saturating_mul(1_000) / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines about writes to these partitions, each with its units.
    fn said(partitions: &[(&str, u64)], write: Write) -> Vec<String> {
        let mut spread = Partitions::default();
        for (partition, units) in partitions {
            spread.add(partition, *units);
        }
        of_writes(&Writes::default(), &spread, write, "pk")
    }

    #[test]
    fn a_partition_that_makes_the_file_wait_is_remarked() {
        assert_eq!(
            said(&[("2024", 90_000), ("2025", 10_000)], Write::Replace),
            [
                "writes: 100,000 write units, $0.0625 on demand in us-east-1",
                "hottest partition: pk \"2024\" takes 90% of the writes, 1 min 30 s at 1,000 a second",
                "  the file takes as long. A shard in pk divides it by eight: ${FIELD:shard=8}, of a field that differs from row \
                 to row"
            ]
        );
        let spread = [("a", 20_000), ("b", 20_000), ("c", 20_000), ("d", 20_000)];
        for quick in [&[("a", 9_000)][..], &spread] {
            assert_eq!(said(quick, Write::Replace).len(), 2, "{quick:?}");
        }
    }

    #[test]
    fn what_an_update_costs_depends_on_the_item() {
        let said = said(&[("a", 3)], Write::Merge);
        assert!(said[0].starts_with("writes: at least 3 write units, "), "{said:?}");
    }
}
