//! The depths of the queues.

use aws_sdk_sqs::types::QueueAttributeName as Name;

use super::error::FollowError;
use crate::aws_call::failed;
use crate::stack::Stack;

/// The approximate number of messages in the message queue.
///
/// # Errors
/// When the call fails.
pub async fn waiting(stack: &Stack) -> Result<u64, FollowError> {
    depth(stack, &stack.queue_url, "message queue").await
}

/// The approximate number of messages in the dead-letter queue.
///
/// # Errors
/// When the call fails.
pub async fn dead(stack: &Stack) -> Result<u64, FollowError> {
    depth(stack, &stack.dead_letter_queue_url, "dead-letter queue").await
}

/// The sum of the messages that wait, are being worked on, and are delayed.
async fn depth(stack: &Stack, url: &str, name: &str) -> Result<u64, FollowError> {
    let names = [
        Name::ApproximateNumberOfMessages,
        Name::ApproximateNumberOfMessagesNotVisible,
        Name::ApproximateNumberOfMessagesDelayed,
    ];
    let get = stack
        .sqs
        .get_queue_attributes()
        .queue_url(url)
        .set_attribute_names(Some(names.to_vec()));
    let doing = format!("looking at the {name} (sqs:GetQueueAttributes)");
    let attributes = get.send().await.map_err(failed(doing))?.attributes.unwrap_or_default();
    let counts = names
        .iter()
        .filter_map(|name| attributes.get(name)?.parse::<u64>().ok());
    Ok(counts.sum())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use aws_sdk_sqs::operation::get_queue_attributes::GetQueueAttributesOutput;
    use aws_smithy_mocks::{RuleMode, mock, mock_client};

    use super::*;
    use crate::stack::testing;

    #[tokio::test]
    async fn all_that_is_in_a_queue_is_counted() {
        let attributes = mock!(aws_sdk_sqs::Client::get_queue_attributes).then_output(|| {
            let counts = [
                (Name::ApproximateNumberOfMessages, "1".to_owned()),
                (Name::ApproximateNumberOfMessagesNotVisible, "20".to_owned()),
                (Name::ApproximateNumberOfMessagesDelayed, "300".to_owned()),
            ];
            GetQueueAttributesOutput::builder()
                .set_attributes(Some(HashMap::from(counts)))
                .build()
        });
        let mut stack = testing::stack(None);
        stack.sqs = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&attributes]);
        assert_eq!(waiting(&stack).await.unwrap(), 321);
    }
}
