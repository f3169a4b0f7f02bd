//! Least privilege: the role of each function allows exactly the calls that the function needs.

use std::collections::BTreeSet;

use end_to_end::Stack;

/// Tries every call of [`end_to_end::calls`] with a function's role. Exactly the expected ones must be allowed: with one more the
/// role is too wide, with one less the function does not work.
async fn assert_allowed(logical_id: &str, expected: &[&str]) {
    let stack = Stack::connect().await;
    let function = stack.function(logical_id).await;
    let allowed = stack.calls_allowed_to(&function).await;
    let expected: BTreeSet<_> = expected.iter().map(|call| (*call).to_owned()).collect();
    assert_eq!(allowed, expected);
}

#[tokio::test]
async fn the_extractor_reads_data_writes_reports_sends_goes_on_and_keeps_the_books() {
    assert_allowed(
        "S3ToSqsFunction",
        &[
            "s3:ListBucket on data bucket",
            "s3:GetObject on data bucket",
            "s3:PutObject on report bucket",
            "s3:AbortMultipartUpload on report bucket",
            "sqs:SendMessage on queue",
            "sqs:SendMessageBatch on queue",
            "sqs:SendMessage on dead-letter queue",
            "lambda:InvokeFunction on S3ToSqsFunction",
            "dynamodb:UpdateItem on ingest table",
            "events:PutEvents of messages, Ingest Completed on bus default",
            "events:PutEvents of messages, Ingest Failed on bus default",
        ],
    )
    .await;
}

#[tokio::test]
async fn the_writer_receives_writes_gives_up_and_keeps_the_books() {
    assert_allowed(
        "SqsToDynamoDbFunction",
        &[
            "dynamodb:BatchWriteItem on table",
            "dynamodb:GetItem on table",
            "dynamodb:PartiQLInsert on table",
            "dynamodb:PutItem on table",
            "dynamodb:Scan on table",
            "dynamodb:UpdateItem on table",
            "dynamodb:UpdateItem on ingest table",
            "events:PutEvents of messages, Ingest Completed on bus default",
            "sqs:ChangeMessageVisibility on queue",
            "sqs:ChangeMessageVisibilityBatch on queue",
            "sqs:DeleteMessage on queue",
            "sqs:GetQueueAttributes on queue",
            "sqs:ReceiveMessage on queue",
            "sqs:SendMessage on dead-letter queue",
            "sqs:SendMessageBatch on dead-letter queue",
        ],
    )
    .await;
}

#[tokio::test]
async fn the_list_function_lists() {
    assert_allowed(
        "GetMessagesFunction",
        &["dynamodb:Query on table", "dynamodb:Scan on table"],
    )
    .await;
}

#[tokio::test]
async fn the_get_function_gets() {
    assert_allowed("GetMessageFunction", &["dynamodb:GetItem on table"]).await;
}

#[tokio::test]
async fn the_post_function_puts_and_compares() {
    assert_allowed(
        "PostMessageFunction",
        &["dynamodb:GetItem on table", "dynamodb:PutItem on table"],
    )
    .await;
}

#[tokio::test]
async fn the_put_function_updates_and_compares() {
    assert_allowed(
        "PutMessageFunction",
        &["dynamodb:GetItem on table", "dynamodb:UpdateItem on table"],
    )
    .await;
}

#[tokio::test]
async fn the_delete_function_deletes_and_compares() {
    assert_allowed(
        "DeleteMessageFunction",
        &["dynamodb:GetItem on table", "dynamodb:DeleteItem on table"],
    )
    .await;
}
