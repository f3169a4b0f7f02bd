//! Words of a shell's commands: what is shown to be pasted is taken for what it is, whatever bytes it has.

use std::ffi::OsStr;
use std::fmt::Write;

/// A text as one word of a command of Bash.
#[must_use]
pub fn quoted(word: &OsStr) -> String {
    // `#` and `=` mean something only where a word begins; `~` also behind `=`, since the word may be an assignment.
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,#".contains(letter);
    match word.to_str() {
        Some(text) if text.chars().all(harmless) && !text.is_empty() && !text.starts_with(['#', '=']) => {
            text.to_owned()
        }
        Some(text) if !text.contains(char::is_control) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => format!("$'{}'", escaped(word)),
    }
}

/// What stands within `$'…'`. An interactive shell looks for `!` there, too.
fn escaped(word: &OsStr) -> String {
    let mut escaped = String::new();
    for chunk in word.as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' | '\'' => escaped.extend(['\\', character]),
                _ if character == '!' || character.is_control() => {
                    push_bytes(&mut escaped, character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => escaped.push(character),
            }
        }
        push_bytes(&mut escaped, chunk.invalid());
    }
    escaped
}

/// Appends bytes as `\xe9`.
pub fn push_bytes(escaped: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(escaped, r"\x{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    /// What Bash takes each of these words for, when they are pasted in one command.
    fn taken(words: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let words: Vec<_> = words.iter().map(|word| quoted(OsStr::from_bytes(word))).collect();
        assert!(words.iter().all(|word| !word.contains(char::is_control)), "{words:?}");
        let script = format!(r"printf '%s\0' {}", words.join(" "));
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{script}: {output:?}"
        );
        let mut taken: Vec<_> = output.stdout.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
        assert_eq!(taken.pop().as_deref(), Some(&[][..]), "each ends with a NUL");
        taken
    }

    #[test]
    fn a_word_is_as_plain_as_it_can_be() {
        for (word, expected) in [
            (&b"data/a.csv"[..], "data/a.csv"),
            (b"s3://b/a.csv#etag=e@7", "s3://b/a.csv#etag=e@7"),
            (b"", "''"),
            (b"#a", "'#a'"),
            (b"~", "'~'"),
            (b"a=~", "'a=~'"),
            (b"a (1).csv", "'a (1).csv'"),
            (b"it's.csv", r"'it'\''s.csv'"),
            ("café.csv".as_bytes(), "'café.csv'"),
            (b"it's caf\xe9!.csv", r"$'it\'s caf\xe9\x21.csv'"),
            (b"a\n\x1b", r"$'a\x0a\x1b'"),
            ("\u{85}".as_bytes(), r"$'\xc2\x85'"),
            (b"x\\'; echo INJECTED #\xe9.csv", r"$'x\\\'; echo INJECTED #\xe9.csv'"),
        ] {
            assert_eq!(quoted(OsStr::from_bytes(word)), expected);
            assert_eq!(taken(&[word.to_vec()]), [word]);
        }
    }

    /// A byte of a word: most often one that means something to a shell, or that may end an escape.
    fn byte() -> impl Strategy<Value = u8> {
        let special = br#"\'"$`!#~*?[]{}()<>|&;=-@%^ af0x"#.as_slice();
        prop_oneof![
            3 => proptest::sample::select(special),
            1 => 1..=u8::MAX,
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn bash_gives_every_word_back(words in proptest::collection::vec(proptest::collection::vec(byte(), 0..12), 1..40)) {
            prop_assert_eq!(taken(&words), words);
        }
    }
}
