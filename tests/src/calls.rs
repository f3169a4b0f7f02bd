//! Tries AWS calls with the credentials of a role, to find out which of them the role allows.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BatchStatementRequest, BillingMode, DeleteRequest, KeySchemaElement, KeyType,
    KeysAndAttributes, ScalarAttributeType, WriteRequest,
};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::config::Credentials;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, SendMessageBatchRequestEntry};
use serde_json::json;

use crate::lambda::Function;
use crate::{Stack, unique};

/// An object for calls that read. Its name invokes no function.
const READABLE: &str = "calls/readable.txt";
/// An object for calls that write and delete.
const WRITABLE: &str = "calls/writable.txt";

/// The tried calls that IAM allows, each with its resource. Every allowed call also succeeds.
#[derive(Debug)]
pub struct Calls {
    role: Stack,
    marker: String,
    allowed: BTreeSet<String>,
}

struct Others {
    table: String,
    bucket: String,
    queue_url: String,
}

impl Stack {
    /// The stack with the rights of a function. The emulator lets its account assume any role, whatever the role's trust policy
    /// says, and then enforces the role's policies.
    pub async fn signed_in_as_role_of(&self, function: &Function) -> Self {
        let sts = aws_sdk_sts::Client::new(&self.sdk_config().await);
        let assume = sts
            .assume_role()
            .role_arn(&function.role)
            .role_session_name("end-to-end");
        let assumed = assume.send().await.expect("the role can be assumed").credentials;
        let assumed = assumed.expect("credentials");
        let (key, secret, token) = (assumed.access_key_id, assumed.secret_access_key, assumed.session_token);
        self.signed_in_as(Credentials::new(key, secret, Some(token), None, "the function's role"))
            .await
    }

    /// Creates resources of the same kinds that do not belong to the stack.
    async fn create_others(&self) -> Others {
        let name = format!("end-to-end-{}", unique::name());
        let create = self.sqs.create_queue().queue_name(&name);
        let queue_url = create.send().await.expect("a queue can be created").queue_url;
        let create = self.s3.create_bucket().bucket(&name);
        create.send().await.expect("a bucket can be created");
        let create = self
            .dynamodb
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest);
        let create =
            [("date", KeyType::Hash), ("time", KeyType::Range)]
                .into_iter()
                .fold(create, |create, (name, role)| {
                    let attribute = AttributeDefinition::builder().attribute_name(name);
                    let attribute = attribute.attribute_type(ScalarAttributeType::S).build();
                    let element = KeySchemaElement::builder().attribute_name(name).key_type(role).build();
                    create
                        .attribute_definitions(attribute.expect("name and type are set"))
                        .key_schema(element.expect("name and type are set"))
                });
        create.send().await.expect("a table can be created");
        Others {
            table: name.clone(),
            bucket: name,
            queue_url: queue_url.expect("a queue has a URL"),
        }
    }

    async fn delete_others(&self, others: Others) {
        self.delete_object(&others.bucket, WRITABLE).await;
        let delete = self.s3.delete_bucket().bucket(others.bucket);
        delete.send().await.expect("the bucket can be deleted");
        let delete = self.dynamodb.delete_table().table_name(others.table);
        delete.send().await.expect("the table can be deleted");
        let delete = self.sqs.delete_queue().queue_url(others.queue_url);
        delete.send().await.expect("the queue can be deleted");
    }

    /// Tries every call with the rights of a function's role, and returns the names of the allowed calls.
    pub async fn calls_allowed_to(&self, function: &Function) -> BTreeSet<String> {
        for bucket in [&self.outputs.data_bucket_name, &self.outputs.report_bucket_name] {
            self.upload_as(bucket, READABLE, "readable", "text/plain").await;
        }
        let mut calls = Calls {
            role: self.signed_in_as_role_of(function).await,
            marker: unique::name(),
            allowed: BTreeSet::new(),
        };
        let outputs = &self.outputs;
        let other = self.create_others().await;
        for (name, table) in [("table", &outputs.table_name), ("other table", &other.table)] {
            let key = [("date", unique::date()), ("time", "00:00:00".to_owned())];
            calls.on_table(name, table, &key).await;
        }
        let ingest = [("ingest_id", unique::name())];
        calls
            .on_table("ingest table", &outputs.ingest_table_name, &ingest)
            .await;
        let delete = self.dynamodb.delete_item().table_name(&outputs.ingest_table_name);
        let delete = delete.key("ingest_id", AttributeValue::S(ingest[0].1.clone())).send();
        delete.await.expect("the table can be written");
        for (source, kind, bus) in [
            ("messages", "Ingest Completed", "default"),
            ("messages", "Ingest Failed", "default"),
            ("messages", "Ingest Opened", "default"),
            ("others", "Ingest Completed", "default"),
            ("messages", "Ingest Completed", "other"),
        ] {
            calls.on_bus(source, kind, bus).await;
        }
        for (name, bucket) in [
            ("data bucket", &outputs.data_bucket_name),
            ("report bucket", &outputs.report_bucket_name),
            ("other bucket", &other.bucket),
        ] {
            calls.on_bucket(name, bucket).await;
        }
        for (name, queue) in [
            ("queue", &outputs.queue_url),
            ("dead-letter queue", &outputs.dead_letter_queue_url),
            ("other queue", &other.queue_url),
        ] {
            calls.on_queue(name, queue).await;
        }
        for name in ["S3ToSqsFunction", "SqsToDynamoDbFunction"] {
            calls.on_function(name, &self.function(name).await).await;
        }
        self.delete_others(other).await;
        let Calls { marker, allowed, .. } = calls;
        // The messages on the queue become dead letters.
        let sent = allowed
            .iter()
            .filter(|call| call.starts_with("sqs:Send") && !call.ends_with("other queue"));
        self.take_dead_letters(sent.count(), |dead_letter| dead_letter.body.contains(&marker))
            .await;
        allowed
    }
}

