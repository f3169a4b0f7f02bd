//! Backslashes by which programs escape. CSV has no such escapes: both characters are part of the text.

use memchr::memchr_iter;

/// Whether a text looks as if a program had written it with escapes: a backslash before another one, a quotation mark, an
/// apostrophe or a line end. A text that begins with two is the name of a computer on a network.
pub(super) fn has_escape(text: &[u8]) -> bool {
    memchr_iter(b'\\', text).any(|at| match text.get(at + 1) {
        Some(b'\\') => at > 0,
        Some(b'"' | b'\'' | b'\r' | b'\n') => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_told_from_paths() {
        for escaped in [
            r"C:\\temp",
            r#"said \"no\""#,
            r"it\'s",
            "one\\\ntwo",
            "one\\\r\ntwo",
            r"\\\\server",
        ] {
            assert!(has_escape(escaped.as_bytes()), "{escaped}");
        }
        for plain in [r"C:\temp\new", r"\\server\share", r"C:\", r"\N", "", "one\ntwo", r"\"] {
            assert!(!has_escape(plain.as_bytes()), "{plain}");
        }
    }
}
