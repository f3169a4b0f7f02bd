//! Properties of the file as a whole.

use end_to_end::bucket::{Upload, counts};
use end_to_end::case::{Case, Day, lines};
use end_to_end::sample::HEADER;
use end_to_end::{Stack, unique, wait};
use serde_json::{Value, json};

#[tokio::test]
async fn files_without_rows() {
    let empty = ["", "\r\n\n", "\u{feff}", "\u{feff}\n\u{feff}", "\u{1a}", ",,,\n"]
        .map(|file| Case::new(format!("empty {}", file.escape_unicode()), file));
    let header_only = ["", "\n", "\r\n\r\n", "\n\u{1a}", "\n\0\0\0"]
        .map(|end| Case::new(format!("header only {}", end.escape_debug()), format!("{HEADER}{end}")));

    Stack::connect().await.check(empty.into_iter().chain(header_only)).await;
}

#[tokio::test]
async fn lines_end_in_every_way() {
    let bad = "never,location-03,wireless,router-1,4.39,device-1,9.09";
    let case = |(name, ends, line): (&str, [&str; 4], u64)| {
        let day = Day::unique();
        let (first, last) = (day.row(1), day.row(2));
        let rows = [HEADER, &first, bad, &last];
        let file: String = rows.into_iter().zip(ends).flat_map(<[&str; 2]>::from).collect();
        let case = Case::new(name, file).good([&*first, &last]);
        case.bad(line, "timestamp", "timestamp must be Unix seconds", bad)
    };
    let cases = [
        ("LF", ["\n"; 4], 3),
        ("CRLF", ["\r\n"; 4], 3),
        ("CR", ["\r"; 4], 3),
        ("mixed", ["\r\n", "\n", "\r", "\n"], 3),
        ("no trailing newline", ["\n", "\n", "\n", ""], 3),
        ("no trailing newline, CRLF", ["\r\n", "\r\n", "\r\n", ""], 3),
        ("CR at the end of a CRLF file", ["\r\n", "\r\n", "\r\n", "\r"], 3),
        ("blank lines", ["\n\n", "\r\n\r\n\n", "\r\r", "\n\n"], 6),
        ("LF CR", ["\n\r"; 4], 5),
    ];

    Stack::connect().await.check(cases.map(case)).await;
}

