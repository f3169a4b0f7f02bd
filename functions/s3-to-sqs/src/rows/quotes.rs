//! Quotes that close a field which goes on behind them.

use memchr::{memchr, memchr3};

use super::spaces;

/// The place of the last such quote of a record. `csv-core` takes the bytes behind it for a part of the field; but usually
/// the quote was to begin a field, and the one that it closes was begun by a stray quote, maybe many lines before.
///
/// `skips_spaces` says that spaces before cells are dropped.
pub(super) fn last_stray(record: &[u8], delimiter: u8, skips_spaces: bool) -> Option<usize> {
    memchr(b'"', record)?;
    let mut stray = None;
    // Where a field begins.
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

/// The place behind the quoted part of a field that begins at `start`; `None` when that has no end.
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
