//! Which keys objects may have.

/// The suffixes of keys that the data bucket tells the extractor of: those of template.yaml, byte for byte.
pub const SUFFIXES: [&str; 4] = [".csv", ".CSV", ".csv.gz", ".csv.zst"];
/// S3's longest key in bytes.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const MAX_KEY_BYTES: usize = 1024;
