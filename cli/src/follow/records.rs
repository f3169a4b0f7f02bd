//! Reading the records of uploads, and judging by them how far these are.

use std::time::SystemTime;

use ledger::{Record, State};
use uuid::Uuid;

use super::books::Substitute;
use super::outcome::{Outcome, Tracked};
use crate::ingests::error::IngestsError;
use crate::ingests::{search, table};
use crate::stack::Stack;

/// Reads the records of uploads whose books are open.
///
/// # Errors
/// When the table cannot be read.
pub async fn read(stack: &Stack, tracked: &mut [Tracked], now: SystemTime) -> Result<(), IngestsError> {
    let mut open: Vec<_> = tracked.iter_mut().filter(|tracked| is_open(tracked)).collect();
    let is_sought = |tracked: &Tracked| tracked.report().is_none() && !tracked.books.is_certain;
    let sought: Vec<_> = open
        .iter()
        .filter(|tracked| is_sought(tracked))
        .map(|tracked| &tracked.upload)
        .collect();
    let mut found = search::ingests_of(stack, &sought, now).await?.into_iter();
    for tracked in open.iter_mut().filter(|tracked| is_sought(tracked)) {
        if let Some(found) = found.next().flatten() {
            (tracked.books.record, tracked.books.is_certain) = (Some(found.record), found.is_certain);
        }
    }
    let ids: Vec<_> = open.iter().filter_map(|tracked| tracked.ingest_id()).collect();
    let records = table::records(stack, &unique(ids)).await?;
    for tracked in open {
        if let Some(record) = tracked.ingest_id().and_then(|id| records.get(&id)) {
            tracked.books.record = Some(record.clone());
        }
        judge(tracked, now);
    }
    Ok(())
}

