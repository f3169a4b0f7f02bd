//! The failures of messages.

mod permanent;
mod transient;

pub use permanent::PermanentFailure;
pub use transient::TransientFailure;

/// Why a message, or one task of it, is not carried out.
#[derive(Debug)]
pub enum Failure {
    /// It can never be carried out: the message goes to the dead-letter queue.
    Permanent(PermanentFailure),
    /// It could not be carried out this time: the message may be delivered again.
    Transient(TransientFailure),
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
