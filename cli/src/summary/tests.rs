mod of_books;
mod of_document;
mod of_end;
mod of_object;
mod of_rejected;

use std::time::SystemTime;

use super::*;
use crate::aws_call::CallError;
use crate::follow::dead_letter::Kind;
use crate::follow::error::FollowError;
use crate::follow::outcome::Outcome;
use crate::follow::progress::Progress;
use crate::follow::report::{Collisions, Report, Warning, WriteMode};
use crate::object::change::Change;
use crate::object::testing;
use crate::rejected::first::RejectedRow;
use crate::stack::testing::stack;

fn tracked(outcome: Option<Outcome>) -> Tracked {
    let upload = testing::object("a b.csv", "e", 0);
    Tracked {
        outcome,
        ..Tracked::new(upload)
    }
}

fn report() -> Report {
    Report {
        rows_read: 1_000,
        rows_sent: 1_000,
        duration_ms: 500,
        ..Report::default()
    }
}

fn rejecting() -> Report {
    Report {
        problem: Some("it breaks off".into()),
        unknown_columns: ["a", "b", "c", "d"].map(Into::into).to_vec(),
        rows_sent: 993,
        rows_rejected: 7,
        rejected_keys: vec!["a b.csv/e/rejected-1-0.csv".into()],
        key_collisions: Collisions { rows: 1, exact: false },
        ..report()
    }
}

/// The report of 30 rows with 10 keys.
fn colliding(write_mode: WriteMode) -> Report {
    Report {
        rows_read: 30,
        rows_sent: 30,
        write_mode,
        key_collisions: Collisions { rows: 20, exact: true },
        ..Report::default()
    }
}

fn followed(outcome: Option<Outcome>, dead_letters: Vec<DeadLetter>, end: End) -> Followed {
    Followed {
        tracked: vec![tracked(outcome)],
        progress: Progress {
            objects: 1,
            settled: 1,
            by_queue: 1,
            sent: 1_000,
            uncounted: 1_000,
            uncounted_dead: Some(dead_letters.iter().map(DeadLetter::rows).sum()),
            ..Progress::default()
        },
        dead_letters,
        knows_dead: true,
        saw_all_dead: true,
        took: Some(Duration::from_secs(2)),
        end,
    }
}

fn dead_letter() -> DeadLetter {
    DeadLetter {
        reason: "InvalidItem".into(),
        text: "too large".into(),
        sent: 0,
        kind: Kind::Message {
            ingest_id: None,
            rows: 1,
        },
    }
}

/// The error of a call that failed.
fn failure() -> FollowError {
    FollowError::Call(CallError::Incomplete {
        doing: "looking".into(),
        missing: "ETag",
    })
}

#[test]
fn the_exit_code_says_whether_anything_is_missing() {
    let extracted = |report| Some(Outcome::Extracted(Box::new(report)));
    let failed = Some(Outcome::Failed {
        reason: "AccessDenied".into(),
        text: String::new(),
    });
    let problem = Report {
        problem: Some("empty".into()),
        ..Report::default()
    };
    assert_eq!(exit_code(&followed(extracted(report()), vec![], End::Over)), GOOD);
    assert_eq!(
        exit_code(&followed(extracted(rejecting()), vec![], End::Over)),
        SOME_LOST
    );
    assert_eq!(exit_code(&followed(extracted(problem), vec![], End::Over)), SOME_LOST);
    assert_eq!(
        exit_code(&followed(extracted(report()), vec![dead_letter()], End::Over)),
        SOME_LOST
    );
    assert_eq!(exit_code(&followed(failed, vec![], End::Over)), SOME_LOST);
    let colliding = extracted(colliding(WriteMode::Replace));
    assert_eq!(exit_code(&followed(colliding, vec![], End::Over)), SOME_LOST);
    assert_eq!(exit_code(&followed(None, vec![], End::Stuck)), FAILED);
    assert_eq!(exit_code(&followed(None, vec![], End::Failed(failure()))), FAILED);
    assert_eq!(exit_code(&followed(None, vec![], End::Interrupted)), INTERRUPTED);
}

#[test]
fn the_end_says_what_became_of_all_rows() {
    let good = followed(Some(Outcome::Extracted(Box::new(report()))), vec![], End::Over);
    assert_eq!(
        outcome(&good, Paint::default()),
        "1,000 rows: 1,000 written, in 2.0 s (500 rows/s)\n"
    );
    assert_eq!(
        of_all(&stack(None), &good, Paint::default()),
        "All rows are written. Each replaces the item that had its key, if an earlier file wrote one.\n"
    );
    let dead = followed(
        Some(Outcome::Extracted(Box::new(report()))),
        vec![dead_letter(), dead_letter()],
        End::Over,
    );
    let said = of_all(&stack(None), &dead, Paint::default());
    assert!(said.starts_with("2 messages died, InvalidItem: too large\n  tools/dlq show --reason InvalidItem\n"));
    let line = outcome(&dead, Paint::default());
    assert_eq!(line, "1,000 rows: 998 written, 2 died, in 2.0 s (499 rows/s)\n");
}

