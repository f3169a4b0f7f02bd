//! Why the table of ingests does not tell.

use ledger::RecordError;
use uuid::Uuid;

use crate::aws_call::CallError;

/// Why the table of ingests does not tell. [`IngestsError::remedy`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum IngestsError {
    /// The stack has no such table.
    #[error("the stack has no table of ingests (output IngestTableName)")]
    NoTable,
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// DynamoDB hands records back unread, again and again.
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
        /// Its `ingest_id`, as far as it has one.
        id: String,
        /// What is wrong with it.
        source: RecordError,
    },
    /// An ingest that the table does not have.
    #[error("the table of ingests has no ingest {0}")]
    Unknown(Uuid),
    /// A short id that the latest ingests do not have.
    #[error("none of the latest {looked_at} ingests has the short id {id}")]
    UnknownShort {
        /// The short id.
        id: String,
        /// How many ingests were looked at.
        looked_at: usize,
    },
    /// A short id of several ingests.
    #[error("{id} is the short id of several ingests: {}", .ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// The short id.
        id: String,
        /// The ingests that have it.
        ids: Vec<Uuid>,
    },
}

impl IngestsError {
    /// Whether the next look may well succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Call(error) => error.is_transient(),
            Self::Unread { .. } => true,
            _ => false,
        }
    }

    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoTable => "Deploy this version: the table is new. messages follow OBJECT does without it",
            Self::Call(error) => error.remedy(),
            Self::Unread { .. } => "Try again in a moment",
            Self::NoRecord { .. } => "Look at it: aws dynamodb get-item. The command may be older than the stack",
            Self::Unknown(_) => "messages ingests lists the latest ones; records are kept for 90 days",
            Self::UnknownShort { .. } => "Give the whole id, which reports, log lines and messages ingests --json have",
            Self::Ambiguous { .. } => "Give one of these",
        }
    }
}
