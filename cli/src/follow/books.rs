//! The books of an upload: its record in the table of ingests, or the reason why the queue's counts stand in for the record.

use std::fmt;
use std::time::Duration;

use indicatif::HumanCount;
use ledger::Record;

/// The books of an upload.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// The record, as it was last read.
    pub record: Option<Record>,
    /// Whether the record certainly belongs to this upload.
    pub is_certain: bool,
    /// Why the queue's counts stand in for the record.
    pub substitute: Option<Substitute>,
}

/// Why the queue's counts, which are those of all uploads together, stand in for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Substitute {
    /// The stack has no table of ingests, since it is of an earlier version.
    NoTable,
    /// The table cannot be read. The text says what is wrong and what to do about it.
    Unreadable(String),
    /// The object was extracted, but the table has no record of it.
    NoRecord,
    /// Nothing was written to the record for longer than this. The record is used again when it is written again.
    Stalled(Duration),
    /// The record says that the extraction failed, but another extraction of the object succeeded.
    Failed,
    /// The queue is empty, and the record does not account for all rows.
    Uncounted {
        /// The rows that the record accounts for.
        accounted: u64,
        /// The rows that were sent, if the record says it.
        sent: Option<u64>,
    },
}

impl fmt::Display for Substitute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable => f.write_str(
                "the stack has no table of ingests (output IngestTableName), since it is of an earlier version",
            ),
            Self::Unreadable(why) => write!(f, "the table of ingests cannot be read: {why}"),
            Self::NoRecord => f.write_str("the table of ingests has no record of it"),
            Self::Stalled(limit) => {
                let hours = limit.as_secs() / 3600;
                write!(
                    f,
                    "its record is stalled: nothing was written to it for more than {hours} h"
                )
            }
            Self::Failed => f.write_str("its record says that another extraction of it failed"),
            Self::Uncounted {
                accounted,
                sent: Some(sent),
            } => {
                let (accounted, sent) = (HumanCount(*accounted), HumanCount(*sent));
                write!(
                    f,
                    "its record accounts for {accounted} of {sent} rows, and the queue is empty"
                )
            }
            Self::Uncounted { sent: None, .. } => {
                f.write_str("its record says that it is being extracted, and its report says that it was")
            }
        }
    }
}

impl Substitute {
    /// Whether the reason holds for every upload of the stack.
    #[must_use]
    pub fn is_of_stack(&self) -> bool {
        matches!(self, Self::NoTable | Self::Unreadable(_))
    }
}
