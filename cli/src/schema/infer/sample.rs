//! A local file, read as the extractor reads an object: decompressed, decoded, divided into rows. In bounded memory, once
//! for each thing that is asked.

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
    /// It cannot be decompressed.
    #[error("{}: {source}", shown(path))]
    Unpack {
        /// The file.
        path: PathBuf,
        /// Why.
        source: UnpackError,
    },
}

impl Sample<'_> {
    /// Gives the pieces of the text, as long as `take` answers that it wants more.
    pub fn pieces(&self, mut take: impl FnMut(&[u8]) -> bool) -> Result<Format, SampleError> {
        let unreadable = |source| SampleError::Unreadable {
            path: self.path.to_owned(),
            source,
        };
        let unpack = |source| SampleError::Unpack {
            path: self.path.to_owned(),
            source,
        };
        let mut file = File::open(self.path).map_err(unreadable)?;
        let mut text = Text::new(self.encoding);
        loop {
            match text.pull().map_err(unpack)? {
                Pulled::Bytes(bytes) => {
                    if !take(&bytes) {
                        break;
                    }
                }
                Pulled::NeedsInput => {
                    let mut piece = vec![0; PIECE_BYTES];
                    let length = file.read(&mut piece).map_err(unreadable)?;
                    piece.truncate(length);
                    text.push((length > 0).then(|| Bytes::from(piece))).map_err(unpack)?;
                }
                Pulled::End => break,
            }
        }
        Ok(text.format())
    }

    /// The beginning of the text, of so many bytes, and whether that is all of it.
    pub fn head(&self, most: usize) -> Result<(Vec<u8>, bool), SampleError> {
        let mut head = Vec::new();
        self.pieces(|piece| {
            head.extend_from_slice(piece);
            head.len() <= most
        })?;
        let is_whole = head.len() <= most;
        head.truncate(most);
        Ok((head, is_whole))
    }

    /// Gives the rows, the header too.
    pub fn rows(&self, dialect: &Dialect, mut take: impl FnMut(&Row<'_>)) -> Result<(), SampleError> {
        let mut rows = Rows::new(dialect.clone());
        self.pieces(|mut piece| {
            while rows.advance(&mut piece) {
                take(&rows.row());
            }
            true
        })?;
        while rows.finish() {
            take(&rows.row());
        }
        Ok(())
    }
}
