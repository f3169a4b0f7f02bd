use super::*;
use crate::error::Error;
use crate::progress::Progress;
use crate::report::{Collisions, Known};
use crate::stack::testing::stack;
use crate::upload::Upload;

fn tracked(outcome: Option<Outcome>) -> Tracked {
    let upload = Upload {
        bucket: "data".into(),
        key: "a b.csv".into(),
        etag: "e".into(),
        version_id: None,
        at: 0,
        known: Known::default(),
    };
    Tracked { upload, outcome }
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

fn followed(outcome: Option<Outcome>, letters: Vec<Letter>, end: End) -> Followed {
    Followed {
        tracked: vec![tracked(outcome)],
        progress: Progress {
            objects: 1,
            settled: 1,
            sent: 1_000,
            dead: letters.len() as u64,
            ..Progress::default()
        },
        letters,
        knows_dead: true,
        saw_all_dead: true,
        took: Some(Duration::from_secs(2)),
        end,
    }
}

fn letter() -> Letter {
    Letter {
        reason: "InvalidItem".into(),
        text: "too large".into(),
        sent: 0,
        ingest_id: None,
        objects: Vec::new(),
    }
}

#[test]
fn the_exit_code_says_whether_anything_is_missing() {
    let extracted = |report| Some(Outcome::Extracted(report));
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
        exit_code(&followed(extracted(report()), vec![letter()], End::Over)),
        SOME_LOST
    );
    assert_eq!(exit_code(&followed(failed, vec![], End::Over)), SOME_LOST);
    assert_eq!(exit_code(&followed(None, vec![], End::Stuck)), FAILED);
    assert_eq!(exit_code(&followed(None, vec![], End::Failed(Error::NoRegion))), FAILED);
    assert_eq!(exit_code(&followed(None, vec![], End::Interrupted)), INTERRUPTED);
}

#[test]
fn an_object_without_rejected_rows_takes_two_lines() {
    let said = of_object(&stack(None), &tracked(Some(Outcome::Extracted(report()))), &[]);
    assert_eq!(
        said,
        "s3://data/a b.csv\n  1,000 rows read, 1,000 sent, 0 rejected; extracted in 500 ms, 2,000 rows/s\n"
    );
}

#[test]
fn what_is_wrong_with_an_object_is_said_with_the_place() {
    let first = [Rejected {
        line: "7".into(),
        column: "remote_avg".into(),
        reason: "remote_avg must be a number".into(),
        row: "x,\u{1b}[2J".into(),
    }];
    let said = of_object(&stack(None), &tracked(Some(Outcome::Extracted(rejecting()))), &first);
    for line in [
        "  problem: it breaks off\n",
        "  columns left out: \"a\", \"b\", \"c\" and 1 more\n",
        "  colliding: at least 1 row with the key of an earlier one; one of each key stays in the table\n",
        "  line 7, remote_avg: remote_avg must be a number\n    x,\u{fffd}[2J\n",
        "  these and 6 more in s3://reports/a b.csv/e/rejected-1-0.csv\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

#[test]
fn what_could_not_be_extracted_and_what_is_not_known_yet_say_how_to_look() {
    let failed = Outcome::Failed {
        reason: "AccessDenied".into(),
        text: "it may not read it".into(),
    };
    let said = of_object(&stack(Some("prod")), &tracked(Some(failed)), &[]);
    assert!(
        said.contains("could not be extracted: AccessDenied: it may not read it"),
        "{said}"
    );
    assert!(
        said.contains("tools/dlq show --stack prod --reason AccessDenied"),
        "{said}"
    );
    let said = of_object(&stack(None), &tracked(None), &[]);
    assert!(said.contains("tools/messages follow 's3://data/a b.csv'"), "{said}");
}

#[test]
fn the_end_says_what_became_of_all_rows() {
    let good = followed(Some(Outcome::Extracted(report())), vec![], End::Over);
    assert_eq!(
        of_all(&stack(None), &good),
        "1 object: sent 1,000, written 1,000, rejected 0, died 0, in 2.0 s: 500 rows/s\nEverything is written.\n"
    );
    let dead = followed(Some(Outcome::Extracted(report())), vec![letter(), letter()], End::Over);
    let said = of_all(&stack(None), &dead);
    assert!(said.starts_with("2 messages died, InvalidItem: too large\n  tools/dlq show --reason InvalidItem\n"));
    assert!(said.contains("sent 1,000, written 998, rejected 0, died 2"), "{said}");
}

#[test]
fn what_is_not_known_is_not_called_good() {
    let good = || followed(Some(Outcome::Extracted(report())), vec![], End::Over);
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
             Look: tools/dlq list\n1 object: ",
        ),
        (
            partial,
            "It is not known whether rows died: the dead-letter queue has letters that somebody else is looking at, \
             or more than are looked at.\n  Look: tools/dlq list\n  \
             To look again: tools/messages follow 's3://data/a b.csv'\n1 object: ",
        ),
    ] {
        assert_eq!(exit_code(&followed), SOME_LOST);
        let said = of_all(&stack(None), &followed);
        assert!(said.starts_with(what), "{said}");
        assert!(said.contains("rejected 0, died at least 0, in "), "{said}");
        assert!(!said.contains("Everything is written."), "{said}");
    }
}
