//! The event of an invocation: what it asks for, by whichever service it comes.
//!
//! | where | what |
//! |---|---|
//! | [`classify`] | an event to its entries: uploads, things without work, and what is refused |
//! | [`notification`] | the records of S3's events; the event that the function sends to itself |
//! | `event_bridge` | S3's events by `EventBridge` |
//! | [`refusal`] | why an event is refused |

pub mod classify;
mod event_bridge;
pub mod notification;
pub mod refusal;

use self::refusal::EventError;
use crate::continuation::Continuation;
use crate::object::Object;

/// What one part of an event asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An object to extract.
    Upload(Box<Job>),
    /// Nothing.
    Harmless(Harmless),
    /// Something that the function does not do.
    Refused(EventError),
}

/// Something that asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harmless {
    /// Its name, as the log says it.
    pub name: String,
    /// The bucket that it is about.
    pub bucket: Option<String>,
    /// The key that it is about.
    pub key: Option<String>,
}

/// An object to extract, from its beginning or from where another invocation stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The object.
    pub object: Object,
    /// The state that the invocation before this one left.
    pub continuation: Option<Continuation>,
}

impl From<Job> for Entry {
    fn from(job: Job) -> Self {
        Self::Upload(Box::new(job))
    }
}
