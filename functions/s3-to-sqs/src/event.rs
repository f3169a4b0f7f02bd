//! The event of an invocation, and the entries in it, whichever service delivers it.
//!
//! | module | what it does |
//! |---|---|
//! | [`classify`] | splits an event into entries: uploads, entries without work, and refused ones |
//! | [`notification`] | reads the records of S3 events; writes the event that the function sends to itself |
//! | `event_bridge` | reads S3 events from `EventBridge` |
//! | [`refusal`] | the reasons that an event is refused |

pub mod classify;
mod event_bridge;
pub mod notification;
pub mod refusal;

use self::refusal::EventError;
use crate::continuation::Continuation;
use crate::object::Object;

/// One entry of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An object to extract.
    Upload(Box<Job>),
    /// An entry that requires no work.
    Harmless(Harmless),
    /// An entry that the function cannot process.
    Refused(EventError),
}

/// An entry that requires no work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harmless {
    /// The event's name, for the log.
    pub name: String,
    /// The bucket in the event.
    pub bucket: Option<String>,
    /// The key in the event.
    pub key: Option<String>,
}

/// An object to extract, from its beginning or from where another invocation stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The object.
    pub object: Object,
    /// The state that the previous invocation left; `None` for a new object.
    pub continuation: Option<Continuation>,
}

impl From<Job> for Entry {
    fn from(job: Job) -> Self {
        Self::Upload(Box::new(job))
    }
}
