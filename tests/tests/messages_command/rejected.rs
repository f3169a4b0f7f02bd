//! `messages rejected get`.

use end_to_end::sample::{self, HEADER};
use end_to_end::{Stack, unique};

use super::support::{Folder, ended, ingest, rows, tool};

/// Runs `messages rejected get` in a folder: its exit code, standard output and standard error.
fn rejected_get(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = tool("messages");
    command
        .args(["rejected", "get"])
        .args(arguments)
        .current_dir(folder.path());
    ended(command)
}

/// What a line of an ingest's end says behind this beginning.
fn said_behind<'s>(said: &'s str, beginning: &str) -> &'s str {
    let found = said.lines().find_map(|line| line.trim_start().strip_prefix(beginning));
    found.unwrap_or_else(|| panic!("no {beginning} in {said}"))
}

#[tokio::test]
async fn rejected_rows_are_got_mended_and_uploaded_until_everything_is_in_the_table() {
    let stack = Stack::connect().await;
    let (folder, whole) = (Folder::new(), rows(6));
    let (code, said, shown) = ingest(&[&folder.file(&whole.replacen("4.39", "nine", 2))]);
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.starts_with("6 rows: 4 written, 2 rejected, in "), "{said}");

    // The very command that was shown, and by the report.
    let ingest_id = said_behind(&said, "to mend: tools/messages rejected get ");
    let report = said_behind(&said, "report: ");
    let (code, by_report, shown) = rejected_get(&folder, &[report]);
    assert_eq!(code, Some(0), "{by_report}{shown}");
    let (name, _) = by_report
        .split_once(": 2 rejected rows of s3://")
        .expect("the file is named");
    let to_mend = folder.path().join(name);
    let mended = folder.path().join(format!("{}.csv", unique::name()));
    let mended_name = mended.to_str().unwrap();
    let (code, got, shown) = rejected_get(&folder, &[ingest_id, "-o", mended_name]);
    assert_eq!(code, Some(0), "{got}{shown}");
    assert!(got.contains("  line 2: local_avg must be a decimal number"), "{got}");
    assert!(got.contains("Mend it, then: tools/messages ingest "), "{got}");
    let content = std::fs::read_to_string(&mended).unwrap();
    let bad: Vec<_> = whole.lines().skip(1).take(2).collect();
    let bad = bad.join("\n").replace("4.39", "nine");
    assert_eq!(content, format!("{HEADER}\n{bad}\n"));
    assert_eq!(std::fs::read_to_string(to_mend).unwrap(), content);

    std::fs::write(&mended, content.replace("nine", "4.39")).unwrap();
    let (code, got, shown) = rejected_get(&folder, &[ingest_id, "-o", mended_name]);
    assert_eq!((code, got.as_str()), (Some(2), ""), "{shown}");
    assert!(
        shown.contains(" is there already\n"),
        "what is mended is not lost: {shown}"
    );

    let (code, said, shown) = ingest(&[mended_name]);
    assert_eq!(code, Some(0), "{said}{shown}");
    stack.wait_for_items(&sample::items(&whole)).await;
}

#[test]
fn an_upload_without_rejected_rows_has_nothing_to_mend() {
    let folder = Folder::new();
    let (code, said, shown) = ingest(&[&folder.file(&rows(1))]);
    assert_eq!(code, Some(0), "{said}{shown}");
    let ingest_id = said_behind(&said, "ingest ");
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let (code, got, shown) = rejected_get(&folder, &[ingest_id]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(got.ends_with(" was rejected: there is nothing to mend\n"), "{got}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before, "no file");
}

#[test]
fn an_upload_that_is_not_there_ends_with_2() {
    let folder = Folder::new();
    for name in [
        format!("{}.csv", unique::name()),
        format!("{}/e/report.json", unique::name()),
    ] {
        let (code, got, shown) = rejected_get(&folder, &[&name]);
        assert_eq!((code, got.as_str()), (Some(2), ""), "{shown}");
        assert!(shown.contains("error: "), "{shown}");
    }
}
