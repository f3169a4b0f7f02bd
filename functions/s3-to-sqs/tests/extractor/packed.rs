//! Objects whose messages have many rows give the same results as with messages of one row.

use message::WriteMode;
use serde_json::{Value, json};

use crate::declared::resource;
use crate::files::{HEADER, good_rows, sample, sums};
use crate::world::ingests::Ingests;
use crate::world::{Reply, World};

/// The values above one that the template offers for `ROWS_PER_MESSAGE`.
const ROWS: [usize; 3] = [10, 25, 100];

/// The writes in the messages, one for each row, in alphabetical order: the item to put or the key to delete.
fn writes(world: &World) -> Vec<String> {
    let of_message = |body: String| -> Vec<Value> {
        let body: Value = serde_json::from_str(&body).unwrap();
        let Some(tables) = body["RequestItems"].as_object() else {
            let write = if body["Item"].is_null() {
                &body["Key"]
            } else {
                &body["Item"]
            };
            return vec![write.clone()];
        };
        assert_eq!(tables.len(), 1);
        let requests = tables["messages"].as_array().unwrap();
        let write = |request: &Value| match &request["PutRequest"]["Item"] {
            Value::Null => request["DeleteRequest"]["Key"].clone(),
            item => item.clone(),
        };
        requests.iter().map(write).collect()
    };
    let mut writes: Vec<_> = world
        .taken()
        .into_iter()
        .flat_map(of_message)
        .map(|write| write.to_string())
        .collect();
    writes.sort();
    writes
}

/// The report, without the members that differ each time.
async fn report(world: &World, in_steps: bool) -> Value {
    let report = if in_steps {
        world.extract_in_steps().await
    } else {
        world.extract().await
    };
    let report = report.unwrap();
    sums(&report);
    let mut report = serde_json::to_value(report).unwrap();
    for member in ["duration_ms", "rejected_keys"] {
        report.as_object_mut().unwrap().remove(member);
    }
    report
}

