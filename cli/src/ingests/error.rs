//! The errors of reading the table of ingests.

use ledger::RecordError;
use uuid::Uuid;

use crate::aws_call::CallError;

/// Why the table of ingests has no answer. [`IngestsError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum IngestsError {
    /// The stack has no such table.
    #[error("the stack has no table of ingests (output IngestTableName)")]
    NoTable,
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// DynamoDB leaves records unread, again and again.
    #[error("reading records of {table} (dynamodb:BatchGetItem): DynamoDB leaves {count} of them unread")]
    Unread {
        /// The table.
        table: String,
        /// The number of records that were not read.
        count: usize,
    },
    /// An item that is no record of an ingest.
    #[error("the item {id} of {table} is no record of an ingest: {source}")]
    NoRecord {
        /// The table.
        table: String,
        /// The item's `ingest_id`; empty if it has none.
        id: String,
        /// What is wrong with the item.
        source: RecordError,
    },
    /// An ingest that the table does not have.
    #[error("the table of ingests has no ingest {0}")]
    Unknown(Uuid),
    /// A short id that none of the latest ingests has.
    #[error("none of the latest {looked_at} ingests has the short id {id}")]
    UnknownShort {
        /// The short id.
        id: String,
        /// How many ingests were looked at.
        looked_at: usize,
    },
    /// A short id that several ingests have.
    #[error("{id} is the short id of several ingests: {}", .ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// The short id.
        id: String,
        /// The ingests that have it.
        ids: Vec<Uuid>,
    },
}

impl IngestsError {
    /// Whether another try is likely to succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Call(error) => error.is_transient(),
            Self::Unread { .. } => true,
            _ => false,
        }
    }

    /// What to do about the error, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoTable => "Deploy this version, which has the table. messages follow OBJECT works without it",
            Self::Call(error) => error.remedy(),
            Self::Unread { .. } => "Try again in a moment",
            Self::NoRecord { .. } => "Look at it: aws dynamodb get-item. The command may be older than the stack",
            Self::Unknown(_) => "messages ingests lists the latest ones; records are kept for 90 days",
            Self::UnknownShort { .. } => "Give the whole id, which reports, log lines and messages ingests --json have",
            Self::Ambiguous { .. } => "Give one of these",
        }
    }
}
