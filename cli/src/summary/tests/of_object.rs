use super::*;

#[test]
fn what_was_replaced_is_said_whether_or_not_there_is_a_report() {
    let change = Change::Replaced("f".into());
    let outcomes = [
        (
            Outcome::Unreported(change.clone()),
            SOME_LOST,
            "  was replaced by another upload (ETag f) before there was a report of it: it is not known whether its rows are \
             written\n  If it is being read, there is a report within 15 min 0 s. To look again: tools/messages follow \
             's3://data/a b.csv#etag=e@0'\n",
        ),
        (
            Outcome::Extracted(Box::new(report())),
            GOOD,
            "  was replaced by another upload (ETag f); all of it was read before\n",
        ),
    ];
    for (outcome, code, line) in outcomes {
        let mut followed = followed(Some(outcome), vec![], End::Over);
        followed.tracked[0].change = Some((change.clone(), std::time::Instant::now()));
        let said = object::of_object(
            &stack(None),
            &followed.tracked[0],
            &[],
            SystemTime::now(),
            Paint::default(),
        );
        assert!(said.ends_with(line), "{said}");
        assert_eq!(exit_code(&followed), code);
    }
}

#[test]
fn a_report_that_may_be_of_an_equal_upload_is_said_to_be() {
    let outcomes = [
        Outcome::Extracted(Box::new(report())),
        Outcome::Failed {
            reason: "AccessDenied".into(),
            text: String::new(),
        },
    ];
    for outcome in outcomes {
        let mut tracked = tracked(Some(outcome));
        tracked.change = Some((Change::Deleted, std::time::Instant::now()));
        let said =
            |tracked: &Tracked| object::of_object(&stack(None), tracked, &[], SystemTime::now(), Paint::default());
        let doubt = "s3://data/a b.csv\n  an upload of this content (ETag e), this one or an equal one: \
                     the time of this one is not known\n";
        assert!(!said(&tracked).contains("an upload of this content"));
        tracked.upload.at = None;
        assert!(said(&tracked).starts_with(doubt), "{}", said(&tracked));
        assert!(!said(&tracked).contains("all of it was read before"));
        assert!(tracked.upload.reference().ends_with("#etag=e"));
        // A command that uploaded the object has listed the earlier reports, so there is no doubt.
        tracked.upload.earlier_reports = Some(crate::object::earlier_reports::EarlierReports::default());
        assert!(!said(&tracked).contains("an upload of this content"));
    }
}

#[test]
fn an_object_without_rejected_rows_takes_three_lines() {
    let said = object::of_object(
        &stack(None),
        &tracked(Some(Outcome::Extracted(Box::new(report())))),
        &[],
        SystemTime::now(),
        Paint::default(),
    );
    assert_eq!(
        said,
        "s3://data/a b.csv\n  1,000 rows: 1,000 sent\n  extracted in 500 ms, 2,000 rows/s\n"
    );
}

#[test]
fn what_is_wrong_with_an_object_is_said_with_the_place() {
    let rejected = |column: &str, reason: &str| RejectedRow {
        line: 7,
        column: column.into(),
        reason: reason.into(),
        row: "x,\u{1b}[2J".into(),
    };
    let first = [rejected("remote_avg", "remote_avg must be a number")];
    for (column, line) in [
        ("a; b", "\n  line 7: a is empty; b is empty\n"),
        ("c", "\n  line 7, c: a is empty; b is empty\n"),
    ] {
        let first = [rejected(column, "a is empty; b is empty")];
        let tracked = tracked(Some(Outcome::Extracted(Box::new(rejecting()))));
        let said = object::of_object(&stack(None), &tracked, &first, SystemTime::now(), Paint::default());
        assert!(said.contains(line), "{line} in {said}");
    }
    let said = object::of_object(
        &stack(None),
        &tracked(Some(Outcome::Extracted(Box::new(rejecting())))),
        &first,
        SystemTime::now(),
        Paint::default(),
    );
    for line in [
        "  problem: it breaks off\n",
        "  columns left out: \"a\", \"b\", \"c\" and 1 more\n",
        "  993 rows → at most 992 items: at least 1 replaced another row of the same key\n    Where their timestamps differ, ",
        "  line 7: remote_avg must be a number\n    x,\u{fffd}[2J\n  and 6 more\n",
        "  report: s3://reports/a b.csv/e/report.json\n  rejected: s3://reports/a b.csv/e/rejected-1-0.csv\n",
        "  to correct: tools/messages rejected get 's3://data/a b.csv#etag=e@0'\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

#[test]
fn rows_of_one_key_have_a_remedy_for_their_kind_of_file() {
    for (resource, remedy, other) in [
        (None, "a finer TimePrecision", "descriptor"),
        (
            Some("readings"),
            "make the key from more columns in the descriptor",
            "TimePrecision",
        ),
    ] {
        let report = Report {
            resource: resource.map(Into::into),
            ..colliding(WriteMode::Replace)
        };
        let extracted = tracked(Some(Outcome::Extracted(Box::new(report))));
        let said = object::of_object(&stack(None), &extracted, &[], SystemTime::now(), Paint::default());
        assert!(said.contains(remedy) && !said.contains(other), "{said}");
    }
}

#[test]
fn what_looks_suspicious_is_said_and_ends_with_0() {
    let warning = |kind: &str, rows, first_lines: &[u64]| Warning {
        kind: kind.into(),
        rows,
        first_lines: first_lines.to_vec(),
    };
    let report = Report {
        warnings: vec![
            warning("implausible_times", 6, &[2, 3, 4, 5, 6]),
            warning("null_words", 1, &[9]),
            warning("repeated_headers", 1, &[7]),
            warning("of tomorrow", 2, &[8, 9]),
        ],
        ..report()
    };
    let extracted = Some(Outcome::Extracted(Box::new(report)));
    let said = object::of_object(
        &stack(None),
        &tracked(extracted.clone()),
        &[],
        SystemTime::now(),
        Paint::default(),
    );
    for line in [
        "  suspicious: 6 rows with a time before 1990, or more than a year after the upload: lines 2, 3, 4, 5, 6 and more\n",
        "  suspicious: 1 row with a word such as NULL or N/A as text: line 9\n",
        "  suspicious: 1 header below other rows, with the columns of the rows after it: line 7\n",
        "  suspicious: 2 rows, of tomorrow: lines 8, 9\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert_eq!(exit_code(&followed(extracted, vec![], End::Over)), GOOD);
}

#[test]
fn what_could_not_be_extracted_and_what_is_not_known_yet_say_how_to_look() {
    let failed = Outcome::Failed {
        reason: "AccessDenied".into(),
        text: "it may not read it".into(),
    };
    let said = object::of_object(
        &stack(Some("prod")),
        &tracked(Some(failed)),
        &[],
        SystemTime::now(),
        Paint::default(),
    );
    assert!(
        said.contains("could not be extracted: AccessDenied: it may not read it"),
        "{said}"
    );
    assert!(
        said.contains("tools/dlq show --stack prod --reason AccessDenied"),
        "{said}"
    );
    let said = object::of_object(&stack(None), &tracked(None), &[], SystemTime::now(), Paint::default());
    assert!(
        said.contains("tools/messages follow 's3://data/a b.csv#etag=e@0'"),
        "{said}"
    );
}
