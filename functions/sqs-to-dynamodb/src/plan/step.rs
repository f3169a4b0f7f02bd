//! The rows of one key that are carried out at one time.

use attributes::ItemKey;

use super::task::{Action, Effect, Outcome, Row};
use crate::operation::{OrderedPut, Precedence};

/// The rows of one key in one stage.
#[derive(Debug)]
pub(super) struct Step {
    pub key: ItemKey,
    /// Rows in their order, and their actions until these are given out. Only the last one is carried out; there is more than
    /// one only when all are writes, or all are ordered puts, which are in the order of their precedence.
    pub rows: Vec<(Row, Option<Action>)>,
    /// The number of rows before the one given out that ask for the same ordered put as it: one that was sent twice.
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

    /// Adds an ordered put to others of its precedence.
    pub fn join(&mut self, row: Row, put: Box<OrderedPut>) {
        let is_before = |(_, other): &(Row, Option<Action>)| {
            let other = ordered_put(other.as_ref());
            other.is_some_and(|other| other.compare(&put).is_le())
        };
        let place = self.rows.partition_point(is_before);
        self.rows.insert(place, (row, Some(Action::OrderedPut(put))));
    }

    /// The row to carry out, if it is not given out already.
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

    /// Leaves nothing to give out, even if the last rows are taken away: the others have their effects.
    pub fn close(&mut self) {
        for (_, action) in &mut self.rows {
            *action = None;
        }
    }

    /// The effects of all rows, each with its message, when the one given out has this outcome.
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
