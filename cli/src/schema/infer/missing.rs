//! Words that stand for no value.

/// Words that mean nothing else.
const PLAIN: [&str; 14] = [
    "\\N", "NULL", "null", "Null", "N/A", "n/a", "#N/A", "NaN", "nan", "(null)", "<null>", "#NULL!", "#NV", "NaT",
];
/// Words that may be texts: they count in columns of other types.
const DOUBTFUL: [&str; 16] = [
    "-", "--", "---", "\u{2013}", "\u{2014}", "NA", "na", "n.a.", "none", "None", "NONE", "nil", ".", "..", "?", "k.A.",
];

/// What a cell says by a word that stands for no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It has no value.
    Plain,
    /// It has none, unless the column is of texts.
    Doubtful,
}

/// The word that a trimmed cell is.
pub fn word(trimmed: &str) -> Option<Word> {
    if trimmed.len() > 6 {
        None
    } else if PLAIN.contains(&trimmed) {
        Some(Word::Plain)
    } else {
        DOUBTFUL.contains(&trimmed).then_some(Word::Doubtful)
    }
}
