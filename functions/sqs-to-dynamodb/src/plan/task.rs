//! The tasks that a plan gives out, and their results.

use attributes::ItemKey;
use message::Order;

use crate::failure::Failure;
use crate::operation::{Change, OrderedPut, Update};

/// One call, or one write of a call, that can be carried out beside all others of its round.
#[derive(Debug)]
pub struct Task {
    /// Identifies the task to [`settle`](super::Plan::settle).
    pub ticket: Ticket,
    /// The action on the item.
    pub action: Action,
}

/// Identifies a row: a write of a `BATCH_WRITE`, or what a message of another method asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// The message, by its index in the batch.
    pub message: usize,
    /// The place of the row in the message, from 0.
    pub index: usize,
}

/// Identifies a task.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The row that asks for it.
    pub row: Row,
    /// The key of the item.
    pub key: ItemKey,
    /// The effect that is asked for.
    pub asked: Effect,
    pub(super) step: usize,
}

/// The effect of a row on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The item is put.
    Written,
    /// The item is put in the place of one that another ingest had put there, or that had no order.
    Replaced,
    /// The item is deleted.
    Deleted,
    /// The item is updated.
    Updated,
    /// The item is read.
    Read,
    /// Nothing is written, because another row of the batch writes the item that is to stay.
    Superseded,
    /// Nothing is written, because the item in the table has a higher order.
    Outdated,
    /// Nothing is written, because an item is there.
    Existing,
}

/// An action on an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Replace or remove it.
    Write(Change),
    /// Put it, depending on what is there.
    OrderedPut(Box<OrderedPut>),
    /// Update it in place.
    Update(Box<Update>),
    /// Read it.
    Get,
}

/// The outcome of a task that does not fail.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The effect.
    pub effect: Effect,
    /// The order of the item that stays, where one does: another row of the batch may have written it.
    pub kept: Option<Order>,
}

/// The outcome of a task, or why it has none.
pub type TaskResult = Result<Outcome, Failure>;

/// The number of effects of each kind, for the log and the metrics. Each effect is counted once, but for `replaced`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items put.
    pub written: usize,
    /// Those of them that replaced an item of another ingest, as far as that is known: only an ordered put knows it.
    pub replaced: usize,
    /// Items deleted.
    pub deleted: usize,
    /// Items updated.
    pub updated: usize,
    /// Items read.
    pub read: usize,
    /// Writes that another one of the batch made superfluous.
    pub superseded: usize,
    /// Writes that are older than what is there.
    pub outdated: usize,
    /// Writes that leave an item as it is.
    pub existing: usize,
}

impl From<usize> for Row {
    /// The only row of a message.
    fn from(message: usize) -> Self {
        Self { message, index: 0 }
    }
}

impl Action {
    /// The effect that the action asks for.
    pub(super) fn effect(&self) -> Effect {
        match self {
            Self::Write(Change::Put(_)) | Self::OrderedPut(_) => Effect::Written,
            Self::Write(Change::Delete) => Effect::Deleted,
            Self::Update(_) => Effect::Updated,
            Self::Get => Effect::Read,
        }
    }
}

impl From<Effect> for Outcome {
    fn from(effect: Effect) -> Self {
        Self { effect, kept: None }
    }
}

impl FromIterator<Effect> for Counts {
    fn from_iter<I: IntoIterator<Item = Effect>>(effects: I) -> Self {
        let mut counts = Self::default();
        for effect in effects {
            let count = match effect {
                Effect::Written => &mut counts.written,
                Effect::Replaced => {
                    counts.replaced += 1;
                    &mut counts.written
                }
                Effect::Deleted => &mut counts.deleted,
                Effect::Updated => &mut counts.updated,
                Effect::Read => &mut counts.read,
                Effect::Superseded => &mut counts.superseded,
                Effect::Outdated => &mut counts.outdated,
                Effect::Existing => &mut counts.existing,
            };
            *count += 1;
        }
        counts
    }
}
