//! The keys in the report bucket.

/// The most bytes of a key in S3.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
const MAX_KEY_BYTES: usize = 1024;
/// The name of the report.
pub const REPORT: &str = "report.json";
/// The folder for an object with an unknown `ETag`: its event does not have it, and the object could not be read.
const NO_ETAG: &str = "no-etag";
/// The longest file name in a folder.
const LONGEST: &str = "rejected-100-00000000.csv";

/// The key of a file: `KEY/ETAG/NAME`.
#[must_use]
pub fn file_key(key: &str, etag: &str, name: &str) -> String {
    format!("{}{name}", folder(key, etag))
}

/// The name of a file of rejected rows: `rejected-INVOCATION-ID.csv`. Each attempt draws another id, so that the files
/// of a repeated invocation, or of two at once, do not replace each other. The report lists the files that count.
#[must_use]
pub fn rejected_name(invocation: u32) -> String {
    format!("rejected-{invocation}-{:08x}.csv", fastrand::u32(..))
}

/// The folder `KEY/ETAG/`. KEY is truncated at its end as far as S3's limit requires. The report has KEY whole.
fn folder(key: &str, etag: &str) -> String {
    let etag = if etag.is_empty() { NO_ETAG } else { etag };
    let room = MAX_KEY_BYTES.saturating_sub(etag.len() + LONGEST.len() + 2);
    let end = key.floor_char_boundary(room);
    format!("{}/{etag}/", &key[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::continuation::MAX_INVOCATIONS;

    #[test]
    fn files_are_beside_each_other_and_none_replaces_another() {
        assert_eq!(file_key("a/b.csv", "e", REPORT), "a/b.csv/e/report.json");
        assert_eq!(file_key("a/b.csv", "", REPORT), "a/b.csv/no-etag/report.json");
        let names = [rejected_name(2), rejected_name(2)];
        assert!(names.iter().all(|name| name.starts_with("rejected-2-")), "{names:?}");
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn the_longest_key_still_has_a_report() {
        let (key, etag) = ("ü".repeat(MAX_KEY_BYTES / 2), "0".repeat(32));
        let name = rejected_name(MAX_INVOCATIONS);
        let rejected = file_key(&key, &etag, &name);
        assert!(
            (MAX_KEY_BYTES - 1..=MAX_KEY_BYTES).contains(&rejected.len()),
            "{}",
            rejected.len()
        );
        assert!(rejected.ends_with(&format!("ü/{etag}/{name}")));
    }
}
