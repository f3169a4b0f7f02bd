use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemError, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectInput, GetObjectOutput};
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_sqs::operation::get_queue_attributes::GetQueueAttributesOutput;
use aws_sdk_sqs::operation::receive_message::ReceiveMessageOutput;
use aws_sdk_sqs::types::QueueAttributeName;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use ledger::Timestamp;

use super::books::Substitute;
use super::*;
use crate::object::testing::object;
use crate::stack::testing::{silent_stack, stack_with_books};

const ID: &str = "019b76da-a800-7000-8000-0123456789ab";
// The time of the id, 2026-01-01T00:00:00Z.
const AT: i64 = 1_767_225_600;

/// A fresh record of an ingest of 5 rows, of which `written` are written.
fn record(written: u64) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
        let text = |text: &str| AttributeValue::S(text.into());
        let number = |number: u64| AttributeValue::N(number.to_string());
        let now = Timestamp::of(std::time::SystemTime::now()).to_string();
        let item = [
            ("ingest_id", text(ID)),
            ("updated", text(&now)),
            ("extracted", text(&now)),
            ("rows_sent", number(5)),
            ("counted", AttributeValue::L(vec![number(1)])),
            ("written_1", number(written)),
        ];
        let item = item.map(|(name, value)| (name.to_owned(), value)).into();
        BatchGetItemOutput::builder().responses("ingests", vec![item]).build()
    })
}

/// A patience that no test outlasts, and one that a test may outlast.
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(300);

/// The least depth of a queue with the messages of other uploads. It differs at every look.
const BUSY: u64 = 70_000;

/// Follows an upload of 5 rows that has a report, while `waiting` messages are in the queue and none is dead.
async fn follow_with(books: Rule, waiting: u64, patience: Duration) -> Followed {
    follow_all(&["a.csv"], books, waiting, patience).await
}

/// Follows uploads of 5 rows. Those whose key begins with `unread` have no report.
async fn follow_all(keys: &[&str], books: Rule, waiting: u64, patience: Duration) -> Followed {
    let is_unread = |asked: &GetObjectInput| asked.key().is_some_and(|key| key.starts_with("unread"));
    let no_report = ErrorMetadata::builder().code("NoSuchKey").build();
    let no_report = mock!(aws_sdk_s3::Client::get_object)
        .match_requests(is_unread)
        .then_error(move || GetObjectError::generic(no_report.clone()));
    let unchanged =
        mock!(aws_sdk_s3::Client::head_object).then_output(|| HeadObjectOutput::builder().e_tag("e").build());
    let report = mock!(aws_sdk_s3::Client::get_object).then_output(|| {
        let report = format!(r#"{{"rows_read":5,"rows_sent":5,"ingest_id":"{ID}"}}"#);
        GetObjectOutput::builder().body(report.into_bytes().into()).build()
    });
    let depth = |url: &'static str, count: u64| {
        let looks = AtomicU64::new(0);
        mock!(aws_sdk_sqs::Client::get_queue_attributes)
            .match_requests(move |asked| asked.queue_url() == Some(url))
            .then_output(move || {
                let counts = GetQueueAttributesOutput::builder();
                let name = QueueAttributeName::ApproximateNumberOfMessages;
                let more = if count >= BUSY {
                    looks.fetch_add(1, Ordering::Relaxed)
                } else {
                    0
                };
                counts.attributes(name, (count + more).to_string()).build()
            })
    };
    let none = mock!(aws_sdk_dynamodb::Client::query).then_output(|| QueryOutput::builder().build());
    let no_dead_letter =
        mock!(aws_sdk_sqs::Client::receive_message).then_output(|| ReceiveMessageOutput::builder().build());
    let mut stack = stack_with_books();
    stack.pace.pause = Duration::from_millis(1);
    stack.pace.uncounted = Duration::from_millis(20);
    stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&no_report, &unchanged, &report]);
    stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&none, &books]);
    let queues = [depth("queue", waiting), depth("dead", 0)];
    stack.sqs = mock_client!(
        aws_sdk_sqs,
        RuleMode::MatchAny,
        [&queues[0], &queues[1], &no_dead_letter]
    );
    let uploads = keys.iter().map(|key| Tracked::new(object(key, "e", AT))).collect();
    let screen = Screen::new(0);
    follow(&stack, uploads, None, patience, &Cancel::default(), &screen).await
}

