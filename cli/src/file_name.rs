//! Names of files, whatever bytes they are made of, as people and shells read them.

use std::fmt::Write;
use std::path::Path;

/// A name as people read it: bytes that are no UTF-8, and what would steer a terminal, as `\xe9`.
#[must_use]
pub fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter.is_control() {
                letter.to_string().bytes().for_each(|byte| escape(&mut shown, byte));
            } else {
                shown.push(letter);
            }
        }
        chunk.invalid().iter().for_each(|byte| escape(&mut shown, *byte));
    }
    shown
}

/// A name as a word of a shell's command.
#[must_use]
pub fn quoted(path: &Path) -> String {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,".contains(letter);
    match path.to_str() {
        Some(name) if !name.is_empty() && name.chars().all(harmless) => name.to_owned(),
        Some(name) if !name.contains(char::is_control) => format!("'{}'", name.replace('\'', r"'\''")),
        _ => format!("$'{}'", shown(path).replace('\'', r"\'")),
    }
}

fn escape(shown: &mut String, byte: u8) {
    // Writing to a string does not fail.
    let _ = write!(shown, r"\x{byte:02x}");
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
    fn a_shell_takes_a_word_for_one() {
        for (name, word) in [
            ("data/a.csv", "data/a.csv"),
            ("a (1).csv", "'a (1).csv'"),
            ("it's.csv", r"'it'\''s.csv'"),
            ("café.csv", "'café.csv'"),
        ] {
            assert_eq!(quoted(Path::new(name)), word);
        }
    }
}
