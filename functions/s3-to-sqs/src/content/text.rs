//! Pieces of an object in, pieces of its text out. Pure: no calls.

use bytes::{Bytes, BytesMut};

use super::unpack::Unpacker;
use super::utf16::Utf16;
use super::{Compression, ContentError, Encoding, Format};

/// With this many bytes, it is known whether and how an object is compressed.
const MAGIC_BYTES: usize = 4;
/// With this many bytes, it is known how a text is encoded.
const MARK_BYTES: usize = 2;

/// The text of an object whose bytes come piece by piece.
#[derive(Default)]
pub struct Text {
    input: Input,
    /// The beginning of the text, as long as it is too short to know the encoding.
    head: BytesMut,
    /// `None` before it is known.
    encoding: Option<Encoding>,
    utf16: Utf16,
}

/// What there is for the asking.
#[derive(Debug)]
pub enum Pulled {
    /// A piece, which is not empty.
    Bytes(Bytes),
    /// Nothing before something is pushed.
    Hungry,
    /// Nothing any more.
    End,
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
    /// Text that is known to be neither compressed nor UTF-16.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            input: Input::Plain(Plain::default()),
            encoding: Some(Encoding::Utf8),
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
            encoding: self.encoding.unwrap_or_default(),
        }
    }

    /// Takes the next piece of the object, or its end. To be called when [`Text::pull`] says that it is hungry.
    ///
    /// # Errors
    /// [`ContentError`], when the object is found to be damaged.
    pub fn push(&mut self, bytes: Option<Bytes>) -> Result<(), ContentError> {
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
    /// [`ContentError`], when there should be more text and there is none.
    pub fn pull(&mut self) -> Result<Pulled, ContentError> {
        loop {
            let bytes = match self.input.pull()? {
                Pulled::Bytes(bytes) => bytes,
                Pulled::Hungry => return Ok(Pulled::Hungry),
                Pulled::End => return Ok(self.end()),
            };
            let text = match self.encoding {
                Some(Encoding::Utf8) => bytes,
                Some(encoding) => self.utf16.decode(encoding, &bytes),
                None => self.begin(bytes),
            };
            if !text.is_empty() {
                return Ok(Pulled::Bytes(text));
            }
        }
    }

    /// Looks for a byte order mark of UTF-16. That of UTF-8 stays: it counts in positions.
    fn begin(&mut self, bytes: Bytes) -> Bytes {
        let Some(bytes) = collect(&mut self.head, bytes, MARK_BYTES) else {
            return Bytes::new();
        };
        let encoding = match bytes[..] {
            [0xff, 0xfe, ..] => Encoding::Utf16Le,
            [0xfe, 0xff, ..] => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        self.encoding = Some(encoding);
        if encoding == Encoding::Utf8 {
            bytes
        } else {
            self.utf16.decode(encoding, &bytes[MARK_BYTES..])
        }
    }

    /// What is left when all is decompressed.
    fn end(&mut self) -> Pulled {
        self.encoding.get_or_insert_default();
        let mut rest = self.head.split();
        rest.extend_from_slice(&self.utf16.end());
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
    fn of(head: Bytes) -> Result<Self, ContentError> {
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

    fn pull(&mut self) -> Result<Pulled, ContentError> {
        match self {
            Self::Plain(Plain { bytes, .. }) if !bytes.is_empty() => Ok(Pulled::Bytes(std::mem::take(bytes))),
            Self::Unknown(_) | Self::Plain(Plain { ended: false, .. }) => Ok(Pulled::Hungry),
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

impl Compression {
    /// How an object is compressed that begins with `head`. No text begins so: of gzip, two bytes suffice to know it,
    /// because they are not UTF-8. A file of zstd may begin with a frame that is to be skipped.
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}
