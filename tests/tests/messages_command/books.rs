//! What the table of ingests says: at the end of an ingest, in the list, by an ingest id, and when it cannot be read.

use std::path::PathBuf;
use std::process::Command;

use aws_sdk_sqs::types::{MessageAttributeValue, QueueAttributeName};
use end_to_end::sample;
use end_to_end::stack::path_from_env;
use end_to_end::users::User;
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

use super::support::{Folder, ended, follow, ingest, rows, tool};

/// The ingest id that the command says of its only file.
fn ingest_id(said: &str) -> &str {
    let (_, rest) = said
        .split_once("\n  ingest ")
        .unwrap_or_else(|| panic!("no ingest id in {said}"));
    rest.lines().next().unwrap()
}

/// Runs `messages ingests`: its exit code, standard output and standard error.
fn ingests(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = tool("messages");
    command.arg("ingests").args(arguments);
    ended(command)
}

#[tokio::test]
async fn an_ingest_ends_by_its_record_while_messages_of_others_wait() {
    let stack = Stack::connect().await;
    let (folder, csv) = (Folder::new(), rows(100));
    let waiting = json!({"Item": {"date": {"S": unique::date()}, "time": {"S": "00:00:00"}}});
    delay_message(&stack, &waiting.to_string()).await;

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    let delayed = delayed_messages(&stack).await;
    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.contains("\n  100 rows: 100 written\n  ingest "), "{said}");
    assert!(said.starts_with("100 rows: 100 written, in "), "{said}");
    assert!(!shown.contains("note: "), "{shown}");
    assert!(delayed > 0, "the other message is still in the queue");
    stack.wait_for_items(&sample::items(&csv)).await;
}

#[test]
fn a_file_with_rejected_rows_is_listed_and_followed_by_its_ingest_id() {
    let folder = Folder::new();
    let csv = rows(3).replacen("4.39", "nine", 1);
    let (code, said, shown) = ingest(&[&folder.file(&csv)]);
    assert_eq!(code, Some(1), "{said}{shown}");
    let id = ingest_id(&said);
    let figures = "\n  3 rows: 2 written, 1 rejected\n  ingest ";
    assert!(said.contains(figures), "{said}");

    let (code, listed, shown) = ingests(&["--json", "--limit", "1000"]);
    assert_eq!(code, Some(0), "{shown}");
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let all = listed["ingests"].as_array().unwrap();
    let ours = all.iter().find(|ingest| ingest["ingest_id"] == id).unwrap();
    assert_eq!(ours["state"], "done", "{ours}");
    let rows = &ours["rows"];
    let counts = ["read", "sent", "rejected", "written", "dead"].map(|name| rows[name].as_u64().unwrap());
    assert_eq!(counts, [3, 2, 1, 2, 0], "{ours}");

    let (code, list, shown) = ingests(&["--limit", "1000"]);
    assert_eq!(code, Some(0), "{shown}");
    let short = ours["short_id"].as_str().unwrap();
    let mut lines = list.lines().skip_while(|line| !line.starts_with(short));
    let line = lines.next().unwrap_or_else(|| panic!("no {short} in {list}"));
    assert!(line.contains("  done        "), "{line}");
    assert_eq!(
        lines.next(),
        Some("  3 read, 2 sent, 1 rejected; 2 written, 0 dead"),
        "{list}"
    );
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
    assert!(
        !list.contains('\u{1b}'),
        "no colours where there is no terminal: {list}"
    );

    for name in [id, short] {
        let (code, again, shown) = follow(&[name]);
        assert_eq!(code, Some(1), "{again}{shown}");
        assert!(again.contains(figures) && again.contains(id), "{again}");
    }
}

#[test]
fn an_ingest_is_followed_by_its_id_when_the_same_file_was_uploaded_again() {
    let folder = Folder::new();
    let file = folder.file(&rows(2));
    let (_, first, shown) = ingest(&[&file]);
    let (code, second, _) = ingest(&[&file]);
    assert_eq!(code, Some(0), "{second}{shown}");
    let (first, second) = (ingest_id(&first), ingest_id(&second));
    assert_ne!(first, second);
    for id in [first, second] {
        let (code, said, shown) = follow(&[id]);
        assert_eq!(code, Some(0), "{said}{shown}");
        assert!(said.contains("\n  2 rows: 2 written\n"), "{said}");
        assert_eq!(ingest_id(&said), id);
    }
}

