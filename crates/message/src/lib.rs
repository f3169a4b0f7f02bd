//! The message: its key, its form as a CSV row and its form as an SQS body.
//!
//! Everything here is pure: no AWS client, no I/O, no clock.
//!
//! | where | what |
//! |---|---|
//! | [`Key`], [`Date`], [`Time`] | the primary key of the message table |
//! | [`TableKey`], [`KeyType`] | the key of a table of another shape |
//! | [`Number`], [`Decimal`] | a decimal that keeps its digits and fits DynamoDB, and its value |
//! | [`Header`], [`Record`] | the columns of a CSV file, and how a row becomes a [`Message`] |
//! | [`Message`] | one row, and its SQS body |
//! | [`WriteMode`], [`Order`] | what a write does when the table has an item of its key, and the order of writes |
//! | [`IngestId`] | the ingest that a message comes from, and the attempt that sent it |
//! | [`null_word`], [`decimal_sign`] | words for "no value" in cells, and the decimal sign of a column |
//! | [`escape`] | text as the content of a JSON string, also within another JSON string |
//! | [`item_size`] | the size of the parts of an item, as DynamoDB counts it |
//! | [`invisible`] | invisible characters, in files and in JSON bodies |

mod body;
mod decimal;
mod decimal_sign;
pub mod escape;
mod ingest_id;
pub mod invisible;
pub mod item_size;
mod key;
mod null_word;
mod number;
mod order;
mod row;
mod table_key;

pub use body::{MAX_ITEM_BYTES, Message};
pub use decimal::Decimal;
pub use decimal_sign::{DecimalSign, decimal_sign, may_be_grouped};
pub use ingest_id::{IngestId, IngestIdError};
pub use key::{Date, Key, KeyError, Precision, PrecisionError, Time};
pub use null_word::{may_begin_null_word, null_word};
pub use number::{Number, NumberError};
pub use order::{Order, OrderError, WriteMode, WriteModeError};
pub use row::{
    BadCell, COLUMN_COUNT, CellCause, CellError, CellViolation, Header, HeaderError, Record, RowError, WidthOf,
    begins_with_space_and_quote, column_name,
};
pub use table_key::{KeyAttribute, KeyType, KeyTypeError, MAX_PARTITION_BYTES, MAX_SORT_BYTES, TableKey};

/// The attributes of a message. They are also the names of the CSV columns, except for the key, which is made of `timestamp`.
pub mod names {
    /// Hash key: `YYYY-MM-DD`, UTC.
    pub const DATE: &str = "date";
    /// Range key: `HH:MM:SS`, UTC, with a fraction where [`Precision`](crate::Precision) asks for one.
    pub const TIME: &str = "time";
    /// Where the measurement was taken.
    pub const LOCATION: &str = "location";
    /// What took the measurement.
    pub const SOURCE: &str = "source";
    /// The near end of the measured link.
    pub const LOCAL_DEST: &str = "local_dest";
    /// Average over the near end, a number.
    pub const LOCAL_AVG: &str = "local_avg";
    /// The far end of the measured link.
    pub const REMOTE_DEST: &str = "remote_dest";
    /// Average over the far end, a number.
    pub const REMOTE_AVG: &str = "remote_avg";
    /// The CSV column that `date` and `time` are made of: Unix seconds with an optional fraction.
    pub const TIMESTAMP: &str = "timestamp";

    /// The attributes of type S beside the key.
    pub const TEXTS: [&str; 4] = [LOCATION, SOURCE, LOCAL_DEST, REMOTE_DEST];
    /// The attributes of type N.
    pub const NUMBERS: [&str; 2] = [LOCAL_AVG, REMOTE_AVG];
}
