//! The tasks that a plan gives out, and their results.

use attributes::ItemKey;
use message::Order;

use crate::failure::Failure;
use crate::operation::{Change, OrderedPut, Update};

/// One call, or one write of a call. All tasks of a round can be carried out at once.
#[derive(Debug)]
pub struct Task {
    /// Identifies the task to [`settle`](super::Plan::settle).
    pub ticket: Ticket,
    /// The action on the item.
    pub action: Action,
}

/// Identifies a row: a write of a `BATCH_WRITE`, or the whole request of any other message.
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
    /// The row that requests the task.
    pub row: Row,
    /// The key of the item.
    pub key: ItemKey,
    /// The requested effect.
    pub asked: Effect,
    pub(super) step: usize,
}

/// The effect of a row on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The item is put.
    Written,
    /// The item is put and replaces one that another ingest had put, or that had no order.
    Replaced,
    /// The item is deleted.
    Deleted,
    /// The item is updated.
    Updated,
    /// The item is read.
    Read,
    /// Nothing is written, because another row of the batch writes the item that stays.
    Superseded,
    /// Nothing is written, because the item in the table has a higher order.
    Outdated,
    /// Nothing is written, because the item exists.
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
    /// The order of the item that stays, if an existing item stays: another row of the batch may have written it.
    pub kept: Option<Order>,
}

/// The outcome of a task, or its failure.
pub type TaskResult = Result<Outcome, Failure>;

/// The number of effects of each kind, for the log and the metrics. Each effect counts once, except that a replaced item also
/// counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EffectCounts {
    /// Items put.
    pub written: usize,
    /// Those of the written items that replaced an item of another ingest, as far as known: only an ordered put finds out.
    pub replaced: usize,
    /// Items deleted.
    pub deleted: usize,
    /// Items updated.
    pub updated: usize,
    /// Items read.
    pub read: usize,
    /// Writes that another write of the batch made unnecessary.
    pub superseded: usize,
    /// Writes that are older than the item in the table.
    pub outdated: usize,
    /// Writes that leave an existing item as it is.
    pub existing: usize,
}

impl From<usize> for Row {
    /// The only row of a message.
    fn from(message: usize) -> Self {
        Self { message, index: 0 }
    }
}

impl Action {
    /// The effect that the action requests.
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

impl EffectCounts {
    /// Counts the effects, each of which has its message.
    #[must_use]
    pub fn of(effects: &[(usize, Effect)]) -> Self {
        let mut counts = Self::default();
        for &(_, effect) in effects {
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
