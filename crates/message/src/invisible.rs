//! Invisible characters. They are ignored around names, numbers and times, and in a cell that has no others. Text keeps them.

use std::fmt;

/// A character that is invisible or looks like another one. A refusal names it, because nobody would find it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OddCharacter(char);

/// Whether a character is white space or has no width, by Unicode's properties `White_Space` and
/// `Default_Ignorable_Code_Point`. NUL and other control characters that are not white space are not invisible.
///
/// <https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt>
#[must_use]
pub fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFF8}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// The text without invisible characters at its ends.
#[must_use]
#[inline]
pub fn trim(text: &str) -> &str {
    // Almost every cell is done here, after two comparisons.
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim_matches(is_invisible),
    }
}

/// Whether the text is empty or has only invisible characters.
#[must_use]
#[inline]
pub fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.chars().all(is_invisible)
}

/// The first character that looks like a minus sign. In a text without one, the first invisible character beyond ASCII.
#[must_use]
pub fn odd_character(text: &str) -> Option<OddCharacter> {
    let is_hidden = |character: char| !character.is_ascii() && is_invisible(character);
    // Units are often separated by no-break spaces, which do no harm. So a character that is like a minus comes first.
    let found = text.find(is_like_minus).or_else(|| text.find(is_hidden))?;
    text[found..].chars().next().map(OddCharacter)
}

/// Whether a character looks like a minus sign but is not `-`.
#[must_use]
pub fn is_like_minus(character: char) -> bool {
    matches!(
        character,
        '\u{2010}'
            ..='\u{2015}' | '\u{207B}' | '\u{208B}' | '\u{2212}' | '\u{2796}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// Displays the character as a refusal names it.
impl fmt::Display for OddCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(character) = *self;
        let code = u32::from(character);
        if is_like_minus(character) {
            write!(
                f,
                "U+{code:04X}, which looks like a minus sign but is not one: write `-`"
            )
        } else {
            write!(f, "the invisible character U+{code:04X}: remove it")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_nobody_sees_is_invisible() {
        for character in [
            ' ', '\t', '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{A0}', '\u{AD}', '\u{2007}', '\u{200B}', '\u{200C}',
            '\u{200D}', '\u{200E}', '\u{2028}', '\u{202F}', '\u{2060}', '\u{3000}', '\u{FEFF}', '\u{FE0F}',
        ] {
            assert!(is_invisible(character), "{character:?}");
            assert!(is_blank(&character.to_string()), "{character:?}");
            assert_eq!(
                trim(&format!("{character}4{character}4{character}")),
                format!("4{character}4")
            );
        }
        for character in [
            'a', '0', '-', '"', '\0', '\u{1A}', '\u{7F}', 'é', '\u{2212}', '\u{FFFD}',
        ] {
            assert!(!is_invisible(character), "{character:?}");
            assert!(!is_blank(&character.to_string()), "{character:?}");
        }
        assert!(is_blank(""));
    }

    #[test]
    fn a_refusal_names_the_character() {
        let named = |text| odd_character(text).map(|odd| odd.to_string());
        for (text, part) in [
            ("1\u{A0}234", "U+00A0"),
            ("4.39\u{200B}", "U+200B"),
            ("\u{FEFF}4.39", "U+FEFF"),
            ("\u{2212}4.39", "U+2212"),
            ("\u{2013}4.39", "U+2013"),
            ("EUR\u{A0}\u{2013}4.39", "U+2013"),
        ] {
            assert!(named(text).is_some_and(|named| named.contains(part)), "{text:?}");
        }
        for text in ["", "4.39 ms", "-4,39", "é"] {
            assert_eq!(named(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_short_ways_are_right(text in "[ \t\u{A0}\u{200B}\u{FEFF}a4\u{e9}]{0,8}") {
            prop_assert_eq!(trim(&text), text.trim_matches(is_invisible));
            prop_assert_eq!(is_blank(&text), trim(&text).is_empty());
        }
    }
}
