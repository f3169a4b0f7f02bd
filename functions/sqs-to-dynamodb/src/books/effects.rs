//! What became of the messages of a batch, by ingest and attempt. Pure.

use std::collections::BTreeMap;

use aws_lambda_events::sqs::SqsMessage;
use ledger::Effects;
use uuid::Uuid;

use crate::outcomes::Outcomes;
use crate::plan::Effect;
use crate::record::{attempt, was_dead_letter};

/// The effects of the messages of each attempt of an ingest. A message counts once, however many writes it has. One that is
/// delivered again counts then, and one that only reads is no row. A message that was a dead letter takes one from the dead,
/// and counts as what became of it now.
pub fn by_attempt(records: &[SqsMessage], outcomes: &Outcomes) -> BTreeMap<(Uuid, u32), Effects> {
    let effects = of_messages(records.len(), &outcomes.effects);
    let mut attempts: BTreeMap<_, Effects> = BTreeMap::new();
    for (message, (record, effect)) in records.iter().zip(effects).enumerate() {
        let is_dead = outcomes.permanent.contains_key(&message);
        if !is_dead && effect.is_none() {
            continue;
        }
        let Some(attempt) = attempt(record) else {
            continue;
        };
        let effects = attempts.entry(attempt).or_default();
        effects.dead += i64::from(is_dead) - i64::from(was_dead_letter(record));
        if let Some(effect) = effect {
            add(effects, effect);
        }
    }
    attempts
}

/// The effect by which each message counts: of a `BATCH_WRITE` one that writes, if there is any.
fn of_messages(messages: usize, effects: &[(usize, Effect)]) -> Vec<Option<Effect>> {
    let mut of_messages = vec![None; messages];
    for &(message, effect) in effects {
        match effect {
            Effect::Superseded => _ = of_messages[message].get_or_insert(effect),
            effect => of_messages[message] = Some(effect),
        }
    }
    of_messages
}

fn add(effects: &mut Effects, effect: Effect) {
    let count = match effect {
        Effect::Written | Effect::Deleted | Effect::Updated => &mut effects.written,
        Effect::Replaced => {
            effects.replaced += 1;
            &mut effects.written
        }
        Effect::Superseded => &mut effects.superseded,
        Effect::Outdated => &mut effects.outdated,
        Effect::Existing => &mut effects.existing,
        Effect::Read => return,
    };
    *count += 1;
}
