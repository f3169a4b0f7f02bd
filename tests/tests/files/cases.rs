//! The files of `sample_data/cases/`, which are modelled on real files.

use end_to_end::bucket::counts;
use end_to_end::{Stack, sample, unique, wait};
use serde_json::{Value, json};

/// A file's name, its rows (read, sent, rejected), its warnings without the lines, and a part of its problem.
type Case = (
    &'static str,
    [u64; 3],
    &'static [(&'static str, u64)],
    Option<&'static str>,
);

const CASES: [Case; 19] = [
    ("bom-after-blank-line", [2, 2, 0], &[], None),
    ("bom-inside-quotes", [2, 2, 0], &[], None),
    ("ctrl-z", [1, 1, 0], &[], None),
    ("excel-serial", [2, 2, 0], &[("implausible_times", 2)], None),
    ("excel-short-rows", [4, 4, 0], &[], None),
    ("german", [5, 0, 5], &[], None),
    ("instrument-comments", [5, 0, 5], &[], Some("line 4 has the header")),
    ("nbsp-cells", [4, 3, 1], &[], None),
    ("nbsp-header", [1, 1, 0], &[], None),
    ("nul-padded", [1, 1, 0], &[], None),
    ("null-words", [6, 3, 3], &[("null_words", 3)], None),
    ("rows-end-with-comma", [2, 2, 0], &[], None),
    ("sas-title", [2, 0, 2], &[], Some("line 3 has the header")),
    ("second-header-other-order", [2, 2, 0], &[("repeated_headers", 1)], None),
    ("site-a", [5, 5, 0], &[], None),
    ("site-b", [5, 5, 0], &[], None),
    ("space-before-quote", [3, 2, 1], &[("spaces_before_quotes", 1)], None),
    ("two-boms", [2, 2, 0], &[], None),
    ("uptime", [4, 4, 0], &[("implausible_times", 3)], None),
];

#[tokio::test]
async fn files_that_people_had_are_read_and_reported() {
    let stack = Stack::connect().await;
    let folder = unique::name();
    let mut uploads = Vec::new();
    for case in CASES {
        let file = sample::bytes(&format!("cases/{}.csv", case.0));
        uploads.push((stack.upload(&format!("{folder}/{}.csv", case.0), file).await, case));
    }
    for (upload, (name, rows, warnings, problem)) in uploads {
        let report = stack.report(&upload).await;
        assert_eq!(counts(&report), rows, "{name}: {report}");
        let found = report["warnings"].as_array().into_iter().flatten();
        let found: Vec<_> = found.map(|warning| json!([warning["kind"], warning["rows"]])).collect();
        assert_eq!(
            found,
            warnings.iter().map(|warning| json!(warning)).collect::<Vec<_>>(),
            "{name}"
        );
        match (&report["problem"], problem) {
            (Value::String(found), Some(expected)) => assert!(found.starts_with(expected), "{name}: {found}"),
            (found, expected) => assert_eq!((found, expected), (&Value::Null, None), "{name}"),
        }
    }
}

#[tokio::test]
async fn suspicious_rows_are_a_line_of_the_log() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let key = format!("{}.csv", unique::name());
    let upload = stack.upload(&key, sample::bytes("cases/null-words.csv")).await;
    let report = stack.report(&upload).await;
    assert_eq!(
        report["warnings"],
        json!([{"kind": "null_words", "rows": 3, "first_lines": [2, 4, 5]}])
    );
    let what = format!("the line of the log about {key}");
    wait::until(&what, async || {
        let lines = stack.log_lines(&function, "suspicious").await;
        let is_it = |line: &&Value| line["key"] == key.as_str();
        let found = lines.iter().find(is_it).map(|line| line["warnings"].clone());
        if found == Some(json!("null_words: 3")) {
            Ok(())
        } else {
            Err(lines)
        }
    })
    .await;
}
