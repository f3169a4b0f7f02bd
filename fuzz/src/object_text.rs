//! An object's bytes -> its text, decompressed and in UTF-8.
//!
//! The first byte of an input is the size of the pieces in which the object arrives, modulo 64; 0 means in one piece. The rest is
//! the object.

use bytes::Bytes;
use s3_to_sqs::input::content::format::Format;
use s3_to_sqs::input::content::text::Text;
use s3_to_sqs::input::content::unpack::Pulled;

/// The bytes of a text that are checked, since a small object may become a very large text.
const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// The largest piece of text: the bytes that are decompressed at once, if two bytes of UTF-16 become three of UTF-8.
const MAX_PIECE_BYTES: usize = 64 * 1024 * 3 / 2 + 6;

/// Checks an input.
///
/// # Panics
/// If the text depends on the pieces in which the object arrives, or a piece of text is too large.
pub fn check(input: &[u8]) {
    let [piece, object @ ..] = input else { return };
    let whole = text(object, object.len().max(1));
    if let piece @ 1.. = usize::from(piece % 64) {
        let (mut in_pieces, mut whole) = (text(object, piece), whole);
        // After an error, the amount of text and what is known of the format may depend on the pieces.
        if in_pieces.2.is_some() && whole.2.is_some() {
            let common = in_pieces.0.len().min(whole.0.len());
            in_pieces.0.truncate(common);
            whole.0.truncate(common);
            (in_pieces.1, in_pieces.2, whole.2) = (whole.1, None, None);
        }

        assert!(
            in_pieces == whole,
            "in pieces {:?} {:?}, whole {:?} {:?}",
            in_pieces.1,
            in_pieces.2,
            whole.1,
            whole.2
        );
    }
}

fn text(object: &[u8], piece: usize) -> (Vec<u8>, Format, Option<String>) {
    let mut pieces = object.chunks(piece).map(Bytes::copy_from_slice);
    let mut text = Text::default();
    let mut found = Vec::new();
    let error = loop {
        match text.pull() {
            Ok(Pulled::Bytes(bytes)) => {
                assert!(
                    (1..=MAX_PIECE_BYTES.max(object.len() * 3 / 2 + 6)).contains(&bytes.len()),
                    "{} bytes",
                    bytes.len()
                );
                found.extend_from_slice(&bytes);
            }
            Ok(Pulled::NeedsInput) => {
                if let Err(error) = text.push(pieces.next()) {
                    break Some(error.to_string());
                }
            }
            Ok(Pulled::End) => break None,
            Err(error) => break Some(error.to_string()),
        }
        if found.len() > MAX_TEXT_BYTES {
            break None;
        }
    };
    found.truncate(MAX_TEXT_BYTES);
    (found, text.format(), error)
}