#[test]
fn a_dead_letter_counts_by_its_rows() {
    let mut packed = dead_letter();
    packed.kind = Kind::Message {
        ingest_id: None,
        rows: 100,
    };
    let dead = followed(
        Some(Outcome::Extracted(Box::new(report()))),
        vec![dead_letter(), packed],
        End::Over,
    );
    let said = of_all(&stack(None), &dead, Paint::default());
    assert!(
        said.starts_with("2 messages of 101 rows died, InvalidItem: too large\n"),
        "{said}"
    );
    let line = outcome(&dead, Paint::default());
    assert!(line.starts_with("1,000 rows: 899 written, 101 died, in "), "{line}");
}

#[test]
fn the_end_begins_with_the_outcome_in_colour() {
    let line = |outcome: Option<Outcome>, end| super::outcome(&followed(outcome, vec![], end), Paint::on());
    let good = line(Some(Outcome::Extracted(Box::new(report()))), End::Over);
    assert!(good.starts_with("\u{1b}[1;32m1,000 rows: 1,000 written, in "), "{good}");
    let failed = Outcome::Failed {
        reason: "AccessDenied".into(),
        text: String::new(),
    };
    let failed = line(Some(failed), End::Over);
    assert!(
        failed.starts_with("\u{1b}[1;33m1 object: 1 object not extracted, in "),
        "{failed}"
    );
    let unknown = line(None, End::Stuck);
    assert!(unknown.contains("1 object: 1 object without a report"), "{unknown}");
}

#[test]
fn rows_that_are_lost_to_others_of_their_file_are_told() {
    for (mode, line) in [
        (
            WriteMode::Replace,
            "  30 rows → 10 items: 20 replaced another row of the same key\n",
        ),
        (
            WriteMode::Latest,
            "  30 rows → 10 items: 20 replaced another row of the same key\n",
        ),
        (
            WriteMode::Create,
            "  30 rows → 10 items: 20 not written, since an earlier row has the same key\n",
        ),
    ] {
        let outcome = Outcome::Extracted(Box::new(colliding(mode)));
        let said = object::of_object(
            &stack(None),
            &tracked(Some(outcome.clone())),
            &[],
            SystemTime::now(),
            Paint::default(),
        );
        assert!(said.contains(line), "{said}");
        assert!(said.contains("TimePrecision"), "{said}");
        let all = of_all(
            &stack(None),
            &followed(Some(outcome), vec![], End::Over),
            Paint::default(),
        );
        let last = "20 rows not in the table: another row of the same file has the key.\n";
        assert!(all.ends_with(last), "{all}");
    }
}

#[test]
fn what_was_not_compared_is_said() {
    let report = Report {
        key_collisions: Collisions { rows: 0, exact: false },
        ..report()
    };
    let outcome = Outcome::Extracted(Box::new(report));
    let said = object::of_object(
        &stack(None),
        &tracked(Some(outcome.clone())),
        &[],
        SystemTime::now(),
        Paint::default(),
    );
    assert!(
        said.ends_with("\n  keys: rows of one key that are far apart in the file would not have been found\n"),
        "{said}"
    );
    let followed = followed(Some(outcome), vec![], End::Over);
    assert_eq!(exit_code(&followed), GOOD);
    assert_eq!(
        of_all(&stack(None), &followed, Paint::default()),
        "All rows are written. Each replaces the item that had its key, if an earlier file or another row of its file wrote one.\n"
    );
}

#[test]
fn the_end_says_no_more_than_the_mode_makes_true() {
    for (write_mode, end) in [
        (
            WriteMode::Latest,
            "except those that are older than the item with their key: `tools/status` counts these.\n",
        ),
        (
            WriteMode::Create,
            "except those whose key has an item already: `tools/status` counts these.\n",
        ),
        (
            WriteMode::Other,
            "docs/writes.md says which are not written. `tools/status` counts these.\n",
        ),
    ] {
        let report = Report { write_mode, ..report() };
        let good = followed(Some(Outcome::Extracted(Box::new(report))), vec![], End::Over);
        assert_eq!(exit_code(&good), GOOD);
        let said = of_all(&stack(None), &good, Paint::default());
        assert!(said.ends_with(end), "{said}");
    }
}

#[test]
fn what_is_not_known_is_not_called_good() {
    let good = || followed(Some(Outcome::Extracted(Box::new(report()))), vec![], End::Over);
    let old = Followed {
        knows_dead: false,
        ..good()
    };
    let partial = Followed {
        saw_all_dead: false,
        ..good()
    };
    for (followed, what) in [
        (
            old,
            "It is not known whether rows died: the deployed functions are older than this command.\n  \
             Look: tools/dlq list\n",
        ),
        (
            partial,
            "It is not known whether rows died: the dead-letter queue has messages that another reader holds, \
             or more than this command looks at.\n  Look: tools/dlq list\n  \
             To look again: tools/messages follow 's3://data/a b.csv#etag=e@0'\n",
        ),
    ] {
        assert_eq!(exit_code(&followed), SOME_LOST);
        let said = of_all(&stack(None), &followed, Paint::default());
        assert!(said.starts_with(what), "{said}");
        let line = outcome(&followed, Paint::default());
        assert!(line.contains("1,000 written, at least 0 died, in "), "{line}");
        assert!(!said.contains("All rows are"), "{said}");
    }
}
