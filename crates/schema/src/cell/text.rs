//! White space and characters that nobody sees.

/// Whether a character leaves no mark: white space of Unicode, zero-width and format characters, byte order marks.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'
        )
}

/// The text without invisible characters at its ends.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if visible(text.as_bytes().first()) && visible(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(is_invisible)
}

/// Whether there is nothing to see in a text.
#[inline]
pub(crate) fn is_blank(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(byte) if byte.is_ascii_graphic() => false,
        Some(_) => is_all_invisible(text),
    }
}

fn is_all_invisible(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// The first character of a text that looks like another one or like nothing: what a refused number or time may be
/// refused for.
pub(crate) fn disguised(text: &str) -> Option<char> {
    let looks_like_another = |character: char| matches!(character, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF01}'..='\u{FF5E}' | '\u{2024}' | '\u{201A}');
    text.chars()
        .find(|&character| (!character.is_ascii() && is_invisible(character)) || looks_like_another(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_does_not_count() {
        assert_eq!(trim("\u{a0}\u{feff} 4.39\u{200b}\t"), "4.39");
        assert_eq!(trim("4 39"), "4 39");
        assert!(is_blank("") && is_blank(" \u{a0}\u{200b}\r") && !is_blank("\u{a0}x"));
        assert_eq!(disguised("\u{2212}5"), Some('\u{2212}'));
        assert_eq!(disguised("1 234"), None);
        assert_eq!(disguised("1\u{a0}234"), Some('\u{a0}'));
    }
}
