//! The failures of messages.

mod permanent;
mod transient;

use std::collections::BTreeMap;

pub use permanent::PermanentFailure;
pub use transient::TransientFailure;

/// Why a message, or one task of it, is not carried out.
#[derive(Debug)]
pub enum Failure {
    /// It can never be carried out: it goes to the dead-letter queue.
    Permanent(PermanentFailure),
    /// It could not be carried out this time: the message may be delivered again.
    Transient(TransientFailure),
}

/// The part of a message that goes to the dead-letter queue.
#[derive(Debug)]
pub enum DeadPart {
    /// The message as it came.
    Whole(PermanentFailure),
    /// Rows of a message of many, by their index in it, each as a message of its own. The other rows are carried out.
    Rows(BTreeMap<usize, PermanentFailure>),
}

impl From<PermanentFailure> for Failure {
    fn from(failure: PermanentFailure) -> Self {
        Self::Permanent(failure)
    }
}

impl From<TransientFailure> for Failure {
    fn from(failure: TransientFailure) -> Self {
        Self::Transient(failure)
    }
}
