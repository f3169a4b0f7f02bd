//! The examples in docs/messages-command.md are what the command prints.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use ledger::Record;
use serde_json::{Value, json};

use super::*;
use crate::follow::books::Books;
use crate::rejected::{Reason, Written};
use crate::screen::paint::Paint;

const DOCUMENT: &str = include_str!("../../../../docs/messages-command.md");
const ID: &str = "019acb0e-6c4b-7f21-9d3c-5b7e9f2c81aa";
const KEY: &str = "data_mixed.csv";
const ETAG: &str = "5d41402abc4b2a76b9719d911017c592";
/// 2026-11-28T22:45:49Z
const NOW: Duration = Duration::from_secs(1_795_905_949);
/// The rejected rows of `sample_data/data_mixed.csv`: line, column, reason and text.
const ROWS: [[&str; 4]; 4] = [
    [
        "5",
        "timestamp",
        "timestamp must be Unix seconds with an optional fraction, such as 1559040909.3853335",
        "location-03,8.31,2019-05-29 10:55:29,wireless,0.56,device-1,router-1",
    ],
    [
        "7",
        "remote_avg",
        "remote_avg must be a decimal number such as 4.39 or -1.5e3, without separators or units",
        "\"Hall 3, south\",nine,1559127349.891723,wireless,1.18,device-1,router-1",
    ],
    [
        "10",
        "",
        "the row has 6 fields where the header has 7",
        "location-03,8.66,1559127370.1319716,wireless,1.73,device-1",
    ],
    [
        "11",
        "location; local_avg",
        "location is empty; local_avg must be a decimal number such as 4.39 or -1.5e3, without separators or units",
        ",8.61,1559127380.2533505,wireless,\"0,67\",device-1,router-1",
    ],
];

fn shown(text: &str) {
    assert!(
        DOCUMENT.contains(&format!("```\n{text}")),
        "docs/messages-command.md does not show:\n{text}"
    );
}

fn of_item(item: &Value) -> Record {
    Record::from_item(item.as_object().unwrap()).unwrap()
}

fn done() -> Record {
    of_item(&json!({
        "ingest_id": {"S": ID},
        "object": {"S": KEY},
        "uploaded": {"S": "2026-11-28T22:45:48.000Z"},
        "updated": {"S": "2026-11-28T22:45:48.600Z"},
        "extracted": {"S": "2026-11-28T22:45:48.100Z"},
        "counted": {"L": [{"N": "1"}]},
        "rows_read": {"N": "9"},
        "rows_sent": {"N": "5"},
        "rows_rejected": {"N": "4"},
        "written_1": {"N": "5"},
    }))
}

fn report_of_sample() -> Report {
    Report {
        bucket: "messages-databucket-1a2b3c".into(),
        key: KEY.into(),
        ingest_id: Some(ID.into()),
        header: Some("location".into()),
        rows_read: 9,
        rows_sent: 5,
        rows_rejected: 4,
        rejected_keys: vec![format!("{KEY}/{ETAG}/rejected-1-9f2c81aa.csv")],
        duration_ms: 22,
        ..Report::default()
    }
}

fn stack_of_sample() -> Stack {
    Stack {
        report_bucket: "messages-reportbucket-4d5e6f".into(),
        ..stack(None)
    }
}

#[test]
fn the_end_of_an_ingest() {
    let mut upload = testing::object(KEY, ETAG, 0);
    upload.bucket = "messages-databucket-1a2b3c".into();
    let tracked = Tracked {
        outcome: Some(Outcome::Extracted(Box::new(report_of_sample()))),
        books: Books {
            record: Some(done()),
            is_certain: true,
            substitute: None,
        },
        ..Tracked::new(upload)
    };
    let tracked = vec![tracked];
    let followed = Followed {
        progress: Progress::of(&tracked),
        tracked,
        took: Some(Duration::from_millis(600)),
        ..followed(None, vec![], End::Over)
    };
    let first = ROWS.map(|[line, column, reason, row]| RejectedRow {
        line: line.parse().unwrap(),
        column: column.into(),
        reason: reason.into(),
        row: row.into(),
    });
    let (stack, now, paint) = (stack_of_sample(), UNIX_EPOCH + NOW, Paint::default());
    let object = object::of_object(&stack, &followed.tracked[0], &first, now, paint);
    let all = of_all(&stack, &followed, paint);
    shown(&format!("{}{object}{all}```\n", outcome(&followed, paint)));
    assert!(DOCUMENT.contains(&format!("\n  {}\n", followed.progress.view().line)));
}

#[test]
fn the_list_of_the_latest_ingests() {
    let failed = of_item(&json!({
        "ingest_id": {"S": "019acb0a-0a4b-7f21-9d3c-5b7e0c4417de"},
        "object": {"S": "archive/2026-11.csv"},
        "uploaded": {"S": "2026-11-28T22:41:02.000Z"},
        "updated": {"S": "2026-11-28T22:44:02.000Z"},
        "state": {"S": "failed"},
        "error": {"S": "AccessDenied"},
        "reason": {"S": "s3:GetObject was refused for archive/2026-11.csv"},
    }));
    let list = ingests::as_lines(&[done(), failed], UNIX_EPOCH + NOW, Paint::default());
    shown(&format!("{list}```\n"));
}

#[test]
fn a_file_to_mend() {
    let first = ROWS.iter().zip(2..).map(|([_, _, reason, _], line)| Reason {
        line,
        text: (*reason).to_owned(),
    });
    let written = Written {
        rows: 4,
        first: first.collect(),
        ..Written::default()
    };
    let path = Path::new("data_mixed.rejected.csv");
    let text = rejected::of_file(
        &stack_of_sample(),
        &report_of_sample(),
        path,
        &written,
        Paint::default(),
    );
    shown(&format!("{text}```\n"));
}
