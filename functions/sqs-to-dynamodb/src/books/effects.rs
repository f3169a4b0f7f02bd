//! Counts the outcomes of the rows of a batch by ingest and attempt. Pure.

use std::collections::BTreeMap;

use ledger::Effects;
use uuid::Uuid;

use crate::outcomes::Outcomes;
use crate::plan::Effect;
use crate::record::{Record, attempt, was_dead_letter};

/// The effects of the rows of each ingest, by attempt.
pub type Ingests = BTreeMap<Uuid, BTreeMap<u32, Effects>>;

/// Counts the effects of the rows of each ingest, by attempt. A message that is delivered again is left out: it counts on that
/// delivery. Reads are left out, because they are not rows. The rows of a message that was a dead letter are subtracted from
/// `dead` and count by their new outcomes.
pub fn by_ingest(records: &[Record<'_>], outcomes: &Outcomes) -> Ingests {
    let attempts: Vec<_> = records.iter().map(attempt).collect();
    let mut ingests = Ingests::new();
    for (message, record) in records.iter().enumerate() {
        if outcomes.transient.contains_key(&message) {
            continue;
        }
        let were_dead = if was_dead_letter(record) {
            outcomes.rows(message)
        } else {
            0
        };
        let are_dead = outcomes.dead_rows(message);
        if let Some(attempt) = attempts[message]
            && (were_dead, are_dead) != (0, 0)
        {
            effects_of(&mut ingests, attempt).dead += signed(are_dead) - signed(were_dead);
        }
    }
    for &(message, effect) in &outcomes.effects {
        if let Some(attempt) = attempts[message]
            && effect != Effect::Read
        {
            add(effects_of(&mut ingests, attempt), effect);
        }
    }
    ingests
}

fn effects_of(ingests: &mut Ingests, (ingest_id, attempt): (Uuid, u32)) -> &mut Effects {
    ingests.entry(ingest_id).or_default().entry(attempt).or_default()
}

/// Converts a number of rows, which always fits: an event has at most 6 MB.
fn signed(rows: usize) -> i64 {
    rows.try_into().unwrap_or(i64::MAX)
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
