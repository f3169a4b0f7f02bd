use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_sqs::operation::change_message_visibility_batch::ChangeMessageVisibilityBatchOutput;
use aws_sdk_sqs::operation::get_queue_attributes::GetQueueAttributesOutput;
use aws_sdk_sqs::operation::receive_message::ReceiveMessageOutput;
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

use super::*;
use crate::stack::testing;

/// A dead-letter queue that reports `count` messages.
fn says(count: u64) -> Rule {
    mock!(aws_sdk_sqs::Client::get_queue_attributes).then_output(move || {
        GetQueueAttributesOutput::builder()
            .attributes(QueueAttributeName::ApproximateNumberOfMessages, count.to_string())
            .build()
    })
}

/// A queue that returns these messages one by one in each sweep, and the number of receives so far.
fn gives(ids: &'static [&'static str], cancel: Option<Cancel>) -> (Rule, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let rule = mock!(aws_sdk_sqs::Client::receive_message).then_output(move || {
        let call = counted.fetch_add(1, Ordering::Relaxed);
        if let Some(cancel) = &cancel {
            cancel.signal();
        }
        let id = ids.get(call % (ids.len() + 1));
        let messages = id.map(|id| {
            vec![
                Message::builder()
                    .message_id(*id)
                    .receipt_handle(*id)
                    .body("{}")
                    .build(),
            ]
        });
        ReceiveMessageOutput::builder().set_messages(messages).build()
    });
    (rule, calls)
}

fn releases() -> Rule {
    mock!(aws_sdk_sqs::Client::change_message_visibility_batch).then_output(|| {
        let output = ChangeMessageVisibilityBatchOutput::builder();
        let output = output.set_successful(Some(Vec::new())).set_failed(Some(Vec::new()));
        output.build().unwrap()
    })
}

fn stack(rules: &[&Rule]) -> Stack {
    let mut stack = testing::stack(None);
    stack.sqs = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, rules);
    stack
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_said_to_be_empty_is_asked_all_the_same() {
    let (receives, calls) = gives(&["a", "b"], None);
    let stack = stack(&[&says(0), &receives, &releases()]);
    let looked = look(&stack, 5, &Cancel::default()).await.unwrap();
    assert_eq!((looked.dead_letters.len(), looked.is_complete), (2, true));
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn dead_letters_that_somebody_else_holds_are_missing_and_that_is_known() {
    let (receives, calls) = gives(&["a"], None);
    let releases = releases();
    let stack = stack(&[&says(2), &receives, &releases]);
    let looked = look(&stack, 5, &Cancel::default()).await.unwrap();
    assert_eq!((looked.dead_letters.len(), looked.is_complete), (1, false));
    assert_eq!((calls.load(Ordering::Relaxed), releases.num_calls()), (10, 5));
}

#[tokio::test(start_paused = true)]
async fn who_interrupts_a_look_leaves_no_dead_letter_hidden() {
    let cancel = Cancel::default();
    let (receives, calls) = gives(&["a", "b", "c"], Some(cancel.clone()));
    let releases = releases();
    let stack = stack(&[&says(3), &receives, &releases]);
    let looked = look(&stack, 5, &cancel).await;
    assert!(matches!(looked, Err(FollowError::Interrupted(_))), "{looked:?}");
    assert_eq!((calls.load(Ordering::Relaxed), releases.num_calls()), (1, 1));
}
