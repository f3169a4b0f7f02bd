//! A local file, read as the extractor reads an object: decompressed, decoded, in bounded memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use s3_to_sqs::input::content::format::{Encoding, Format};
use s3_to_sqs::input::content::text::Text;
use s3_to_sqs::input::content::unpack::{Pulled, UnpackError};
use s3_to_sqs::rows::{Dialect, Row, Rows};

use crate::file_name::shown;

/// The bytes that are read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// A local file.
#[derive(Debug)]
pub struct Sample<'p> {
    /// Where it is.
    pub path: &'p Path,
    /// The encoding that it has, unless it begins with the byte order mark of another.
    pub encoding: Encoding,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The operating system does not give it.
    #[error("{} cannot be read: {source}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// How far a file could be read.
#[derive(Debug)]
pub struct Ending {
    /// How it is compressed and encoded.
    pub format: Format,
    /// Why there is no more of it, when that is not its end.
    pub damage: Option<UnpackError>,
}

impl Sample<'_> {
    /// Gives the rows, the header too. `advance` is told of the bytes of the file as they are read.
    ///
    /// # Errors
    /// [`SampleError`] when the file cannot be read.
    pub fn rows(
        &self,
        dialect: Dialect,
        mut take: impl FnMut(&Row<'_>),
        advance: impl FnMut(u64),
    ) -> Result<Ending, SampleError> {
        let mut rows = Rows::new(dialect);
        let each_piece = |mut piece: &[u8]| {
            while rows.advance(&mut piece) {
                take(&rows.row());
            }
        };
        let ending = self.pieces(each_piece, advance)?;
        while if ending.damage.is_none() {
            rows.finish()
        } else {
            rows.cut_off()
        } {
            take(&rows.row());
        }
        Ok(ending)
    }

    /// Gives the pieces of the text.
    fn pieces(&self, mut take: impl FnMut(&[u8]), mut advance: impl FnMut(u64)) -> Result<Ending, SampleError> {
        let unreadable = |source| SampleError::Unreadable {
            path: self.path.to_owned(),
            source,
        };
        let mut file = File::open(self.path).map_err(unreadable)?;
        let mut text = Text::new(self.encoding);
        let damage = loop {
            let pushed = match text.pull() {
                Ok(Pulled::Bytes(bytes)) => {
                    take(&bytes);
                    Ok(())
                }
                Ok(Pulled::End) => break None,
                Ok(Pulled::NeedsInput) => {
                    let mut piece = vec![0; PIECE_BYTES];
                    let length = file.read(&mut piece).map_err(unreadable)?;
                    piece.truncate(length);
                    advance(length as u64);
                    text.push((length > 0).then(|| Bytes::from(piece)))
                }
                Err(damage) => Err(damage),
            };
            if let Err(damage) = pushed {
                break Some(damage);
            }
        };
        Ok(Ending {
            format: text.format(),
            damage,
        })
    }
}
