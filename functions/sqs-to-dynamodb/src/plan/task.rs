//! The tasks that a plan gives out, and their results.

use message::Key;

use crate::failure::Failure;
use crate::operation::{Change, Update};

/// One call, or one write of a call, that can be carried out beside all others of its round.
#[derive(Debug)]
pub struct Task {
    /// Identifies the task to [`settle`](super::Plan::settle).
    pub ticket: Ticket,
    /// The action on the item.
    pub action: Action,
}

/// Identifies a task.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    /// The message that asks for it.
    pub message: usize,
    /// The key of the item.
    pub key: Key,
    pub(super) step: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Put,
    Delete,
    Update,
    Get,
}

/// An action on an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Replace or remove it.
    Write(Change),
    /// Update it in place.
    Update(Box<Update>),
    /// Read it.
    Get,
}

/// Whether a task is carried out, and why it is not.
pub type TaskResult = Result<(), Failure>;

/// The number of operations carried out, for the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items put.
    pub written: usize,
    /// Items deleted.
    pub deleted: usize,
    /// Items updated.
    pub updated: usize,
    /// Items read.
    pub read: usize,
    /// Writes that a later one of the batch made superfluous.
    pub superseded: usize,
}

impl Action {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Write(Change::Put(_)) => Kind::Put,
            Self::Write(Change::Delete) => Kind::Delete,
            Self::Update(_) => Kind::Update,
            Self::Get => Kind::Get,
        }
    }
}

impl Counts {
    pub(super) fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Put => &mut self.written,
            Kind::Delete => &mut self.deleted,
            Kind::Update => &mut self.updated,
            Kind::Get => &mut self.read,
        }
    }
}