/// DynamoDB refuses a key that is asked for twice.
fn unique(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whether the record is followed, or stalled and may go on, and may still change.
fn is_open(tracked: &Tracked) -> bool {
    matches!(tracked.books.substitute, None | Some(Substitute::Stalled(_))) && !tracked.is_closed()
}

/// Takes in what the record says of the extraction and of itself.
fn judge(tracked: &mut Tracked, now: SystemTime) {
    if tracked.outcome.is_none() && !tracked.books.is_certain {
        return;
    }
    // One that was stalled is judged anew.
    tracked.books.substitute = None;
    let record = tracked.followed_record();
    let state = record.map(|record| record.state(now));
    let limit = record.map(Record::stalled_after).unwrap_or_default();
    if let (None, Some(record), Some(State::Failed)) = (&tracked.outcome, record, state) {
        tracked.outcome = Some(Outcome::Failed {
            reason: record.error.clone().unwrap_or_else(|| "unknown".to_owned()),
            text: record.reason.clone().unwrap_or_default(),
        });
        return;
    }
    tracked.books.substitute = match (&tracked.outcome, state) {
        (Some(Outcome::Extracted(_)), None) => Some(Substitute::NoRecord),
        (Some(Outcome::Extracted(_)), Some(State::Failed)) => Some(Substitute::Failed),
        (_, Some(State::Stalled)) => Some(Substitute::Stalled(limit)),
        _ => None,
    };
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
    use aws_sdk_dynamodb::operation::query::QueryOutput;
    use aws_sdk_dynamodb::types::AttributeValue;
    use aws_smithy_mocks::{RuleMode, mock, mock_client};
    use ledger::{EXTRACTION_STALLED_AFTER, Timestamp};

    use super::*;
    use crate::follow::report::Report;
    use crate::object::testing::object;
    use crate::stack::testing;

    const ID: &str = "019b76da-a800-7000-8000-0123456789ab";
    // The time of the id, 2026-01-01T00:00:00Z.
    const AT: i64 = 1_767_225_600;

    /// What becomes of an upload with this outcome when its record has these attributes and was written so long ago.
    async fn read_after(
        minutes: u64,
        outcome: Option<Outcome>,
        attributes: &'static [(&'static str, &'static str)],
    ) -> Tracked {
        let text = |text: &str| AttributeValue::S(text.into());
        let written = Timestamp::from_millis(AT.unsigned_abs() * 1000);
        let listed = mock!(aws_sdk_dynamodb::Client::query).then_output(move || {
            let entry = [
                ("ingest_id", text(ID)),
                ("bucket", text("data")),
                ("object", text("a.csv")),
            ];
            let entry = entry.map(|(name, value)| (name.to_owned(), value));
            QueryOutput::builder().items(entry.into()).build()
        });
        let read_record = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
            let times = [("ingest_id", text(ID)), ("updated", text(&written.to_string()))];
            let item = times
                .into_iter()
                .chain(attributes.iter().map(|(name, value)| (*name, text(value))));
            let item = item.map(|(name, value)| (name.to_owned(), value)).collect();
            BatchGetItemOutput::builder().responses("ingests", vec![item]).build()
        });
        let mut stack = testing::stack_with_books();
        stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&listed, &read_record]);
        let mut tracked = [Tracked {
            outcome,
            ..Tracked::new(object("a.csv", "e", AT))
        }];
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(AT.unsigned_abs() + minutes * 60);
        read(&stack, &mut tracked, now).await.unwrap();
        let [tracked] = tracked;
        tracked
    }

    fn extracted(ingest_id: &str) -> Outcome {
        Outcome::Extracted(Box::new(Report {
            ingest_id: Some(ingest_id.into()),
            ..Report::default()
        }))
    }

    #[tokio::test]
    async fn an_upload_is_followed_by_its_record_from_its_first_message_on() {
        let tracked = read_after(1, None, &[]).await;
        assert_eq!(
            tracked.followed_record().map(|record| record.ingest_id.to_string()),
            Some(ID.into())
        );
        assert!(tracked.books.is_certain && !tracked.is_closed());
    }

    #[tokio::test]
    async fn the_ingest_that_the_report_names_counts() {
        let other = "019b76da-a800-7000-8000-000000000000";
        let tracked = read_after(1, Some(extracted(other)), &[]).await;
        assert_eq!(tracked.books.substitute, Some(Substitute::NoRecord));
        assert_eq!(read_after(1, Some(extracted(ID)), &[]).await.books.substitute, None);
    }

    #[tokio::test]
    async fn nothing_is_written_to_a_stalled_record_and_the_queue_stands_in() {
        assert_eq!(read_after(60, None, &[]).await.books.substitute, None);
        assert_eq!(
            read_after(61, None, &[]).await.books.substitute,
            Some(Substitute::Stalled(EXTRACTION_STALLED_AFTER))
        );
    }

    #[tokio::test]
    async fn a_stalled_record_is_followed_again_when_it_is_written() {
        let mut tracked = read_after(61, None, &[]).await;
        assert!(tracked.followed_record().is_none() && is_open(&tracked));
        let written = AT.unsigned_abs() + 61 * 60;
        tracked.books.record.as_mut().unwrap().updated = Some(Timestamp::from_millis(written * 1000));
        judge(
            &mut tracked,
            SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(written),
        );
        assert_eq!(tracked.books.substitute, None);
        assert!(tracked.followed_record().is_some());
    }

    #[tokio::test]
    async fn an_extraction_that_failed_for_the_last_time_is_an_outcome() {
        let failed = &[
            ("state", "failed"),
            ("error", "AccessDenied"),
            ("reason", "it may not read it"),
        ];
        let tracked = read_after(90, None, failed).await;
        let Some(Outcome::Failed { reason, text }) = &tracked.outcome else {
            panic!("{tracked:?}");
        };
        assert_eq!((reason.as_str(), text.as_str()), ("AccessDenied", "it may not read it"));
        assert!(tracked.is_closed());
        let tracked = read_after(1, Some(extracted(ID)), failed).await;
        assert_eq!(tracked.books.substitute, Some(Substitute::Failed));
    }
}
