//! Pieces of an object in, pieces of its text out. Pure: no calls.

use bytes::{Buf, Bytes, BytesMut};

use super::decode::Decoder;
use super::format::{Compression, Encoding, Format};
use super::unpack::{Pulled, UnpackError, Unpacker};

/// The number of bytes by which compression is known.
const MAGIC_BYTES: usize = 4;
/// The number of bytes by which a byte order mark of UTF-16 is known.
const MARK_BYTES: usize = 2;
/// The number of bytes by which any byte order mark is known.
const ANY_MARK_BYTES: usize = 3;

/// The text of an object whose bytes come piece by piece.
#[derive(Default)]
pub struct Text {
    input: Input,
    /// The encoding of a text without a byte order mark.
    declared: Encoding,
    /// The beginning of the text, as long as it is too short to know the encoding.
    head: BytesMut,
    /// The encoding of the text, and what decodes it; `None` before it is known.
    encoding: Option<(Encoding, Decoder)>,
}

/// An object, decompressed.
enum Input {
    /// The beginning of it, too short to know.
    Unknown(BytesMut),
    Plain(Plain),
    Packed(Unpacker),
}

#[derive(Default)]
struct Plain {
    bytes: Bytes,
    ended: bool,
}

impl Text {
    /// Text that has this encoding unless it begins with a byte order mark of another. That is what the Encoding Standard's
    /// [*decode*](https://encoding.spec.whatwg.org/#decode) does: a mark is stronger than what is declared.
    #[must_use]
    pub fn new(declared: Encoding) -> Self {
        Self {
            declared,
            ..Self::default()
        }
    }

    /// Text that is known to be neither compressed nor UTF-16.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            input: Input::Plain(Plain::default()),
            encoding: Some((Encoding::Utf8, Decoder::Utf8)),
            ..Self::default()
        }
    }

    /// How the object is compressed and encoded, as far as it is known.
    #[must_use]
    pub fn format(&self) -> Format {
        Format {
            compression: match &self.input {
                Input::Unknown(_) | Input::Plain(_) => None,
                Input::Packed(unpacker) => Some(unpacker.compression()),
            },
            encoding: self.encoding.as_ref().map_or(self.declared, |(encoding, _)| *encoding),
        }
    }

    /// Takes the next piece of the object, or its end. To be called when [`Text::pull`] answers [`Pulled::NeedsInput`].
    ///
    /// # Errors
    /// [`UnpackError`], when the object is found to be damaged.
    pub fn push(&mut self, bytes: Option<Bytes>) -> Result<(), UnpackError> {
        let Input::Unknown(head) = &mut self.input else {
            self.input.push(bytes);
            return Ok(());
        };
        let ended = bytes.is_none();
        let bytes = collect(head, bytes.unwrap_or_default(), if ended { 0 } else { MAGIC_BYTES });
        if let Some(bytes) = bytes {
            self.input = Input::of(bytes)?;
            if ended {
                self.input.push(None);
            }
        }
        Ok(())
    }

    /// The next piece of the text.
    ///
    /// # Errors
    /// [`UnpackError`], when there should be more text and there is none.
    pub fn pull(&mut self) -> Result<Pulled, UnpackError> {
        loop {
            let bytes = match self.input.pull()? {
                Pulled::Bytes(bytes) => bytes,
                Pulled::NeedsInput => return Ok(Pulled::NeedsInput),
                Pulled::End => return Ok(self.end()),
            };
            let text = match &mut self.encoding {
                Some((_, decoder)) => decoder.decode(bytes),
                None => self.look_for_mark(bytes),
            };
            if !text.is_empty() {
                return Ok(Pulled::Bytes(text));
            }
        }
    }

    /// Looks for a byte order mark, and begins to decode when it is known whether there is one.
    fn look_for_mark(&mut self, bytes: Bytes) -> Bytes {
        let enough = match self.declared {
            Encoding::Utf8 => MARK_BYTES,
            _ => ANY_MARK_BYTES,
        };
        match collect(&mut self.head, bytes, enough) {
            Some(bytes) => self.begin(bytes),
            None => Bytes::new(),
        }
    }

    /// Decodes the beginning of the text. A mark of UTF-8 stays: it counts in positions.
    fn begin(&mut self, mut bytes: Bytes) -> Bytes {
        let (encoding, mark) = Encoding::of_mark(&bytes).unwrap_or((self.declared, 0));
        if encoding != Encoding::Utf8 {
            bytes.advance(mark);
        }
        let (_, decoder) = self.encoding.insert((encoding, Decoder::new(encoding)));
        decoder.decode(bytes)
    }

    /// The rest of the text when all is decompressed.
    fn end(&mut self) -> Pulled {
        let mut rest = BytesMut::new();
        if self.encoding.is_none() {
            let head = self.head.split().freeze();
            rest.extend_from_slice(&self.begin(head));
        }
        if let Some((_, decoder)) = &mut self.encoding {
            rest.extend_from_slice(&decoder.end());
        }
        if rest.is_empty() {
            Pulled::End
        } else {
            Pulled::Bytes(rest.freeze())
        }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self::Unknown(BytesMut::new())
    }
}

impl Input {
    /// An object that begins with `head`, which is at least as long as needed, or the whole object.
    fn of(head: Bytes) -> Result<Self, UnpackError> {
        Ok(match Compression::of(&head) {
            Some(compression) => Self::Packed(Unpacker::new(compression, head)?),
            None => Self::Plain(Plain {
                bytes: head,
                ended: false,
            }),
        })
    }

    fn push(&mut self, bytes: Option<Bytes>) {
        match self {
            Self::Unknown(_) => {}
            Self::Plain(plain) => match bytes {
                Some(bytes) => plain.bytes = bytes,
                None => plain.ended = true,
            },
            Self::Packed(unpacker) => unpacker.push(bytes),
        }
    }

    fn pull(&mut self) -> Result<Pulled, UnpackError> {
        match self {
            Self::Plain(Plain { bytes, .. }) if !bytes.is_empty() => Ok(Pulled::Bytes(std::mem::take(bytes))),
            Self::Unknown(_) | Self::Plain(Plain { ended: false, .. }) => Ok(Pulled::NeedsInput),
            Self::Plain(Plain { ended: true, .. }) => Ok(Pulled::End),
            Self::Packed(unpacker) => unpacker.pull(),
        }
    }
}

/// Adds `bytes` to `head`: all of both once they are at least `enough`. Usually `bytes` are alone enough, and not
/// copied.
fn collect(head: &mut BytesMut, bytes: Bytes, enough: usize) -> Option<Bytes> {
    if head.is_empty() && bytes.len() >= enough {
        return Some(bytes);
    }
    head.extend_from_slice(&bytes);
    (head.len() >= enough).then(|| head.split().freeze())
}
