//! The messages of one key that are carried out at one time.

use attributes::ItemKey;

use super::task::{Action, Effect, Outcome};
use crate::operation::{OrderedPut, Precedence};

/// The messages of one key in one stage.
#[derive(Debug)]
pub(super) struct Step {
    pub key: ItemKey,
    /// Messages in their order, and their actions until these are given out. Only the last one is carried out; there is
    /// more than one only when all are writes, or all are ordered puts, which are in the order of their precedence.
    pub messages: Vec<(usize, Option<Action>)>,
    /// The number of messages before the one given out that ask for the same ordered put as it: one that was sent twice.
    repeats: usize,
}

impl Step {
    pub fn new(key: ItemKey, message: usize, action: Action) -> Self {
        Self {
            key,
            messages: vec![(message, Some(action))],
            repeats: 0,
        }
    }

    /// Adds an ordered put to others of its precedence.
    pub fn join(&mut self, message: usize, put: Box<OrderedPut>) {
        let is_before = |(_, other): &(usize, Option<Action>)| {
            let other = ordered_put(other.as_ref());
            other.is_some_and(|other| other.compare(&put).is_le())
        };
        let place = self.messages.partition_point(is_before);
        self.messages.insert(place, (message, Some(Action::OrderedPut(put))));
    }

    /// The message to carry out, if it is not given out already.
    pub fn give_out(&mut self) -> Option<(usize, Action)> {
        let ((message, action), before) = self.messages.split_last_mut()?;
        let action = action.take()?;
        if let Action::OrderedPut(put) = &action {
            let before = before.iter().rev();
            let others = before.map_while(|(_, other)| ordered_put(other.as_ref()));
            self.repeats = others.take_while(|other| other.order == put.order).count();
        }
        Some((*message, action))
    }

    /// The effects of all messages, when the one given out has this outcome.
    pub fn effects(&self, outcome: Outcome) -> impl Iterator<Item = (usize, Effect)> {
        let Outcome { effect, kept } = outcome;
        let of_repeat = match effect {
            Effect::Replaced => Effect::Written,
            same => same,
        };
        let first = self
            .messages
            .first()
            .and_then(|(_, action)| ordered_put(action.as_ref()));
        let of_others = match first.map(|put| put.precedence) {
            Some(Precedence::Existing) => Effect::Existing,
            Some(Precedence::Higher) | None => Effect::Superseded,
        };
        let messages = self.messages.iter().rev().enumerate();
        messages.map(move |(before, (message, action))| {
            let wrote_what_stays = || kept.is_some() && kept == ordered_put(action.as_ref()).map(|put| put.order);
            let effect = match before {
                0 => effect,
                _ if before <= self.repeats => of_repeat,
                _ if wrote_what_stays() => Effect::Written,
                _ => of_others,
            };
            (*message, effect)
        })
    }
}

fn ordered_put(action: Option<&Action>) -> Option<&OrderedPut> {
    match action? {
        Action::OrderedPut(put) => Some(put),
        _ => None,
    }
}
