//! The latest ingests, and the search for a short id among them.

use std::time::SystemTime;

use futures::stream::{self, StreamExt, TryStreamExt};
use ledger::{Record, Timestamp};
use uuid::Uuid;

use super::error::IngestsError;
use super::span::{DAY, Span};
use super::table::{self, Which};
use crate::short_id::ShortId;
use crate::stack::Stack;

/// The number of days that are searched, from today backwards. A record is kept for 90 days after its first write, which may be
/// some hours after the upload.
const DAYS: u64 = 91;
/// The most days that are asked for at once.
const DAYS_AT_ONCE: usize = 8;
/// The number of latest ingests among which a short id is searched.
const SHORT_IDS: usize = 1_000;

/// Reads the records of the latest ingests, up to `limit`, the latest first.
///
/// # Errors
/// When the table cannot be read.
pub async fn latest(stack: &Stack, limit: usize, now: SystemTime) -> Result<Vec<Record>, IngestsError> {
    let ids = latest_ids(stack, limit, now).await?;
    let mut records = table::records(stack, &ids).await?;
    Ok(ids.iter().filter_map(|id| records.remove(id)).collect())
}

/// Finds the ingest with a short id among the latest ones.
///
/// # Errors
/// When none or several have the short id, or the table cannot be read.
pub async fn with_short_id(stack: &Stack, short_id: &ShortId, now: SystemTime) -> Result<Uuid, IngestsError> {
    let latest = latest_ids(stack, SHORT_IDS, now).await?;
    let found: Vec<_> = latest.iter().copied().filter(|id| short_id.is_of(*id)).collect();
    match found[..] {
        [id] => Ok(id),
        [] => Err(IngestsError::UnknownShort {
            id: short_id.to_string(),
            looked_at: latest.len(),
        }),
        _ => Err(IngestsError::Ambiguous {
            id: short_id.to_string(),
            ids: found,
        }),
    }
}

async fn latest_ids(stack: &Stack, limit: usize, now: SystemTime) -> Result<Vec<Uuid>, IngestsError> {
    let mut days = stream::iter(days_before(now))
        .map(|day| async move { table::of_day(stack, &day, Which::Latest(limit)).await })
        .buffered(DAYS_AT_ONCE);
    let mut ids = Vec::new();
    while ids.len() < limit
        && let Some(entries) = days.try_next().await?
    {
        ids.extend(entries.into_iter().map(|entry| entry.id));
    }
    ids.truncate(limit);
    Ok(ids)
}

/// The days on which the latest ingests may be, the latest first. Tomorrow is one of them, since S3's clock may be past midnight
/// already.
fn days_before(now: SystemTime) -> Vec<String> {
    let now = Timestamp::of(now).millis();
    let span = Span {
        from: now.saturating_sub((DAYS - 1) * DAY),
        to: now + DAY,
    };
    let mut days: Vec<_> = span.days().collect();
    days.reverse();
    days
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn days_go_back_from_tomorrow_to_the_first_that_can_have_a_record() {
        // 2026-03-01T23:59:59Z
        let days = days_before(UNIX_EPOCH + Duration::from_secs(1_772_409_599));
        assert_eq!(days[..3], ["2026-03-02", "2026-03-01", "2026-02-28"]);
        assert_eq!((days.len(), days[91].as_str()), (92, "2025-12-01"));
    }
}
