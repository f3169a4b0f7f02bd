//! Null words: words with which programs say that there is no value.

/// The null words in their most frequent spelling; case is ignored. They come from database dumps, R and pandas, programming
/// languages, and the errors of spreadsheets.
const WORDS: [&str; 30] = [
    r"\N",
    "NULL",
    "N/A",
    "NaN",
    "NA",
    "None",
    "nil",
    "-",
    "--",
    "#N/A",
    "#N/A N/A",
    "#NA",
    "#NULL!",
    "#VALUE!",
    "#REF!",
    "#DIV/0!",
    "#NUM!",
    "#NAME?",
    "<NA>",
    "<null>",
    "(null)",
    "[null]",
    "(none)",
    "undefined",
    "-NaN",
    "1.#IND",
    "-1.#IND",
    "1.#QNAN",
    "-1.#QNAN",
    "NaT",
];
/// The length of the longest null word, in bytes.
const LONGEST: usize = 9;

/// Whether a text that begins with this byte may be a null word.
#[must_use]
pub const fn may_begin_null_word(first: u8) -> bool {
    matches!(
        first,
        b'\\' | b'n' | b'N' | b'-' | b'#' | b'<' | b'(' | b'[' | b'u' | b'U' | b'1'
    )
}

/// The null word that `text` is, if it is one.
#[must_use]
pub fn null_word(text: &str) -> Option<&'static str> {
    if text.len() > LONGEST || !text.bytes().next().is_some_and(may_begin_null_word) {
        return None;
    }
    WORDS.into_iter().find(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_in_any_letter_case() {
        for word in WORDS {
            assert_eq!(null_word(word), Some(word));
            assert_eq!(null_word(&word.to_uppercase()), Some(word));
            assert_eq!(null_word(&word.to_lowercase()), Some(word));
            assert!(word.len() <= LONGEST, "{word}");
        }
    }

    #[test]
    fn a_name_is_no_null_word() {
        for text in [
            "",
            "north",
            "nullify",
            "unit 7",
            "1",
            "-1",
            "#7",
            "hall-1",
            "ñ",
            "nul",
            "undefined value",
        ] {
            assert_eq!(null_word(text), None, "{text:?}");
        }
    }
}
