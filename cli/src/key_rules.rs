//! Which keys objects may have.

/// The suffixes of keys that the data bucket tells the extractor of: those of template.yaml, byte for byte.
pub const SUFFIXES: [&str; 10] = [
    ".csv", ".CSV", ".csv.gz", ".csv.zst", ".tsv", ".TSV", ".tsv.gz", ".TSV.GZ", ".tsv.zst", ".TSV.ZST",
];
/// S3's longest key in bytes.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const MAX_KEY_BYTES: usize = 1024;
