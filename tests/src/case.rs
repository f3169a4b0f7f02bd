//! Files with known rows, and the expected results of each: its report, its rejected rows, and its items in the table.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::bucket::{Reject, Upload};
use crate::sample::{self, HEADER};
use crate::table::Item;
use crate::{Stack, unique, wait};

/// A day that no other case uses.
#[derive(Clone, Copy, Debug)]
pub struct Day(i64);

/// A file and its expected results. By default no rows, problems or warnings are expected.
#[derive(Clone, Debug)]
pub struct Case {
    name: String,
    ending: &'static str,
    object: Vec<u8>,
    text: Vec<u8>,
    items: Vec<Item>,
    rejects: Vec<Rejected>,
    problem: Option<String>,
    report: Vec<(&'static str, Value)>,
    warnings: Vec<Value>,
}

/// The warning about implausible times. The days of the tests are far from now, so every case has it.
const IMPLAUSIBLE_TIMES: &str = "implausible_times";

/// A row that is expected to be rejected.
#[derive(Clone, Debug)]
struct Rejected {
    line: u64,
    column: &'static str,
    reason: String,
    row: Vec<u8>,
    length: usize,
}

impl Day {
    /// A day that is still free.
    #[must_use]
    pub fn unique() -> Self {
        Self(unique::midnight().0)
    }

    /// The Unix time of a second of the day.
    #[must_use]
    pub fn timestamp(self, second: u32) -> i64 {
        self.0 + i64::from(second)
    }

    /// A good row at a second of the day.
    #[must_use]
    pub fn row(self, second: u32) -> String {
        self.row_of("location-03", second)
    }

