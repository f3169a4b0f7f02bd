//! Stray quotes: they close a field that continues after them.

use memchr::{memchr, memchr3};

use super::spaces;

/// The place of the last stray quote of a record.
///
/// `csv-core` takes the bytes after it for a part of the field. But usually the quote was meant to begin a field, and
/// the quote that it closes was itself begun by a stray quote, maybe many lines before.
///
/// `skips_spaces` says that spaces before cells are dropped.
pub(super) fn last_stray(record: &[u8], delimiter: u8, skips_spaces: bool) -> Option<usize> {
    memchr(b'"', record)?;
    let mut stray = None;
    // The beginning of a field.
    let mut at = 0;
    loop {
        if record.get(at) == Some(&b'"') {
            at = behind_quotes(record, at)?;
            if !ends_field(record.get(at), delimiter) {
                stray = Some(at - 1);
            }
        }
        at += memchr3(delimiter, b'\r', b'\n', &record[at..]).unwrap_or(record.len() - at);
        if record.get(at) != Some(&delimiter) {
            return stray;
        }
        at += 1;
        if skips_spaces {
            at += spaces::count(&record[at..]);
        }
    }
}

/// The place after the quoted part of the field that begins at `start`; `None` when the quoted part has no end.
fn behind_quotes(record: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr(b'"', &record[at..])? + 1;
        if record.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

fn ends_field(next: Option<&u8>, delimiter: u8) -> bool {
    next.is_none_or(|next| *next == delimiter || matches!(next, b'\r' | b'\n'))
}
