//! The data that all steps of an invocation share.

use std::fmt;
use std::time::Duration;

use backoff::{Backoff, Deadline, Turns};

use crate::config::Writer;
use crate::metrics::Tally;
use crate::record::Record;

/// Time after the deadline for the calls that follow those to the table: half of the margin that the deadline keeps. So a message
/// that DynamoDB refuses at the last moment can still go to the dead-letter queue.
const GRACE: Duration = Duration::from_secs(1);
/// The part of [`GRACE`] for the calls to the queues. The other half is left to the calls to the ledger, which come after them. A
/// call takes some ten milliseconds, so each half has room for several tries. Queues that do not answer must not take the ledger's
/// time: a message that the dead-letter queue does not take is delivered again, but rows that are not counted leave their ingest
/// stalled.
const QUEUE_GRACE: Duration = Duration::from_millis(500);

/// One invocation: its batch, its time and its clients. A message is identified by its index in the batch.
#[derive(Clone, Copy, Debug)]
pub struct Invocation<'a> {
    /// The clients and the configuration.
    pub writer: &'a Writer,
    /// The batch.
    pub records: &'a [Record<'a>],
    /// The time at which calls to the table stop.
    pub deadline: Deadline,
    /// The turns of the calls of many items that the table refuses because it is written too often.
    pub turns: &'a Turns,
    /// Counts that the calls increase.
    pub tally: &'a Tally,
}

impl<'a> Invocation<'a> {
    /// The id of a message, for the log and the response.
    #[must_use]
    pub fn message_id(&self, message: usize) -> &'a str {
        self.records[message].message_id.as_deref().unwrap_or_default()
    }

    /// A budget for a call of many items. Calls of one item do not take turns: one after the other, they would write fewer items
    /// than the table accepts.
    #[must_use]
    pub fn batch_backoff(&self) -> Backoff {
        Backoff::in_turns(self.turns, self.deadline)
    }

    /// The time at which calls to the queues stop.
    #[must_use]
    pub fn queue_end(&self) -> Deadline {
        self.deadline.plus(QUEUE_GRACE)
    }

    /// The time at which all calls stop, those to the ledger included.
    #[must_use]
    pub fn end(&self) -> Deadline {
        self.deadline.plus(GRACE)
    }
}

/// Displays the ids of messages, separated by commas, for the log.
#[derive(Clone, Copy, Debug)]
pub struct MessageIds<'a>(pub Invocation<'a>, pub &'a [usize]);

impl fmt::Display for MessageIds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(invocation, messages) = self;
        for (index, &message) in messages.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(f, "{separator}{}", invocation.message_id(message))?;
        }
        Ok(())
    }
}
