//! File names of any bytes, written for people and for shells.

use std::path::Path;

use crate::shell_word::{self, push_bytes};

/// A name for people to read. Bytes that are not UTF-8, and control characters, are written like `\xe9`.
#[must_use]
pub fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() {
                push_bytes(&mut shown, character.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                shown.push(character);
            }
        }
        push_bytes(&mut shown, chunk.invalid());
    }
    shown
}

/// A name as one word of a shell command, which is never taken for an option.
#[must_use]
pub fn quoted(path: &Path) -> String {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        return shell_word::quoted(Path::new(".").join(path).as_os_str());
    }
    shell_word::quoted(path.as_os_str())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn every_byte_of_a_name_can_be_told() {
        let latin_1 = Path::new(OsStr::from_bytes(b"it's caf\xe9.csv"));
        assert_eq!(shown(latin_1), r"it's caf\xe9.csv");
        assert_eq!(quoted(latin_1), r"$'it\'s caf\xe9.csv'");
        assert_eq!(shown(Path::new("a\u{1b}.csv")), r"a\x1b.csv");
    }

    #[test]
    fn a_name_is_no_option() {
        assert_eq!(quoted(Path::new("-d.csv")), "./-d.csv");
        assert_eq!(quoted(Path::new("-d (1).csv")), "'./-d (1).csv'");
        assert_eq!(quoted(Path::new("a/-d.csv")), "a/-d.csv");
    }
}
