//! Why a header gives no columns, so that no row after it can become a message.

use std::fmt;

use message::invisible::OddCharacter;

use crate::rows::Unreadable;

/// The most bytes of the names of a later header of a declared shape. They travel from invocation to invocation.
pub(super) const LATER_NAMES_BYTES: usize = 16 * 1024;
/// The most bytes of an error about the columns. Its text travels, too, and may name every column.
const COLUMNS_ERROR_BYTES: usize = 8 * 1024;

/// Why a header gives no columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HeadingError {
    /// The columns are not those of the built-in shape.
    #[error("{}", excerpt(.0))]
    BuiltIn(#[from] message::HeaderError),
    /// The columns are not those of the declared shape.
    #[error("{}", excerpt(.0))]
    Declared(#[from] schema::HeaderError),
    /// The shape has no header.
    #[error("there is no header")]
    Missing,
    /// The text of the first row has no row.
    #[error("the header is empty")]
    Empty,
    /// The first row has no fields.
    #[error("the header cannot be read: {}", why_unreadable(*.0))]
    Unreadable(Unreadable),
    /// The names of a later header have too many bytes.
    #[error("its names have {0} bytes, the most is {LATER_NAMES_BYTES}: upload the files one by one")]
    NamesTooLong(usize),
    /// The later header of another invocation cannot be restored.
    #[error("the header in force was lost")]
    Lost,
    /// The text of any other error. It is made once, because each row after the header shows it, and it travels from invocation to
    /// invocation.
    #[error("{0}")]
    Rendered(String),
    /// The error is that of a header after the first row.
    #[error("line {line} is a header of other columns: {error}")]
    Later {
        /// Its line.
        line: u64,
        /// The error.
        #[source]
        error: Box<Self>,
    },
    /// The file ends before the line that should have the header.
    #[error(
        "the file ends before its header, which `headerRows` says is in line {0}: correct the file, or `headerRows` in the \
         resource's `dialect`, and upload the file again"
    )]
    Unreached(u64),
    /// The header is further down.
    #[error("line {line} has the header: {}; {error}", remedy(*.line, *.is_declared))]
    FurtherDown {
        /// Its line.
        line: u64,
        /// Whether the shape is declared.
        is_declared: bool,
        /// The error of the first row.
        #[source]
        error: Box<Self>,
    },
    /// A column has a name with an invisible character.
    #[error("{error}; it has {character}")]
    Disguised {
        /// The character.
        character: OddCharacter,
        /// The error.
        #[source]
        error: Box<Self>,
    },
    /// The first row has NUL characters.
    #[error("{error}; it has NUL characters: save the file as UTF-8, or as UTF-16 with a byte order mark")]
    Nul {
        /// The error.
        #[source]
        error: Box<Self>,
    },
}

impl HeadingError {
    /// The same error as text.
    pub fn rendered(self) -> Self {
        Self::Rendered(self.to_string())
    }
}

/// The beginning of an error's text.
fn excerpt(error: &impl fmt::Display) -> String {
    let mut text = error.to_string();
    if text.len() > COLUMNS_ERROR_BYTES {
        text.truncate(text.floor_char_boundary(COLUMNS_ERROR_BYTES));
        text.push_str("...");
    }
    text
}

fn why_unreadable(unreadable: Unreadable) -> String {
    match unreadable {
        Unreadable::TooLong { length, most } => format!("it is {length} bytes long, the most is {most}"),
        Unreadable::OpenQuote | Unreadable::StrayQuote => {
            "it has a quote that does not belong to a quoted field: remove it".to_owned()
        }
        Unreadable::CutOff => "the file breaks off in it".to_owned(),
    }
}

fn remedy(line: u64, is_declared: bool) -> String {
    if is_declared {
        format!(
            "remove the lines before it, or write `\"headerRows\": [{line}]` in the resource's `dialect`, and upload the file again"
        )
    } else {
        "remove the lines before it, and upload the file again".to_owned()
    }
}
