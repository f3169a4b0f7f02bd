//! The detection of a file's encoding by its bytes.

use s3_to_sqs::input::content::format::Encoding;

use super::input::{Input, InputError};
use super::remark::Remark;

/// The number of bytes in which NULs are counted to detect UTF-16 without a byte order mark.
const HEAD_BYTES: usize = 256;

/// A count of the valid and invalid UTF-8 in a text.
#[derive(Debug, Default)]
struct Census {
    /// The number of characters of several bytes.
    characters: u64,
    /// The number of bytes that are not UTF-8.
    invalid: u64,
    /// The beginning of a character whose rest is in the next piece.
    begun: Vec<u8>,
}

impl Census {
    fn take(&mut self, piece: &[u8]) {
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(piece);
        let mut rest = &bytes[..];
        while let Err(error) = std::str::from_utf8(rest) {
            self.count(&rest[..error.valid_up_to()]);
            let behind = &rest[error.valid_up_to()..];
            let Some(length) = error.error_len() else {
                self.begun = behind.to_vec();
                return;
            };
            self.invalid += length as u64;
            rest = &behind[length..];
        }
        self.count(rest);
    }

    fn count(&mut self, valid: &[u8]) {
        // Each character of several bytes begins with such a byte.
        self.characters += valid.iter().filter(|byte| **byte >= 0xc0).count() as u64;
    }
}

/// Detects the encoding that a descriptor must name; `None` when it need not name one.
pub fn detect(
    sample: &Input<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Option<&'static encoding_rs::Encoding>, InputError> {
    let (head, _) = sample.head(HEAD_BYTES)?;
    let nuls = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let most = head.len() / 2;
    let wide = match (nuls(0), nuls(1)) {
        _ if most < 4 => None,
        (_, odd) if odd * 10 > most * 7 => Some(encoding_rs::UTF_16LE),
        (even, _) if even * 10 > most * 7 => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = wide {
        remarks.push(Remark::of_property(
            "encoding",
            format!("{} without a byte order mark, by its NUL bytes", encoding.name()),
        ));
        return Ok(Some(encoding));
    }
    let mut census = Census::default();
    sample.pieces(|piece| {
        census.take(piece);
        true
    })?;
    let invalid = census.invalid + census.begun.len() as u64;
    if invalid == 0 {
        return Ok(None);
    }
    if census.characters > invalid {
        remarks.push(Remark::of_property(
            "encoding",
            format!(
                "UTF-8, but {invalid} bytes are not, and rows that have them are rejected: correct the file, or name another \
                 encoding with --encoding"
            ),
        ));
        return Ok(None);
    }
    remarks.push(Remark::of_property(
        "encoding",
        "the file is not UTF-8; windows-1252 is a guess that reads any bytes: check letters with accents, and name \
         another encoding with --encoding, such as iso-8859-2, windows-1251, shift_jis or macintosh",
    ));
    Ok(Some(encoding_rs::WINDOWS_1252))
}

/// An encoding in the extractor's type.
pub fn declared(encoding: Option<&'static encoding_rs::Encoding>) -> Encoding {
    encoding.map(Encoding::from).unwrap_or_default()
}
