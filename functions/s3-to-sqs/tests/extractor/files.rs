//! Files to extract, and the counts in their reports.

use s3_to_sqs::continuation::Counts;
use s3_to_sqs::reports::report::Report;

pub const HEADER: &str = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg";

/// A file from `sample_data/`.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../sample_data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A file of `count` good rows, one for each second.
pub fn good_rows(count: u32) -> Vec<u8> {
    let rows = (0..count).map(|second| format!("{second},l,s,d,1.{second},d,2\n"));
    std::iter::once(format!("{HEADER}\n"))
        .chain(rows)
        .collect::<String>()
        .into_bytes()
}

/// The counts of a report: rows read, sent, rejected.
pub fn sums(report: &Report) -> (u64, u64, u64) {
    let Counts {
        read, sent, rejected, ..
    } = report.counts;
    assert_eq!(read, sent + rejected, "every row is accounted for");
    (read, sent, rejected)
}

/// The byte of the text from which on a lost file is missing, as the report's problem names it.
pub fn first_missing_byte(report: &Report) -> usize {
    let problem = report.problem.as_deref().unwrap();
    let (_, rest) = problem
        .split_once("what follows byte ")
        .unwrap_or_else(|| panic!("{problem}"));
    let (byte, _) = rest.split_once(" is missing").unwrap_or_else(|| panic!("{problem}"));
    byte.parse().unwrap()
}