/// A name, a file, and its lines after the first.
type Kind<'f> = (&'f str, &'f [u8], &'f [&'f [u8]]);

#[tokio::test]
async fn files_of_another_kind_keep_every_line() {
    let kinds: [Kind; 5] = [
        (
            "ZIP",
            b"PK\x03\x04\x14\0\0\nrows\n\0\x01\"\n\0",
            // The rest is treated as padding.
            &[b"rows", b"\0\x01\""],
        ),
        ("JSON", b"{\"timestamp\":\n0}", &[b"0}"]),
        ("pipes", b"timestamp|location\n0|l\n", &[b"0|l"]),
        ("no header", b"0,l,s,d,1,d,1\n1,l,s,d,1,d,1\n", &[b"1,l,s,d,1,d,1"]),
        (
            "sep= before the header",
            b"sep=;\ntimestamp;location\n",
            &[b"timestamp;location"],
        ),
    ];
    let cases = kinds.map(|(name, file, rows)| {
        let case = Case::new(name, file).problem("the header lacks `timestamp`");
        let lines = (2..).zip(rows);
        lines.fold(case, |case, (line, row)| {
            case.bad(line, "", "the header lacks `timestamp`", row)
        })
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn files_joined_to_one_have_a_header_too_many() {
    let day = Day::unique();
    let (first, last) = (day.row(1), day.row(2));
    let file = lines(&[HEADER, &first, HEADER, &last]);
    let case = Case::new("joined", file).good([&*first, &last]);
    let case = case.warned("repeated_headers", 1, &[3]);
    let lacking = HEADER.replace("local_avg", "mean");
    let day = Day::unique();
    let (before, behind, again) = (day.row(3), day.row(4), day.row(5));
    let file = lines(&[HEADER, &before, &lacking, &behind, HEADER, &again]);
    let problem = "line 3 is a header of other columns: the header lacks `local_avg`";
    let other = Case::new("joined with another file", file)
        .good([&*before, &again])
        .bad(4, "", problem, behind)
        .problem(problem)
        .warned("repeated_headers", 2, &[3, 5]);

    Stack::connect().await.check([case, other]).await;
}

#[tokio::test]
async fn rows_with_one_key_are_counted_and_shown() {
    let stack = Stack::connect().await;
    let day = Day::unique();
    let same = |fraction: &str| day.row(7).replacen(',', &format!(".{fraction},"), 1);
    let rows = ["1", "25", "999"].map(same);
    let file = lines(&[HEADER, &rows[0], &day.row(8), &rows[1], &rows[2], &day.row(8)]);

    let upload = stack.upload(&format!("{}.csv", unique::name()), file).await;

    let report = stack.report(&upload).await;
    assert_eq!(counts(&report), [5, 5, 0]);
    let collisions = &report["key_collisions"];
    assert_eq!((&collisions["rows"], &collisions["exact"]), (&3.into(), &true.into()));
    let pairs: Vec<_> = collisions["first"].as_array().expect("a list").iter().collect();
    let line_pairs: Vec<_> = pairs
        .iter()
        .map(|pair| [&pair["line"], &pair["earlier_line"]])
        .collect();
    assert_eq!(line_pairs, [[4, 2], [5, 4], [6, 3]]);
    let items = wait::until("the items of two keys", async || {
        let items = stack.items(pairs[0]["date"].as_str().expect("a text")).await;
        if items.len() == 2 { Ok(items) } else { Err(items) }
    })
    .await;
    let times: Vec<_> = items.iter().map(|item| item["time"].as_s().expect("a text")).collect();
    assert_eq!(times, ["00:00:07", "00:00:08"]);
    let shown: Vec<_> = pairs
        .iter()
        .map(|pair| pair["time"].as_str().expect("a text"))
        .collect();
    assert_eq!(shown, ["00:00:07", "00:00:07", "00:00:08"]);
}

#[tokio::test]
async fn what_is_no_csv_is_left_alone() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let bucket = &stack.outputs.data_bucket_name;
    let folder = unique::name();
    let keys = ["/", ".csv/", "/note.txt", "/data.csv.bak", "/data.gz"].map(|end| format!("{folder}{end}"));
    for key in &keys {
        let upload = stack.upload(key, "").await;
        stack.delete_object(bucket, &upload.key).await;
    }
    let event = Upload::event(bucket, &keys.each_ref().map(String::as_str));

    let outcome = stack.invoke(&function, &event).await;

    assert!(!outcome.failed, "{outcome:?}");
    assert_eq!(outcome.payload, Value::Null);
    let what = format!("a line of the log for each object of {folder}");
    wait::until(&what, async || {
        let lines = stack.log_lines(&function, "ignored").await;
        let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
        let has = |key: &String| lines.iter().any(|line| line.contains(&format!("\"{key}\"")));
        if keys.iter().all(has) { Ok(()) } else { Err(lines) }
    })
    .await;
    let list = stack.s3.list_objects_v2().bucket(&stack.outputs.report_bucket_name);
    let reports = list.prefix(&folder).send().await.expect("the bucket can be listed");
    assert_eq!(reports.contents(), []);
}

/// An object that an event can name, but that does not exist.
fn gone(stack: &Stack) -> Upload {
    Upload {
        bucket: stack.outputs.data_bucket_name.clone(),
        key: format!("{}.csv", unique::name()),
        etag: "d41d8cd98f00b204e9800998ecf8427e".to_owned(),
        size: 0,
    }
}

#[tokio::test]
async fn what_was_deleted_before_it_was_read_is_reported_and_dropped() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let gone = gone(&stack);

    let outcome = stack.invoke(&function, &gone.created()).await;

    assert!(!outcome.failed, "Lambda would try it again: {outcome:?}");
    let report = stack.report(&gone).await;
    assert_eq!(report["problem"], "the object was deleted before it was read");
    assert_eq!(counts(&report), [0, 0, 0]);
}

#[tokio::test]
async fn what_was_deleted_while_it_was_read_has_a_report_of_the_rows_before() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let gone = gone(&stack);
    let mut event = Upload::event(&gone.bucket, &[&gone.key]);
    // The continuation that an invocation passes to the next one.
    event["Records"][0]["continuation"] = json!({
        "invocations": 1,
        "started": 0,
        "etag": gone.etag,
        "size": 1000,
        "format": {"encoding": "utf-8"},
        "delimiter": "comma",
        "precision": "seconds",
        "checkpoint": {"byte": 500, "line": 8, "after_cr": false},
        "header": HEADER,
        "problem": null,
        "counts": {"rows_read": 6, "rows_sent": 6, "rows_rejected": 0},
        "rejecting": [],
        "collisions": {"rows": 0, "exact": true, "first": []},
        "seen": [],
    });

    let outcome = stack.invoke(&function, &event).await;

    assert!(!outcome.failed, "{outcome:?}");
    let report = stack.report(&gone).await;
    assert_eq!(
        report["problem"],
        "the object was deleted while it was read; what follows byte 500 is missing"
    );
    assert_eq!((counts(&report), &report["invocations"]), ([6, 6, 0], &json!(2)));
}
