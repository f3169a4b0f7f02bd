use std::path::Path;

use super::*;
use crate::rejected::{Cause, LeftOut, Reason, Written};
use crate::summary::rejected::{of_file, of_none};

fn mended() -> Report {
    Report {
        bucket: "data".into(),
        key: "in/a b.csv".into(),
        header: Some("a".into()),
        rows_rejected: 1,
        rejected_keys: vec!["in/a b.csv/e/rejected-1-0.csv".into()],
        ..Report::default()
    }
}

fn written() -> Written {
    let reason = Reason {
        line: 2,
        text: "a is empty".into(),
    };
    Written {
        rows: 1,
        first: vec![reason],
        ..Written::default()
    }
}

#[test]
fn the_file_to_mend_is_named_with_its_reasons_and_the_command_that_uploads_it() {
    let said = |report: &Report, written: &Written| {
        of_file(
            &stack(Some("prod")),
            report,
            Path::new("a b.rejected.csv"),
            written,
            Paint::default(),
        )
    };
    assert_eq!(
        said(&mended(), &written()),
        "a b.rejected.csv: 1 rejected row of s3://data/in/a b.csv, below its header\n  line 2: a is empty\n\
         Mend it, then: tools/messages ingest --stack prod --prefix in 'a b.rejected.csv'\n"
    );
    let left_out = Written {
        left_out: 1,
        named: vec![LeftOut {
            line: 7,
            byte: 374,
            length: 1_500_000,
            cause: Cause::TooLong,
        }],
        ..written()
    };
    let report = Report {
        rows_rejected: 3,
        ..mended()
    };
    let text = said(&report, &left_out);
    for part in [
        "\n1 row not in the file, and not kept whole:\n  line 7, 1500000 bytes from byte 374 on: longer than 1 MiB\n  Take \
         them from s3://data/in/a b.csv, mend them, and add them to the file\n",
        "\n1 rejected row of the report not in s3://reports/in/a b.csv/e/rejected-1-0.csv\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(
        of_none(&mended()),
        "no row of s3://data/in/a b.csv was rejected: there is nothing to mend\n"
    );
}

#[test]
fn rows_behind_another_header_are_not_taken_for_rows_of_the_first() {
    let report = Report {
        warnings: vec![Warning {
            kind: "repeated_headers".into(),
            rows: 1,
            first_lines: vec![7],
        }],
        ..mended()
    };
    let said = of_file(&stack(None), &report, Path::new("m.csv"), &written(), Paint::default());
    assert!(
        said.contains("the object has other headers behind rows, in line 7\n"),
        "{said}"
    );
}
