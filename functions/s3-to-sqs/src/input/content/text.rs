//! Turns pieces of an object into pieces of its text. Pure: makes no calls.

use bytes::{Buf, Bytes, BytesMut};

use super::decode::Decoder;
use super::format::{Compression, Encoding, Format};
use super::unpack::{Pulled, UnpackError, Unpacker};

/// The number of bytes that reveal the compression.
const MAGIC_BYTES: usize = 4;
/// The number of bytes that reveal a byte order mark of UTF-16.
const MARK_BYTES: usize = 2;
/// The number of bytes that reveal any byte order mark.
const ANY_MARK_BYTES: usize = 3;

/// The text of an object whose bytes come piece by piece.
#[derive(Default)]
pub struct Text {
    input: Input,
    /// The encoding of the text if it has no byte order mark.
    declared: Encoding,
    /// The beginning of the text, while it is too short to reveal the encoding.
    head: BytesMut,
    /// The encoding of the text and its decoder; `None` until known.
    encoding: Option<(Encoding, Decoder)>,
}

/// The decompressed object.
enum Input {
    /// The beginning of the object, too short to reveal the compression.
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
    /// A text in the `declared` encoding, unless it begins with a byte order mark of another. This follows the Encoding
    /// Standard's [*decode*](https://encoding.spec.whatwg.org/#decode): a mark overrides the declared encoding.
    #[must_use]
    pub fn new(declared: Encoding) -> Self {
        Self {
            declared,
            ..Self::default()
        }
    }

    /// The rest of a text from somewhere in its middle. It is in this encoding and not compressed.
    #[must_use]
    pub fn from_middle(encoding: Encoding) -> Self {
        Self {
            input: Input::Plain(Plain::default()),
            encoding: Some((encoding, Decoder::new(encoding))),
            ..Self::default()
        }
    }

    /// The object's compression and encoding, as far as they are known.
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

    /// Takes the next piece of the object; `None` is its end. Call it when [`Text::pull`] returns
    /// [`Pulled::NeedsInput`].
    ///
    /// # Errors
    /// [`UnpackError`] when the object is damaged.
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

    /// Returns the next piece of the text.
    ///
    /// # Errors
    /// [`UnpackError`] when the object cannot be decompressed to its end.
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

    /// Looks for a byte order mark. Once it is found or ruled out, decoding begins.
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

    /// Decodes the beginning of the text. A byte order mark of UTF-8 stays in the text, because positions count it.
    fn begin(&mut self, mut bytes: Bytes) -> Bytes {
        let (encoding, mark) = Encoding::of_mark(&bytes).unwrap_or((self.declared, 0));
        if encoding != Encoding::Utf8 {
            bytes.advance(mark);
        }
        let (_, decoder) = self.encoding.insert((encoding, Decoder::new(encoding)));
        decoder.decode(bytes)
    }

    /// Returns the rest of the text, when everything is decompressed.
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
    /// An object that begins with `head`, which is long enough to reveal the compression, or is the whole object.
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

/// Adds `bytes` to `head`, and returns both once they have at least `enough` bytes. Usually `bytes` alone are enough
/// and are not copied.
fn collect(head: &mut BytesMut, bytes: Bytes, enough: usize) -> Option<Bytes> {
    if head.is_empty() && bytes.len() >= enough {
        return Some(bytes);
    }
    head.extend_from_slice(&bytes);
    (head.len() >= enough).then(|| head.split().freeze())
}