#[tokio::test]
async fn the_rows_of_the_sample_are_one_message_in_their_order() {
    let single = World::of(&sample("data.csv"));
    single.extract().await.unwrap();
    let world = World::of(&sample("data.csv")).packing(25);
    assert_eq!(sums(&world.extract().await.unwrap()), (20, 20, 0));
    assert_eq!(world.calls(), 1);
    let [body] = world.taken().try_into().unwrap();
    let requests = single.taken().into_iter().map(|body| {
        let item = body.strip_prefix(r#"{"TableName":"messages","Item":"#).unwrap();
        format!(r#"{{"PutRequest":{{"Item":{item}}}"#)
    });
    let requests: Vec<_> = requests.collect();
    assert_eq!(
        body,
        format!(r#"{{"RequestItems":{{"messages":[{}]}}}}"#, requests.join(","))
    );
}

#[tokio::test]
async fn every_file_comes_to_the_same_in_each_form() {
    let folder = format!("{}/../../sample_data", env!("CARGO_MANIFEST_DIR"));
    let files = [folder.clone(), format!("{folder}/cases")]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let files = files.map(|path| (path.display().to_string(), std::fs::read(path).unwrap()));
    let many = ("2,000 rows".to_owned(), good_rows(2000));
    let mut sent = 0;
    for (name, file) in files.chain([many]) {
        let single = World::of(&file);
        let expected = report(&single, false).await;
        sent += writes(&single).len();
        for rows in ROWS {
            let world = World::of(&file).packing(rows);
            assert_eq!(report(&world, false).await, expected, "{name}: {rows} rows a message");
            assert_eq!(writes(&world), writes(&single), "{name}: {rows} rows a message");
            assert_eq!(world.rejected(), single.rejected(), "{name}: {rows} rows a message");
        }
    }
    assert!(sent > 2000, "{sent}");
}

#[tokio::test]
async fn many_invocations_pack_every_row_once() {
    let file = good_rows(2000);
    let world = World::of(&file).packing(25);
    let chain = report(&world, true).await;
    assert!(chain["invocations"].as_u64().unwrap() > 3, "{chain}");
    let whole = World::of(&file);
    whole.extract().await.unwrap();
    assert_eq!(writes(&world), writes(&whole), "every row once");
}

#[tokio::test]
async fn a_message_that_sqs_will_never_take_is_as_many_rejected_rows() {
    for code in ["InvalidMessageContents", "AWS.SimpleQueueService.BatchRequestTooLong"] {
        let world = World::with_queue(&good_rows(60), move |body, _| {
            if body.contains("\"1.17\"") {
                Reply::Fail(code, true)
            } else {
                Reply::Take
            }
        });
        let world = world.packing(10);
        assert_eq!(sums(&world.extract().await.unwrap()), (60, 50, 10));
        let rejected = world.rejected();
        let expected = (10..20).map(|row| {
            let reason = format!("SQS refuses the message with {code}: because");
            [
                (row + 2).to_string(),
                String::new(),
                reason,
                format!("{row},l,s,d,1.{row},d,2"),
            ]
        });
        assert_eq!(rejected, expected.collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_fail_are_sent_again_and_no_others() {
    let world = World::with_queue(&good_rows(950), |body, tries| match body.len() % 3 {
        0 if tries < 3 => Reply::Fail("InternalError", false),
        1 if tries < 1 => Reply::LeaveOut,
        _ => Reply::Take,
    });
    let world = world.packing(25);
    assert_eq!(sums(&world.extract().await.unwrap()), (950, 950, 0));
    assert_eq!((world.taken().len(), writes(&world).len()), (38, 950));
}

#[tokio::test]
async fn rows_whose_outcome_depends_on_the_item_that_is_there_stay_alone() {
    for mode in [WriteMode::Latest, WriteMode::Create] {
        let mut world = World::of(&good_rows(30)).packing(100);
        world.extractor.config.write_mode = mode;
        assert_eq!(sums(&world.extract().await.unwrap()), (30, 30, 0));
        let taken = world.taken();
        assert_eq!(taken.len(), 30);
        assert!(taken.iter().all(|body| body.contains("\"Mode\"")), "{taken:?}");
    }
}

#[tokio::test]
async fn declared_rows_are_packed_where_they_replace_or_delete() {
    let file = b"id,v\n1,a\n2,b\n3,c\n";
    let [a, b, c] = [("1", "a"), ("2", "b"), ("3", "c")]
        .map(|(id, v)| json!({"PutRequest": {"Item": {"id": {"S": id}, "v": {"S": v}}}}));
    let keys = ["1", "2", "3"].map(|id| json!({"DeleteRequest": {"Key": {"id": {"S": id}}}}));
    for stack in [WriteMode::Replace, WriteMode::Latest, WriteMode::Create] {
        for (write, requests) in [
            ("replace", Some(json!([a, b, c]))),
            ("delete", Some(json!(keys))),
            ("latest", None),
            ("create", None),
            ("merge", None),
        ] {
            let fields = json!([{"name": "id", "type": "string"}, {"name": "v", "type": "string"}]);
            let properties = json!({"schema": {"fields": fields}, "dynamodb:write": write});
            let mut world = World::declaring(file, &resource(&properties), "id", None).packing(100);
            world.extractor.config.write_mode = stack;
            assert_eq!(sums(&world.extract().await.unwrap()), (3, 3, 0));
            let taken = world.taken();
            match requests {
                Some(requests) => {
                    let body = json!({"RequestItems": {"messages": requests}});
                    assert_eq!(taken.len(), 1, "{write}: {taken:?}");
                    assert_eq!(
                        serde_json::from_str::<Value>(&taken[0]).unwrap(),
                        body,
                        "{write} in {stack:?}"
                    );
                }
                None => assert_eq!(taken.len(), 3, "{write}: {taken:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_row_is_rejected_that_is_too_large_for_a_message_of_many() {
    // Each control character takes six bytes in a body. The second row would just fit a message of the one-row form.
    let overhead = {
        let world = World::of(format!("{HEADER}\n0,l,s,d,1,d,2\n").as_bytes());
        world.extract().await.unwrap();
        s3_to_sqs::queue::message::message_bytes(world.taken()[0].len() - 1, "POST")
    };
    let room = s3_to_sqs::queue::message::MAX_BYTES - overhead;
    let location = format!("{}{}", "\u{1}".repeat(room / 6), "x".repeat(room % 6));
    let file = format!("{HEADER}\n0,l,s,d,1,d,2\n1,{location},s,d,1,d,2\n2,l,s,d,1,d,2\n");
    let single = World::of(file.as_bytes());
    assert_eq!(sums(&single.extract().await.unwrap()), (3, 3, 0));
    let world = World::of(file.as_bytes()).packing(10);
    assert_eq!(sums(&world.extract().await.unwrap()), (3, 2, 1));
    let [[line, _, reason, _]] = world.rejected().try_into().unwrap();
    assert_eq!(line, "3");
    assert!(reason.contains("SQS takes 1048576: shorten its cells"), "{reason}");
}

#[tokio::test]
async fn the_record_of_the_ingest_counts_rows() {
    let mut world = World::of(&good_rows(250)).packing(100);
    let ingests = Ingests::new();
    world.extractor.ledger = Some(ingests.ledger());
    let report = world.extract().await.unwrap();
    let rows = ingests.record().rows();
    assert_eq!((rows.read, rows.sent, rows.rejected), (Some(250), Some(250), Some(0)));
    assert_eq!(world.ingest_ids(), [format!("{}/1", report.ingest_id)]);
    assert_eq!(world.taken().len(), 3);
}