    /// A good row with a `location`, as written in the file.
    #[must_use]
    pub fn row_of(self, location: &str, second: u32) -> String {
        let timestamp = self.timestamp(second);
        format!("{timestamp},{location},wireless,router-1,4.39,device-1,9.09")
    }
}

/// Joins lines, each with a line end.
#[must_use]
pub fn lines(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

impl Case {
    /// A file of these bytes. The name is part of its key and of every failure message.
    #[must_use]
    pub fn new(name: impl Into<String>, object: impl Into<Vec<u8>>) -> Self {
        let object = object.into();
        Self {
            name: name.into(),
            ending: ".csv",
            text: object.clone(),
            object,
            items: Vec::new(),
            rejects: Vec::new(),
            problem: None,
            report: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Sets the end of its key, if it is not `.csv`.
    #[must_use]
    pub fn ending(self, ending: &'static str) -> Self {
        Self { ending, ..self }
    }

    /// Sets its text after decompression and decoding.
    #[must_use]
    pub fn text(self, text: impl Into<Vec<u8>>) -> Self {
        let text = text.into();
        Self { text, ..self }
    }

    /// Expects these good rows, in the order and form of the sample files.
    #[must_use]
    pub fn good<'r>(self, rows: impl IntoIterator<Item = &'r str>) -> Self {
        let rows: Vec<_> = std::iter::once(HEADER).chain(rows).collect();
        self.items(sample::items(&lines(&rows)))
    }

    /// Expects the good rows to become these items.
    #[must_use]
    pub fn items(mut self, items: impl IntoIterator<Item = Item>) -> Self {
        self.items.extend(items);
        self
    }

    /// Expects a bad row: the line where it starts, the columns at fault, a part of the reason, and its text.
    #[must_use]
    pub fn bad(self, line: u64, column: &'static str, reason: impl Into<String>, row: impl AsRef<[u8]>) -> Self {
        let length = row.as_ref().len();
        self.long(line, column, reason, row, length)
    }

    /// Expects a bad row of which only the beginning is kept.
    #[must_use]
    pub fn long(
        mut self,
        line: u64,
        column: &'static str,
        reason: impl Into<String>,
        row: impl AsRef<[u8]>,
        length: usize,
    ) -> Self {
        let (reason, row) = (reason.into(), row.as_ref().to_vec());
        self.rejects.push(Rejected {
            line,
            column,
            reason,
            row,
            length,
        });
        self
    }

    /// Expects a problem that contains this text.
    #[must_use]
    pub fn problem(self, problem: impl Into<String>) -> Self {
        let problem = Some(problem.into());
        Self { problem, ..self }
    }

    /// Expects this member in the report.
    #[must_use]
    pub fn report(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.report.push((name, value.into()));
        self
    }

    /// Expects a warning besides the one about implausible times: the number of rows, and the lines of the first five.
    #[must_use]
    pub fn warned(mut self, kind: &str, rows: u64, first_lines: &[u64]) -> Self {
        self.warnings
            .push(json!({"kind": kind, "rows": rows, "first_lines": first_lines}));
        self
    }

    /// The expected report, without the problem and without members that depend on where and when the file was read.
    fn expected_report(&self, upload: &Upload) -> Value {
        let (sent, rejected) = (self.items.len(), self.rejects.len());
        let mut report = json!({
            "bucket": upload.bucket,
            "key": upload.key,
            "etag": upload.etag,
            "size": self.object.len(),
            "encoding": "utf-8",
            "delimiter": "comma",
            "rows_read": sent + rejected,
            "rows_sent": sent,
            "rows_rejected": rejected,
            "write_mode": "replace",
            "key_collisions": {"rows": 0, "exact": true, "first": []},
            "invocations": 1,
        });
        if let (Some(first), Some(last)) = (self.rejects.first(), self.rejects.last()) {
            report["first_rejected_line"] = first.line.into();
            report["last_rejected_line"] = last.line.into();
        }
        for (name, value) in &self.report {
            report[*name] = value.clone();
        }
        report
    }

    fn check_report(&self, upload: &Upload, mut report: Value) {
        let name = &self.name;
        let members = report.as_object_mut().expect("an object");
        let problem = members.remove("problem");
        let warnings = members.remove("warnings");
        let warnings = warnings.as_ref().and_then(Value::as_array).into_iter().flatten();
        let warnings: Vec<_> = warnings
            .filter(|warning| warning["kind"] != IMPLAUSIBLE_TIMES)
            .collect();
        let expected: Vec<_> = self.warnings.iter().collect();
        assert_eq!(warnings, expected, "the warnings of \"{name}\"");
        let files = members
            .get("rejected_keys")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        assert_eq!(
            files,
            usize::from(!self.rejects.is_empty()),
            "files of rejected rows of \"{name}\""
        );
        let ingest_id = members.get("ingest_id").and_then(Value::as_str).expect("an id");
        assert_eq!(
            (ingest_id.len(), ingest_id.get(14..15)),
            (36, Some("7")),
            "a UUID of version 7: {ingest_id}"
        );
        for changing in ["header", "rejected_keys", "request_id", "duration_ms", "ingest_id"] {
            members.remove(changing);
        }
        assert_eq!(report, self.expected_report(upload), "the report of \"{name}\"");
        let says_it = match (&problem, &self.problem) {
            (Some(found), Some(expected)) => found.as_str().expect("a text").contains(expected),
            (None, None) => true,
            _ => false,
        };
        assert!(
            says_it,
            "\"{name}\": the problem is {problem:?}, expected {:?}",
            self.problem
        );
    }

    fn check_rejects(&self, rejects: &[Reject]) {
        let name = &self.name;
        assert_eq!(
            rejects.len(),
            self.rejects.len(),
            "rejected rows of \"{name}\": {rejects:?}"
        );
        for (found, expected) in rejects.iter().zip(&self.rejects) {
            let row = String::from_utf8_lossy(&expected.row);
            assert_eq!(
                (found.line, found.column.as_str(), found.length),
                (expected.line, expected.column, expected.length),
                "line, column and length of {row:.200} of \"{name}\": {}",
                found.reason,
            );
            assert!(
                found.reason.contains(&expected.reason),
                "\"{name}\": the reason of {row:.200} is \"{}\", expected \"{}\"",
                found.reason,
                expected.reason,
            );
            assert!(found.row == expected.row, "the text of {row:.200} of \"{name}\"");
            assert!(
                self.text[found.byte..].starts_with(&found.row),
                "{row:.200} of \"{name}\" is not at byte {}",
                found.byte
            );
        }
    }
}

impl Stack {
    /// Uploads all files and checks their results.
    pub async fn check(&self, cases: impl IntoIterator<Item = Case>) {
        let folder = unique::name();
        let mut uploads = Vec::new();
        for case in cases {
            let key = format!("{folder}/{}{}", case.name, case.ending);
            uploads.push((self.upload(&key, case.object.clone()).await, case));
        }
        for (upload, case) in uploads {
            let report = self.report(&upload).await;
            case.check_report(&upload, report);
            case.check_rejects(&self.rejects(&upload).await.unwrap_or_default());
            let mut days: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for item in &case.items {
                let date = item["date"].as_s().expect("a text");
                days.entry(date).or_default().push(item.clone());
            }
            for (date, items) in days {
                let what = format!("the items of \"{}\", {date}", case.name);
                wait::until_equal(&what, &items, async || self.items(date).await).await;
            }
        }
    }
}
