//! `messages rejected get`.

use end_to_end::sample::{self, HEADER};
use end_to_end::{Stack, unique};

use super::support::{Folder, ended, ingest, rows, tool};

/// Runs `messages rejected get` in a folder and returns its exit code, standard output and standard error.
fn rejected_get(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = tool("messages");
    command
        .args(["rejected", "get"])
        .args(arguments)
        .current_dir(folder.path());
    ended(command)
}

/// The rest of the line, in the output at an ingest's end, that starts with this text.
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

    // Names the upload by its report and by its id, then runs the command that was shown.
    let ingest_id = said_behind(&said, "to correct: tools/messages rejected get ");
    let report = said_behind(&said, "report: ");
    let (code, by_report, shown) = rejected_get(&folder, &[report, ingest_id]);
    assert_eq!(code, Some(0), "{by_report}{shown}");
    let (name, _) = by_report
        .split_once(": 2 rejected rows of s3://")
        .expect("the file is named");
    assert_eq!(by_report.matches(" rejected rows of ").count(), 1, "{by_report}");
    let to_correct = folder.path().join(name);
    let corrected = folder.path().join(format!("{}.csv", unique::name()));
    let corrected_name = corrected.to_str().unwrap();
    let (code, got, shown) = rejected_get(&folder, &[ingest_id, "-o", corrected_name]);
    assert_eq!(code, Some(0), "{got}{shown}");
    assert!(got.contains("  line 2: local_avg must be a decimal number"), "{got}");
    assert!(got.contains("Correct it, then: tools/messages ingest "), "{got}");
    let content = std::fs::read_to_string(&corrected).unwrap();
    let bad: Vec<_> = whole.lines().skip(1).take(2).collect();
    let bad = bad.join("\n").replace("4.39", "nine");
    assert_eq!(content, format!("{HEADER}\n{bad}\n"));
    assert_eq!(std::fs::read_to_string(to_correct).unwrap(), content);

    std::fs::write(&corrected, content.replace("nine", "4.39")).unwrap();
    let (code, got, shown) = rejected_get(&folder, &[ingest_id, "-o", corrected_name]);
    assert_eq!((code, got.as_str()), (Some(2), ""), "{shown}");
    assert!(
        shown.contains(" is there already\n"),
        "what is corrected is not lost: {shown}"
    );

    let (code, said, shown) = ingest(&[corrected_name]);
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
    assert!(got.ends_with(" was rejected: there is nothing to correct\n"), "{got}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before, "no file");
}

#[test]
fn uploads_of_one_file_name_are_named_and_nothing_is_written() {
    let folder = Folder::new();
    let file = folder.file(&rows(1).replace("4.39", "nine"));
    let ids: Vec<_> = [unique::name(), unique::name()]
        .iter()
        .map(|prefix| {
            let (code, said, shown) = ingest(&["--prefix", prefix, &file]);
            assert_eq!(code, Some(1), "{said}{shown}");
            said_behind(&said, "ingest ").to_owned()
        })
        .collect();
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let (code, got, shown) = rejected_get(&folder, &[&ids[0], &ids[1]]);
    assert_eq!((code, got.as_str()), (Some(2), ""), "{shown}");
    for id in &ids {
        assert!(shown.contains(&format!(" (ingest {id})")), "{shown}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before, "no file");
    for (id, name) in ids.iter().zip(["1.csv", "2.csv"]) {
        let (code, got, shown) = rejected_get(&folder, &[id, "-o", name]);
        assert_eq!(code, Some(0), "the remedy works: {got}{shown}");
    }
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
