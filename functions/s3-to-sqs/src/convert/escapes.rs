//! Finds backslashes that look like a program's escapes. CSV has no such escapes: the backslash is part of the text.

use memchr::memchr_iter;

/// Whether a text seems to have escapes: a backslash before another backslash, a quotation mark, an apostrophe or a
/// line end. Two backslashes at the beginning do not count: they begin a network path.
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
