//! Patterns of object keys.

use std::fmt;

/// A pattern of object keys: `*` stands for anything within a folder, `**` for anything across folders, `**/` for any
/// folders or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyPattern {
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Byte(u8),
    WithinFolder,
    Across,
    /// Any number of folders, each with its slash.
    Folders,
}

/// Why a text is not a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyPatternError {
    #[error("matches no object: a key is not empty")]
    Empty,
    #[error("begins with `/`, which keys do not; remove it")]
    Slash,
    #[error("has more than two `*` in a row")]
    Stars,
    #[error("has alternatives in braces, which are not supported; write a pattern for each")]
    Alternatives,
    #[error("is longer than a key, which has 1024 bytes at most")]
    TooLong,
}

/// Writes the pattern as the descriptor has it.
impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        for token in &self.tokens {
            match token {
                Token::Byte(byte) => text.push(*byte),
                Token::WithinFolder => text.push(b'*'),
                Token::Across => text.extend(b"**"),
                Token::Folders => text.extend(b"**/"),
            }
        }
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl KeyPattern {
    pub fn parse(text: &str) -> Result<Self, KeyPatternError> {
        match text {
            "" => return Err(KeyPatternError::Empty),
            text if text.len() > 1024 => return Err(KeyPatternError::TooLong),
            text if text.starts_with('/') => return Err(KeyPatternError::Slash),
            text if text.contains("***") => return Err(KeyPatternError::Stars),
            text if has_alternatives(text) => return Err(KeyPatternError::Alternatives),
            _ => {}
        }
        let mut tokens = Vec::new();
        let mut rest = text.as_bytes();
        while let Some(&byte) = rest.first() {
            let at_folder = matches!(tokens.last(), None | Some(Token::Byte(b'/')));
            let (token, length) = match rest {
                [b'*', b'*', b'/', ..] if at_folder => (Token::Folders, 3),
                [b'*', b'*', ..] => (Token::Across, 2),
                [b'*', ..] => (Token::WithinFolder, 1),
                _ => (Token::Byte(byte), 1),
            };
            tokens.push(token);
            rest = &rest[length..];
        }
        Ok(Self { tokens })
    }

    /// Whether every key matches: the pattern is `**`, `**/**` or `**/*`.
    pub fn is_everything(&self) -> bool {
        use Token::{Across, Folders, WithinFolder};
        matches!(self.tokens[..], [Across] | [Folders, Across | WithinFolder])
    }

    /// Whether a key matches. Takes time in proportion to both lengths.
    pub fn matches(&self, key: &str) -> bool {
        let key = key.as_bytes();
        // `reached[n]` is whether the tokens so far match the first `n` bytes of the key.
        let mut reached = vec![false; key.len() + 1];
        reached[0] = true;
        for token in &self.tokens {
            match token {
                Token::Byte(byte) => {
                    for at in (0..key.len()).rev() {
                        reached[at + 1] = reached[at] && key[at] == *byte;
                    }
                    reached[0] = false;
                }
                Token::WithinFolder => {
                    for at in 0..key.len() {
                        reached[at + 1] |= reached[at] && key[at] != b'/';
                    }
                }
                Token::Across => {
                    for at in 0..key.len() {
                        reached[at + 1] |= reached[at];
                    }
                }
                Token::Folders => {
                    let mut open = false;
                    for at in 0..key.len() {
                        open |= reached[at];
                        reached[at + 1] |= open && key[at] == b'/';
                    }
                }
            }
        }
        reached[key.len()]
    }
}

/// Whether a text has something like `{a,b}`.
fn has_alternatives(text: &str) -> bool {
    let mut behind_braces = text.split('{').skip(1);
    behind_braces.any(|behind| behind.split_once('}').is_some_and(|(inside, _)| inside.contains(',')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, key: &str) -> bool {
        KeyPattern::parse(pattern).unwrap().matches(key)
    }

    #[test]
    fn stars_stay_in_a_folder_or_cross_it() {
        for (pattern, key, wanted) in [
            ("readings/**", "readings/a.csv", true),
            ("readings/**", "readings/2024/03/a.csv", true),
            ("readings/**", "other/readings/a.csv", false),
            ("readings/*.csv", "readings/a.csv", true),
            ("readings/*.csv", "readings/2024/a.csv", false),
            ("**/*.tsv", "a.tsv", true),
            ("**/*.tsv", "x/y/a.tsv", true),
            ("a/**/b.csv", "a/b.csv", true),
            ("a/**/b.csv", "a/x/y/b.csv", true),
            ("a/**/b.csv", "a/xb.csv", false),
            ("a**b", "a/x/b", true),
            ("**", "anything/at all", true),
            ("a.csv", "a.csv", true),
            ("a.csv", "b/a.csv", false),
            ("*", "", true),
            ("a?.csv", "a?.csv", true),
            ("a?.csv", "ab.csv", false),
            ("copy [1].csv", "copy [1].csv", true),
            ("copy [1].csv", "copy 1.csv", false),
            ("{a}.csv", "{a}.csv", true),
            ("Zürich/*", "Zürich/測定.csv", true),
        ] {
            assert_eq!(matches(pattern, key), wanted, "{pattern} {key}");
        }
    }

    #[test]
    fn a_pattern_of_stars_may_match_everything() {
        for (pattern, wanted) in [
            ("**", true),
            ("**/**", true),
            ("**/*", true),
            ("*", false),
            ("*/**", false),
            ("**/", false),
            ("**/*.csv", false),
        ] {
            assert_eq!(KeyPattern::parse(pattern).unwrap().is_everything(), wanted, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert_eq!(KeyPattern::parse(""), Err(KeyPatternError::Empty));
        assert_eq!(KeyPattern::parse("/a"), Err(KeyPatternError::Slash));
        assert_eq!(KeyPattern::parse("a***"), Err(KeyPatternError::Stars));
        for text in ["{a,b}/*", "x/*.{csv,tsv}"] {
            assert_eq!(KeyPattern::parse(text), Err(KeyPatternError::Alternatives));
        }
        assert!(KeyPattern::parse(&"a".repeat(1025)).is_err());
    }

    proptest! {
        #[test]
        fn a_key_matches_itself(key in "[a-c/.]{1,12}") {
            prop_assume!(!key.starts_with('/'));
            prop_assert!(matches(&key, &key));
        }
    }
}
