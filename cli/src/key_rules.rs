//! The rules for the keys of objects.

/// The suffixes of the keys whose events go to the extractor: those of template.yaml, byte for byte.
pub const SUFFIXES: [&str; 12] = [
    ".csv", ".CSV", ".csv.gz", ".CSV.GZ", ".csv.zst", ".CSV.ZST", ".tsv", ".TSV", ".tsv.gz", ".TSV.GZ", ".tsv.zst",
    ".TSV.ZST",
];
/// The length of the longest key that S3 takes, in bytes.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const MAX_KEY_BYTES: usize = 1024;

/// Whether events of objects with this key go to the extractor.
#[must_use]
pub fn has_suffix(key: &str) -> bool {
    SUFFIXES.iter().any(|suffix| key.ends_with(suffix))
}

/// Whether a pattern of keys, where `*` stands for any text, can match a key with one of the [`SUFFIXES`].
#[must_use]
pub fn can_have_suffix(pattern: &str) -> bool {
    match pattern.rsplit_once('*') {
        Some((_, end)) => SUFFIXES
            .iter()
            .any(|suffix| suffix.ends_with(end) || end.ends_with(suffix)),
        None => has_suffix(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_pattern_shows_whether_its_objects_are_read() {
        for pattern in [
            "**",
            "a/*",
            "a/*.csv",
            "a/b.TSV.GZ",
            "*.CSV.GZ",
            "a*sv",
            "a/**.gz",
            "a/*/x.csv",
            "*2024.csv.zst",
        ] {
            assert!(can_have_suffix(pattern), "{pattern}");
        }
        for pattern in ["a/*.txt", "a/**/", "a/b", "*.csv.bak", "a/*.Csv", "**/csv", "*.Csv.GZ"] {
            assert!(!can_have_suffix(pattern), "{pattern}");
        }
    }
}
