use std::time::UNIX_EPOCH;

use ledger::{Record, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::follow::books::{Books, Substitute};

const ID: &str = "019b76da-a800-7000-8000-0123456789ab";
/// When the records were written last, in milliseconds since the Unix epoch.
const UPDATED: u64 = 1_767_225_600_000;

/// The record of a complete extraction of 1,000 rows, with these attributes beside.
fn record(attributes: &[(&str, Value)]) -> Record {
    let mut item = json!({
        "ingest_id": {"S": ID},
        "object": {"S": "folder/a b.csv"},
        "updated": {"S": Timestamp::from_millis(UPDATED).to_string()},
        "extracted": {"S": Timestamp::from_millis(UPDATED).to_string()},
        "counted": {"L": [{"N": "1"}]},
        "rows_read": {"N": "1007"},
        "rows_sent": {"N": "1000"},
        "rows_rejected": {"N": "7"},
    });
    for (name, value) in attributes {
        item[*name] = value.clone();
    }
    Record::from_item(item.as_object().unwrap()).unwrap()
}

fn number(number: u64) -> Value {
    json!({"N": number.to_string()})
}

fn text(text: &str) -> Value {
    json!({"S": text})
}

/// So long after the last write.
fn after(minutes: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(UPDATED) + Duration::from_mins(minutes)
}

/// An upload with this record and a report of 1,000 rows.
fn tracked_with(record: Record) -> Tracked {
    let report = Report {
        ingest_id: Some(ID.into()),
        ..report()
    };
    Tracked {
        books: Books {
            record: Some(record),
            is_certain: true,
            substitute: None,
        },
        ..tracked(Some(Outcome::Extracted(Box::new(report))))
    }
}

/// How it is when this record was followed to its end.
fn counted(record: Record, write_mode: WriteMode) -> Followed {
    let mut tracked = tracked_with(record);
    if let Some(Outcome::Extracted(report)) = &mut tracked.outcome {
        report.write_mode = write_mode;
    }
    let tracked = vec![tracked];
    Followed {
        progress: Progress::of(&tracked).with_queues(70_000, 9),
        tracked,
        knows_dead: false,
        saw_all_dead: false,
        ..followed(None, vec![], End::Over)
    }
}

#[test]
fn an_ingest_ends_with_the_figures_of_its_record() {
    let latest = record(&[
        ("write_mode", text("latest")),
        ("written_1", number(900)),
        ("replaced_1", number(30)),
        ("superseded_1", number(40)),
        ("outdated_1", number(50)),
        ("existing_1", number(7)),
        ("dead_1", number(3)),
    ]);
    let said = object::of_object(
        &stack(None),
        &tracked_with(latest.clone()),
        &[],
        after(0),
        Paint::default(),
    );
    let line = format!(
        "\n  1,000 rows: 900 written, 40 superseded, 50 outdated, 7 existing, 3 died (30 replaced an older item)\n  ingest {ID}\n"
    );
    assert!(said.contains(&line), "{said}");
    let dead = counted(latest, WriteMode::Latest);
    assert_eq!(exit_code(&dead), SOME_LOST);
    let said = of_all(&stack(None), &dead, Paint::default());
    let line = outcome(&dead, Paint::default());
    let counts = "1,000 rows: 900 written, 40 superseded, 50 outdated, 7 existing, 3 died, in ";
    assert!(line.starts_with(counts), "whatever the queues say: {line}");
    assert!(
        said.ends_with("docs/dead-letters.md says what to do about each reason.\n"),
        "{said}"
    );
}

#[test]
fn a_good_end_says_what_is_not_written() {
    let whole = record(&[("written_1", number(1_000))]);
    for (write_mode, end) in [
        (
            WriteMode::Replace,
            "All rows are written. Each replaces the item that had its key, if an earlier file wrote one.\n",
        ),
        (WriteMode::Latest, "All rows are written.\n"),
    ] {
        let followed = counted(whole.clone(), write_mode);
        assert_eq!(exit_code(&followed), GOOD);
        let said = of_all(&stack(None), &followed, Paint::default());
        assert!(said.ends_with(end), "{said}");
    }
    for (outdated, which) in [
        (60, "60 that are older than the item with their key"),
        (1, "1 that is older than the item with its key"),
    ] {
        let some = record(&[
            ("written_1", number(1_000 - outdated)),
            ("outdated_1", number(outdated)),
        ]);
        let said = of_all(&stack(None), &counted(some, WriteMode::Latest), Paint::default());
        assert_eq!(said, format!("All rows are written, but for {which}.\n"));
    }
}

#[test]
fn the_record_of_another_upload_is_not_shown() {
    let mut tracked = tracked_with(record(&[]));
    if let Some(Outcome::Extracted(report)) = &mut tracked.outcome {
        report.ingest_id = Some("019b76da-a800-7000-8000-000000000000".into());
    }
    let said = object::of_object(&stack(None), &tracked, &[], after(0), Paint::default());
    assert!(!said.contains(ID), "{said}");
}

#[test]
fn a_stalled_ingest_says_how_far_its_record_came() {
    let mut tracked = tracked_with(record(&[("written_1", number(999))]));
    tracked.books.substitute = Some(Substitute::Stalled(ledger::WRITING_STALLED_AFTER));
    let said = object::of_object(&stack(None), &tracked, &[], after(300), Paint::default());
    assert!(
        said.contains("  1,000 rows: 999 written, 1 not written yet (stalled)\n"),
        "{said}"
    );
}

#[test]
fn the_list_has_two_lines_for_an_ingest_and_ends_at_80_columns() {
    let key = format!("{}/data.csv", "folder".repeat(20));
    let failed = [
        ("state", text("failed")),
        ("error", text("AccessDenied")),
        ("reason", text(&"it may not be read ".repeat(9))),
        ("object", text(&key)),
    ];
    let records = [
        record(&[("written_1", number(1_000))]),
        record(&failed),
        record(&[("written_1", number(999))]),
    ];
    let said = ingests::as_lines(&records, after(300), Paint::default());
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "ingest    uploaded (UTC)       state       object",
            "456789ab  2026-01-01 00:00:00  done        folder/a b.csv",
            "  1,007 read, 1,000 sent, 7 rejected; 1,000 written, 0 dead",
        ]
    );
    assert!(
        lines[3].contains("  failed      …") && lines[3].ends_with("folder/data.csv"),
        "{said}"
    );
    assert!(lines[5].starts_with("  AccessDenied: it may not be read"), "{said}");
    assert!(lines[6].contains("  stalled     "), "{said}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
    let painted = ingests::as_lines(&records, after(300), Paint::on());
    let plain = painted.replace("\u{1b}[1;33m", "").replace("\u{1b}[0m", "");
    assert!(painted.contains("\u{1b}[1;33mfailed    \u{1b}[0m"), "{painted}");
    assert_eq!(plain, said, "colours are all that differs");
    assert_eq!(
        ingests::as_lines(&[], after(0), Paint::default()),
        "no ingests in the last 90 days\n"
    );
}

