//! An object's bytes -> its text: decompressed, and UTF-8.
//!
//! The first byte of an input says in pieces of how many bytes the object arrives, modulo 64 and 0 for all at once; the
//! rest is the object.

use bytes::Bytes;
use s3_to_sqs::input::content::format::Format;
use s3_to_sqs::input::content::text::Text;
use s3_to_sqs::input::content::unpack::Pulled;

/// What is looked at of a text: a small object may become a very large one.
const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// The largest piece of text: what is decompressed at once, when UTF-16 with two bytes a character becomes three.
const MAX_PIECE_BYTES: usize = 64 * 1024 * 3 / 2 + 6;

/// Checks an input.
///
/// # Panics
/// When it matters in which pieces the object comes, or a piece of text is large.
pub fn check(input: &[u8]) {
    let [piece, object @ ..] = input else { return };
    let whole = text(object, object.len().max(1));
    if let piece @ 1.. = usize::from(piece % 64) {
        let (mut in_pieces, mut whole) = (text(object, piece), whole);
        // How much was read when something was found to be wrong differs, and with it what is known of the format.
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