#[tokio::test]
async fn an_upload_is_over_when_its_record_is_full_whatever_waits_in_the_queue() {
    let followed = follow_with(record(5), BUSY, LONG).await;
    assert!(matches!(followed.end, End::Over), "{:?}", followed.end);
    assert_eq!((followed.progress.written(), followed.progress.by_queue), (5, 0));
    assert!(followed.is_sure_of_dead());
    let followed = follow_with(record(4), BUSY, SHORT).await;
    assert!(matches!(followed.end, End::Stuck), "{:?}", followed.end);
}

#[tokio::test]
async fn the_queue_stands_in_when_the_table_cannot_be_read() {
    let denied = || {
        let metadata = ErrorMetadata::builder().code("AccessDeniedException").build();
        mock!(aws_sdk_dynamodb::Client::batch_get_item).then_error(move || BatchGetItemError::generic(metadata.clone()))
    };
    let followed = follow_with(denied(), 0, LONG).await;
    assert!(matches!(followed.end, End::Over), "{:?}", followed.end);
    assert_eq!((followed.progress.written(), followed.progress.by_queue), (5, 1));
    let said = followed.tracked[0].books.substitute.as_ref().map(ToString::to_string);
    let said = said.unwrap_or_default();
    assert!(
        said.contains("(dynamodb:BatchGetItem)") && said.contains("docs/messages-command.md"),
        "{said}"
    );
    let followed = follow_with(denied(), 1, SHORT).await;
    assert!(matches!(followed.end, End::Stuck), "{:?}", followed.end);
}

#[tokio::test]
async fn counts_that_are_lost_do_not_keep_an_upload_open_for_ever() {
    let followed = follow_with(record(4), 0, LONG).await;
    assert!(matches!(followed.end, End::Over), "{:?}", followed.end);
    let lost = Substitute::Uncounted {
        accounted: 4,
        sent: Some(5),
    };
    assert_eq!(followed.tracked[0].books.substitute, Some(lost));
    assert_eq!(followed.progress.written(), 5);
}

#[tokio::test(start_paused = true)]
async fn services_that_never_reply_do_not_outlast_the_patience() {
    let (stack, _listener) = silent_stack().await;
    let uploads = vec![Tracked::new(object("a.csv", "e", AT))];
    let (screen, cancel) = (Screen::new(0), Cancel::default());
    let follow = follow(&stack, uploads, None, SHORT, &cancel, &screen);
    // A day of the paused clock, which jumps to the next timer while nothing else happens. The patience is of the real clock.
    let followed = tokio::time::timeout(Duration::from_hours(24), follow).await.unwrap();
    assert!(matches!(followed.end, End::Stuck), "{:?}", followed.end);
}

#[tokio::test]
async fn uploads_without_a_report_do_not_hide_those_behind_them() {
    let unread: Vec<_> = (0..40).map(|number| format!("unread-{number}.csv")).collect();
    let mut keys: Vec<_> = unread.iter().map(String::as_str).collect();
    keys.push("a.csv");
    // Two looks are needed, also on a busy machine.
    let patience = Duration::from_secs(2);
    let followed = follow_all(&keys, record(5), 0, patience).await;
    assert!(matches!(followed.end, End::Stuck), "{:?}", followed.end);
    let found = followed.tracked.iter().filter(|tracked| tracked.report().is_some());
    let found: Vec<_> = found.map(|tracked| tracked.upload.key.as_str()).collect();
    assert_eq!(found, ["a.csv"]);
}