#[test]
fn an_ingest_that_is_being_extracted_has_no_figures_of_the_extraction() {
    let item = json!({
        "ingest_id": {"S": ID},
        "updated": {"S": Timestamp::from_millis(UPDATED).to_string()},
        "written_1": {"N": "1200"},
    });
    let record = Record::from_item(item.as_object().unwrap()).unwrap();
    let said = ingests::as_lines(&[record], after(1), Paint::default());
    assert!(
        said.contains("  extracting  \n  1,200 written, 0 dead so far\n"),
        "{said}"
    );
}

#[test]
fn programs_get_all_that_is_known() {
    let records = [record(&[("written_1", number(1_000)), ("bucket", text("data"))])];
    let said = ingests::as_json(&records, after(0));
    let ingest = &said["ingests"][0];
    assert_eq!(
        (&ingest["ingest_id"], &ingest["short_id"]),
        (&ID.into(), &"456789ab".into())
    );
    assert_eq!((&ingest["state"], &ingest["bucket"]), (&"done".into(), &"data".into()));
    assert_eq!(ingest["uploaded"], "2026-01-01T00:00:00.000Z");
    assert_eq!(
        ingest["rows"],
        json!({"read": 1007, "sent": 1000, "rejected": 7, "written": 1000, "replaced": 0, "superseded": 0, "outdated": 0,
            "existing": 0, "dead": 0})
    );
    assert_eq!(ingest["error"], Value::Null);
}