#[test]
fn an_ingest_that_is_not_there_ends_with_2_and_is_named() {
    let unknown = "019b76da-a800-7000-8000-0123456789ab";
    let (code, said, shown) = follow(&[unknown]);
    assert_eq!((code, said.as_str()), (Some(2), ""), "{shown}");
    assert!(
        shown.contains(&format!("error: the table of ingests has no ingest {unknown}\n")),
        "{shown}"
    );
}

#[tokio::test]
async fn without_the_right_to_read_the_table_the_queue_is_followed_with_a_note() {
    let stack = Stack::connect().await;
    let statement = json!({"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"});
    let user = stack.create_user(&[statement]).await;
    let (folder, csv) = (Folder::new(), rows(3));
    let outputs = outputs_without(&folder, &["Endpoint"]);

    let file = folder.file(&csv);
    let (code, said, shown) = ended(as_user(&stack, &user, &["ingest", "--outputs", &outputs, &file]));
    let (list_code, list, complaint) = ended(as_user(&stack, &user, &["ingests", "--outputs", &outputs]));
    stack.delete_user(user).await;

    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(
        shown.contains("note: the table of ingests cannot be read: reading "),
        "{shown}"
    );
    assert!(shown.contains("/index/by_day (dynamodb:Query): "), "{shown}");
    assert!(shown.contains("The queue's counts are followed instead"), "{shown}");
    assert!(said.starts_with("3 rows: 3 written, in "), "{said}");
    assert!(!said.contains("\n  ingest "), "{said}");
    assert_eq!((list_code, list.as_str()), (Some(2), ""), "{complaint}");
    assert!(complaint.contains("(dynamodb:Query)"), "{complaint}");
    assert!(complaint.contains("docs/messages-command.md"), "{complaint}");
}

#[test]
fn a_stack_without_the_table_is_followed_by_its_queue_with_a_note() {
    let folder = Folder::new();
    let outputs = outputs_without(&folder, &["IngestTableName"]);
    let mut command = tool("messages");
    command.args([
        "ingest",
        "--patience",
        "300",
        "--outputs",
        &outputs,
        &folder.file(&rows(3)),
    ]);
    let (code, said, shown) = ended(command);
    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(
        shown.contains("note: the stack has no table of ingests (output IngestTableName)"),
        "{shown}"
    );
    assert!(said.starts_with("3 rows: 3 written, in "), "{said}");

    let mut command = tool("messages");
    let (code, said, shown) = ended({
        command.args(["ingests", "--outputs", &outputs]);
        command
    });
    assert_eq!((code, said.as_str()), (Some(2), ""), "{shown}");
    assert!(shown.contains("IngestTableName"), "{shown}");
}

/// Sends a message that nobody receives for a minute, as somebody else.
async fn delay_message(stack: &Stack, body: &str) {
    let send = stack
        .sqs
        .send_message()
        .queue_url(&stack.outputs.queue_url)
        .message_body(body);
    let method = MessageAttributeValue::builder()
        .data_type("String")
        .string_value("POST");
    let send = send.message_attributes("Method", method.build().unwrap());
    send.delay_seconds(60).send().await.unwrap();
}

/// Messages of the queue that nobody can receive yet.
async fn delayed_messages(stack: &Stack) -> u32 {
    let name = QueueAttributeName::ApproximateNumberOfMessagesDelayed;
    let get = stack.sqs.get_queue_attributes().queue_url(&stack.outputs.queue_url);
    let attributes = get.attribute_names(name.clone()).send().await.unwrap().attributes;
    attributes.unwrap()[&name].parse().unwrap()
}

/// A copy of the stack's outputs without some of them.
fn outputs_without(folder: &Folder, names: &[&str]) -> String {
    let text = std::fs::read_to_string(path_from_env("STACK_OUTPUTS")).unwrap();
    let mut outputs: Value = serde_json::from_str(&text).unwrap();
    for name in names {
        assert!(
            outputs.as_object_mut().unwrap().remove(*name).is_some(),
            "{name} in {text}"
        );
    }
    let path: PathBuf = folder.path().join("outputs.json");
    std::fs::write(&path, outputs.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// `tools/messages` as a user runs it whose stack is on AWS: with credentials of the environment.
fn as_user(stack: &Stack, user: &User, arguments: &[&str]) -> Command {
    let mut command = tool("messages");
    command.args(arguments);
    command
        .env("AWS_ENDPOINT_URL", &stack.outputs.endpoint)
        .env("AWS_ACCESS_KEY_ID", user.credentials.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", user.credentials.secret_access_key())
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}
