//! Words that stand for a missing value.

/// Words that always mean a missing value.
const PLAIN: [&str; 14] = [
    "\\N", "NULL", "null", "Null", "N/A", "n/a", "#N/A", "NaN", "nan", "(null)", "<null>", "#NULL!", "#NV", "NaT",
];
/// Words that may also be texts. They mean a missing value only in columns of other types.
const DOUBTFUL: [&str; 16] = [
    "-", "--", "---", "\u{2013}", "\u{2014}", "NA", "na", "n.a.", "none", "None", "NONE", "nil", ".", "..", "?", "k.A.",
];

/// The kind of a word that stands for a missing value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The value is missing.
    Plain,
    /// The value is missing, unless the column has texts.
    Doubtful,
}

/// The kind of word that a trimmed cell is, if it is one.
pub fn word(trimmed: &str) -> Option<Word> {
    if trimmed.len() > 6 {
        None
    } else if PLAIN.contains(&trimmed) {
        Some(Word::Plain)
    } else {
        DOUBTFUL.contains(&trimmed).then_some(Word::Doubtful)
    }
}
