//! Decodes text in any encoding to UTF-8, piece by piece.

use bytes::Bytes;
use encoding_rs::DecoderResult;

use super::NO_UTF_8;
use super::format::Encoding;
use super::utf16::Utf16;

/// Decodes the pieces of a text. Bytes that are invalid in the encoding become bytes that are not UTF-8, so that their
/// row is rejected and not altered.
pub(super) enum Decoder {
    /// Passes the pieces on unchanged.
    Utf8,
    Utf16(Encoding, Utf16),
    Declared(Box<encoding_rs::Decoder>),
}

impl Decoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf8 => Self::Utf8,
            Encoding::Utf16Le | Encoding::Utf16Be => Self::Utf16(encoding, Utf16::default()),
            Encoding::Declared(encoding) => Self::Declared(Box::new(encoding.new_decoder_without_bom_handling())),
        }
    }

    /// Decodes the next piece. The result may be empty.
    pub(super) fn decode(&mut self, bytes: Bytes) -> Bytes {
        match self {
            Self::Utf8 => bytes,
            Self::Utf16(encoding, utf16) => utf16.decode(*encoding, &bytes),
            Self::Declared(decoder) => decode(decoder, &bytes, false).into(),
        }
    }

    /// Returns the rest of the text, at its end.
    pub(super) fn end(&mut self) -> Vec<u8> {
        match std::mem::replace(self, Self::Utf8) {
            Self::Utf8 => Vec::new(),
            Self::Utf16(_, mut utf16) => utf16.end(),
            Self::Declared(mut decoder) => decode(&mut decoder, &[], true),
        }
    }
}

fn decode(decoder: &mut encoding_rs::Decoder, bytes: &[u8], is_end: bool) -> Vec<u8> {
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len());
    let mut text = vec![0; room];
    let (mut read, mut written) = (0, 0);
    loop {
        let (result, more_read, more_written) =
            decoder.decode_to_utf8_without_replacement(&bytes[read..], &mut text[written..], is_end);
        read += more_read;
        written += more_written;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.resize(2 * text.len() + 1, 0),
            DecoderResult::Malformed(..) => {
                if written == text.len() {
                    text.resize(2 * text.len() + 1, 0);
                }
                text[written] = NO_UTF_8;
                written += 1;
            }
        }
    }
    text.truncate(written);
    text
}
