//! A descriptor and CSV bytes -> rows -> the bodies of messages and rejected rows.
//!
//! The first byte of an input says in pieces of how many bytes the file arrives, the second behind which row another
//! invocation goes on, both modulo 64 and 0 for not at all, the third which key the table has, as for [`descriptor`]. Then
//! come the descriptor, a NUL, and the file.

mod items;
mod rows;

use schema::Package;

use self::items::Simple;
use self::rows::{assert_same, read, resume};
use crate::descriptor;

/// Checks an input.
///
/// # Panics
/// When a row is neither an item that has what stands in its cells nor rejected with a reason, or it matters how the file was
/// cut into pieces or handed from one invocation to another.
pub fn check(input: &[u8]) {
    let [piece, stop, key, rest @ ..] = input else { return };
    let mut parts = rest.splitn(2, |byte| *byte == 0);
    let (Some(text), Some(file)) = (parts.next(), parts.next()) else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let table = descriptor::table(*key);
    let Ok(package) = Package::load(text, &table) else {
        return;
    };
    let Some(resource) = package.resources().first() else {
        return;
    };
    let (piece, stop) = (usize::from(piece % 64), usize::from(stop % 64));

    let whole = read(resource, file, file.len().max(1));
    whole.check_places(file);
    items::check(&whole, resource, &table.key, &Simple::of(resource));
    if piece > 0 {
        assert_same(&read(resource, file, piece).rows, &whole.rows);
    }
    if (1..=whole.rows.len()).contains(&stop) {
        let rest = resume(resource, file, &whole, stop);
        assert_same(&rest, &whole.rows[stop..]);
    }
}
