//! The rows of one key that are carried out together.

use attributes::ItemKey;

use super::task::{Action, Effect, Outcome, Row};
use crate::operation::{OrderedPut, Precedence};

/// The rows of one key in one stage.
#[derive(Debug)]
pub(super) struct Step {
    pub key: ItemKey,
    /// The rows in the order of precedence, each with its action until that is given out. Only the last row is carried out. There
    /// is more than one row only when all are writes, or all are ordered puts. Writes stand in the order of the batch.
    pub rows: Vec<(Row, Option<Action>)>,
    /// The number of rows before the given-out row with the same ordered put, which was sent more than once.
    repeats: usize,
}

impl Step {
    pub fn new(key: ItemKey, row: Row, action: Action) -> Self {
        Self {
            key,
            rows: vec![(row, Some(action))],
            repeats: 0,
        }
    }

    /// Adds an ordered put to others with the same rule of precedence.
    pub fn join(&mut self, row: Row, put: Box<OrderedPut>) {
        let is_before = |(_, other): &(Row, Option<Action>)| {
            let other = ordered_put(other.as_ref());
            other.is_some_and(|other| other.compare(&put).is_le())
        };
        let place = self.rows.partition_point(is_before);
        self.rows.insert(place, (row, Some(Action::OrderedPut(put))));
    }

    /// Gives out the row to carry out; `None` if it is given out already.
    pub fn give_out(&mut self) -> Option<(Row, Action)> {
        let ((row, action), before) = self.rows.split_last_mut()?;
        let action = action.take()?;
        if let Action::OrderedPut(put) = &action {
            let before = before.iter().rev();
            let others = before.map_while(|(_, other)| ordered_put(other.as_ref()));
            self.repeats = others.take_while(|other| other.order == put.order).count();
        }
        Some((*row, action))
    }

    /// Ends the step: nothing more is given out, even if the last rows are removed, because the other rows have their effects.
    pub fn close(&mut self) {
        for (_, action) in &mut self.rows {
            *action = None;
        }
    }

    /// The effects of all rows, each with its message, given the outcome of the row that was given out.
    pub fn effects(&self, outcome: Outcome) -> impl Iterator<Item = (usize, Effect)> {
        let Outcome { effect, kept } = outcome;
        let of_repeat = match effect {
            Effect::Replaced => Effect::Written,
            same => same,
        };
        let first = self.rows.first().and_then(|(_, action)| ordered_put(action.as_ref()));
        let of_others = match first.map(|put| put.precedence) {
            Some(Precedence::Existing) => Effect::Existing,
            Some(Precedence::Higher) | None => Effect::Superseded,
        };
        let rows = self.rows.iter().rev().enumerate();
        rows.map(move |(before, (row, action))| {
            let wrote_what_stays = || kept.is_some() && kept == ordered_put(action.as_ref()).map(|put| put.order);
            let effect = match before {
                0 => effect,
                _ if before <= self.repeats => of_repeat,
                _ if wrote_what_stays() => Effect::Written,
                _ => of_others,
            };
            (row.message, effect)
        })
    }
}

fn ordered_put(action: Option<&Action>) -> Option<&OrderedPut> {
    match action? {
        Action::OrderedPut(put) => Some(put),
        _ => None,
    }
}
