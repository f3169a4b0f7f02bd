//! The keys of ingest reports in the report bucket.

use crate::key_rules::MAX_KEY_BYTES;

/// The last part of a report's key.
pub const REPORT: &str = "report.json";
/// The longest name of a file beside a report. The extractor cuts long keys so that there is room for it.
const LONGEST: &str = "rejected-100-00000000.csv";
/// The length of the longest `ETag`, that of an object of 10,000 parts, in bytes.
const LONGEST_ETAG: usize = 38;

/// The key of the report of an object.
#[must_use]
pub fn report_key(key: &str, etag: &str) -> String {
    let room = MAX_KEY_BYTES.saturating_sub(etag.len() + LONGEST.len() + 2);
    format!("{}/{etag}/{REPORT}", &key[..key.floor_char_boundary(room)])
}

/// The common prefix of the keys of all reports of a key, for any `ETag`.
#[must_use]
pub fn beginning(key: &str) -> String {
    let cut = key.floor_char_boundary(MAX_KEY_BYTES - LONGEST.len() - 2 - LONGEST_ETAG);
    let slash = if cut == key.len() { "/" } else { "" };
    format!("{}{slash}", &key[..cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_keys_have_a_report_too_and_it_is_found_by_its_beginning() {
        assert_eq!(report_key("x/ü.csv", "e"), "x/ü.csv/e/report.json");
        assert_eq!(beginning("x/ü.csv"), "x/ü.csv/");
        for etag in ["0".repeat(32), format!("{}-10000", "0".repeat(32))] {
            for length in [900, 959, 960, 966, MAX_KEY_BYTES] {
                let key = "k".repeat(length);
                let report = report_key(&key, &etag);
                assert!(report.len() - REPORT.len() + LONGEST.len() <= MAX_KEY_BYTES, "{length}");
                assert!(report.starts_with(&beginning(&key)), "{length}");
            }
        }
    }
}