impl Calls {
    fn note<O, E>(&mut self, action: &str, on: &str, result: Result<O, SdkError<E>>)
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let Err(error) = result else {
            self.allowed.insert(format!("{action} on {on}"));
            return;
        };
        match error.code().unwrap_or_default() {
            "AccessDenied" | "AccessDeniedException" => {}
            // The call was authorised, but had nothing to work on.
            "ResourceNotFoundException"
            | "NoSuchBucket"
            | "AWS.SimpleQueueService.NonExistentQueue"
            | "ReceiptHandleIsInvalid" => {
                self.allowed.insert(format!("{action} on {on}"));
            }
            "InvalidParameterValue" if action == "sqs:ReceiveMessage" => {
                self.allowed.insert(format!("{action} on {on}"));
            }
            _ => panic!(
                "{action} on {on} is neither allowed nor refused: {}",
                DisplayErrorContext(error)
            ),
        }
    }

    /// Tries the calls on a table. The key is that of an item that does not exist.
    async fn on_table(&mut self, on: &str, table: &str, key: &[(&str, String)]) {
        let db = self.role.dynamodb.clone();
        let (partition, text) = key[0].clone();
        let partition_value = AttributeValue::S(text);
        let values = key.iter().map(|(_, text)| AttributeValue::S(text.clone()));
        let inserted: Vec<_> = key.iter().map(|(name, _)| format!("'{name}':?")).collect();
        let names = key.iter().map(|(name, _)| (*name).to_owned());
        let parameters: Vec<_> = values.collect();
        let key: std::collections::HashMap<_, _> = names.zip(parameters.iter().cloned()).collect();

        let get = db.get_item().table_name(table).set_key(Some(key.clone()));
        self.note("dynamodb:GetItem", on, get.send().await);
        let keys = KeysAndAttributes::builder()
            .keys(key.clone())
            .build()
            .expect("keys are set");
        let get = db.batch_get_item().request_items(table, keys);
        self.note("dynamodb:BatchGetItem", on, get.send().await);
        let query = db.query().table_name(table).key_condition_expression("#d = :d");
        let query = query
            .expression_attribute_names("#d", partition)
            .expression_attribute_values(":d", partition_value);
        self.note("dynamodb:Query", on, query.send().await);
        self.note("dynamodb:Scan", on, db.scan().table_name(table).limit(1).send().await);
        let insert = BatchStatementRequest::builder()
            .statement(format!("INSERT INTO \"{table}\" VALUE {{{}}}", inserted.join(",")))
            .set_parameters(Some(parameters))
            .build()
            .expect("the statement is set");
        let insert = db.batch_execute_statement().statements(insert);
        self.note("dynamodb:PartiQLInsert", on, insert.send().await);
        let put = db.put_item().table_name(table).set_item(Some(key.clone()));
        self.note("dynamodb:PutItem", on, put.send().await);
        let update = db.update_item().table_name(table).set_key(Some(key.clone()));
        let update = update.update_expression("REMOVE note");
        self.note("dynamodb:UpdateItem", on, update.send().await);
        let delete = DeleteRequest::builder()
            .set_key(Some(key.clone()))
            .build()
            .expect("the key is set");
        let write = WriteRequest::builder().delete_request(delete).build();
        let write = db.batch_write_item().request_items(table, vec![write]);
        self.note("dynamodb:BatchWriteItem", on, write.send().await);
        let delete = db.delete_item().table_name(table).set_key(Some(key));
        self.note("dynamodb:DeleteItem", on, delete.send().await);
        self.note(
            "dynamodb:DescribeTable",
            on,
            db.describe_table().table_name(table).send().await,
        );
    }

    async fn on_bucket(&mut self, on: &str, bucket: &str) {
        let s3 = self.role.s3.clone();
        self.note(
            "s3:ListBucket",
            on,
            s3.list_objects_v2().bucket(bucket).max_keys(1).send().await,
        );
        self.note(
            "s3:GetObject",
            on,
            s3.get_object().bucket(bucket).key(READABLE).send().await,
        );
        let body = ByteStream::from_static(b"written");
        let put = s3.put_object().bucket(bucket).key(WRITABLE).body(body);
        self.note("s3:PutObject", on, put.send().await);
        let create = s3.create_multipart_upload().bucket(bucket).key(WRITABLE).send().await;
        let upload = create
            .ok()
            .and_then(|upload| upload.upload_id)
            .unwrap_or_else(|| "none".to_owned());
        let abort = s3
            .abort_multipart_upload()
            .bucket(bucket)
            .key(WRITABLE)
            .upload_id(upload);
        self.note("s3:AbortMultipartUpload", on, abort.send().await);
        self.note(
            "s3:DeleteObject",
            on,
            s3.delete_object().bucket(bucket).key(WRITABLE).send().await,
        );
    }

    /// Tries `PutEvents`. The events belong to no ingest, and their details are empty.
    async fn on_bus(&mut self, source: &str, kind: &str, bus: &str) {
        let entry = json!({"Source": source, "DetailType": kind, "Detail": "{}", "EventBusName": bus});
        let call = format!("events:PutEvents of {source}, {kind} on bus {bus}");
        let response = self
            .role
            .events_response("PutEvents", &json!({"Entries": [entry]}))
            .await;
        match (response.status, response.body.contains("AccessDenied")) {
            (200, _) => _ = self.allowed.insert(call),
            (400 | 403, true) => {}
            _ => panic!("{call} is neither allowed nor refused: {response:?}"),
        }
    }

    /// Tries to invoke a function, with an event for which it does nothing.
    async fn on_function(&mut self, on: &str, function: &Function) {
        let response = self.role.post_event(function, &json!({"Records": []}), "Event").await;
        match response.status {
            202 => _ = self.allowed.insert(format!("lambda:InvokeFunction on {on}")),
            403 => {}
            _ => panic!("lambda:InvokeFunction on {on} is neither allowed nor refused: {response:?}"),
        }
    }

    async fn on_queue(&mut self, on: &str, url: &str) {
        let sqs = self.role.sqs.clone();
        // A message without a method, which the writer sends to the dead-letter queue.
        let body = json!({"marker": self.marker}).to_string();
        let send = sqs.send_message().queue_url(url).message_body(&body);
        self.note("sqs:SendMessage", on, send.send().await);
        let entry = SendMessageBatchRequestEntry::builder().id("0").message_body(&body);
        let entry = entry.build().expect("id and body are set");
        let send = sqs.send_message_batch().queue_url(url).entries(entry);
        self.note("sqs:SendMessageBatch", on, send.send().await);
        // An invalid number of messages, so that an authorised call is refused: it must not receive another test's messages.
        let receive = sqs.receive_message().queue_url(url).max_number_of_messages(11);
        self.note("sqs:ReceiveMessage", on, receive.send().await);
        let delete = sqs.delete_message().queue_url(url).receipt_handle("none");
        self.note("sqs:DeleteMessage", on, delete.send().await);
        let release = sqs.change_message_visibility().queue_url(url).receipt_handle("none");
        self.note(
            "sqs:ChangeMessageVisibility",
            on,
            release.visibility_timeout(0).send().await,
        );
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id("0");
        let entry = entry.receipt_handle("none").visibility_timeout(0).build();
        let release = sqs.change_message_visibility_batch().queue_url(url);
        let release = release.entries(entry.expect("id and handle are set"));
        self.note("sqs:ChangeMessageVisibilityBatch", on, release.send().await);
        self.note(
            "sqs:GetQueueAttributes",
            on,
            sqs.get_queue_attributes().queue_url(url).send().await,
        );
    }
}
