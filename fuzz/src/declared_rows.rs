//! A descriptor and CSV bytes -> rows -> the bodies of messages and rejected rows.
//!
//! The first byte of an input says in pieces of how many bytes the file arrives, the second behind which row another
//! invocation goes on, both modulo 64 and 0 for not at all, the third which key the table has, as for [`descriptor`]. Then
//! come the descriptor, a NUL, and the file. Where rows are packed, a message has two more than a piece has bytes.

mod items;
mod rows;

use bytes::Bytes;
use encoding_rs::Encoding;
use message::{Precision, WriteMode};
use s3_to_sqs::convert::Converter;
use s3_to_sqs::data_package::declared;
use s3_to_sqs::input::content::text::Text;
use s3_to_sqs::input::content::unpack::Pulled;
use s3_to_sqs::object::Object;
use schema::{Package, Resource};

use self::items::Simple;
use self::rows::{assert_same, read, resume};
use crate::table::TABLE;
use crate::{descriptor, packed};

/// Checks an input.
///
/// # Panics
/// When a row is neither an item that has what stands in its cells nor rejected with a reason, or it matters how the file was
/// cut into pieces or handed from one invocation to another.
pub fn check(input: &[u8]) {
    let [piece, stop, key, rest @ ..] = input else { return };
    let mut parts = rest.splitn(2, |byte| *byte == 0);
    let (Some(text), Some(object)) = (parts.next(), parts.next()) else {
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

    let Some(text) = decode(resource, object, object.len().max(1)) else {
        return;
    };
    let file = &text[..];
    let whole = read(resource, file, file.len().max(1));
    whole.check_places(file);
    items::check(&whole, resource, &table.key, &Simple::of(resource));
    let described = declared(resource.clone(), &table, &Object::default(), WriteMode::Replace);
    let converter = Converter::new(TABLE, Precision::Seconds).declared(described);
    packed::check(file, converter, 2 + piece);
    if piece > 0 {
        let in_pieces = decode(resource, object, piece);
        assert_eq!(in_pieces.as_deref(), Some(file), "the text in pieces");
        assert_same(&read(resource, file, piece).rows, &whole.rows);
    }
    if (1..=whole.rows.len()).contains(&stop) {
        let rest = resume(resource, file, &whole, stop);
        assert_same(&rest, &whole.rows[stop..]);
    }
}

/// The text of an object that comes in pieces; `None` of one that is compressed.
fn decode(resource: &Resource, object: &[u8], piece: usize) -> Option<Vec<u8>> {
    let encoding = resource
        .encoding()
        .and_then(|name| Encoding::for_label(name.as_bytes()));
    let mut text = Text::new(encoding.map(Into::into).unwrap_or_default());
    let mut pieces = object.chunks(piece).map(Bytes::copy_from_slice);
    let mut decoded = Vec::new();
    loop {
        match text.pull().ok()? {
            Pulled::Bytes(bytes) => decoded.extend_from_slice(&bytes),
            Pulled::NeedsInput => text.push(pieces.next()).ok()?,
            Pulled::End => break,
        }
        if text.format().compression.is_some() {
            return None;
        }
    }
    Some(decoded)
}
