//! `messages ingest`.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use aws_sdk_s3::primitives::DateTime;
use end_to_end::sample::{self, HEADER};
use end_to_end::stack::path_from_env;
use end_to_end::{Stack, unique};

use super::support::{Folder, command, ended, follow, ingest, rows, status};

#[tokio::test]
async fn a_good_file_ends_with_0_when_all_of_its_rows_are_in_the_table() {
    let stack = Stack::connect().await;
    let (folder, csv) = (Folder::new(), rows(100));

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.contains("\n  100 rows: 100 written\n"), "{said}");
    assert!(said.starts_with("100 rows: 100 written, in "), "{said}");
    assert!(
        said.contains("\nAll rows are written. Each replaces the item that had its key, "),
        "{said}"
    );
    assert!(shown.contains("Uploaded "), "{shown}");
    stack.wait_for_items(&sample::items(&csv)).await;
}

#[test]
fn a_file_with_bad_rows_ends_with_1_and_names_them() {
    let folder = Folder::new();
    let csv = rows(3).replacen("4.39", "nine", 1);

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.starts_with("3 rows: 2 written, 1 rejected, in "), "{said}");
    assert!(said.contains("  line 2: local_avg must be a decimal number"), "{said}");
    for place in [
        "\n  report: s3://",
        "\n  rejected: s3://",
        "\n  to mend: tools/messages rejected get ",
    ] {
        assert!(said.contains(place), "{place} in {said}");
    }
}

#[tokio::test]
async fn rows_of_three_sites_in_the_same_seconds_end_with_1_and_a_remedy() {
    let stack = Stack::connect().await;
    let (folder, (midnight, date)) = (Folder::new(), unique::midnight());
    let rows = (0..30).map(|row| {
        let (second, site) = (midnight + row / 3, row % 3);
        format!("{second}.{site},site-{site},wireless,router-1,4.39,device-1,9.09\n")
    });
    let csv = format!("{HEADER}\n{}", rows.collect::<String>());

    let (code, said, shown) = ingest(&[&folder.file(&csv)]);

    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.starts_with("30 rows: "), "{said}");
    let lost = "\n  30 rows → 10 items: 20 replaced another row of the same key\n";
    assert!(said.contains(lost), "{said}");
    assert!(said.contains("a finer TimePrecision"), "{said}");
    let end = "\n20 rows not in the table: another row of the same file has the key.\n";
    assert!(said.ends_with(end), "{said}");
    assert!(
        !said.contains('\u{1b}'),
        "no colours where there is no terminal: {said}"
    );
    assert_eq!(stack.items(&date).await.len(), 10);

    let (code, said) = status();
    assert_eq!(code, Some(1), "{said}");
    let wrong = said["wrong"].as_array().expect("a list").iter();
    let mut wrong = wrong.map(|what| what.as_str().expect("a text"));
    assert!(
        wrong.any(|what| what.contains("the key of another row of their file")),
        "{said}"
    );
}

#[tokio::test]
async fn a_second_file_of_the_same_seconds_is_not_called_more_than_it_is() {
    let stack = Stack::connect().await;
    let folder = Folder::new();
    let first = rows(5);
    let second = first.replace(",hall,", ",yard,");
    for csv in [&first, &second] {
        let (code, said, shown) = ingest(&[&folder.file(csv)]);
        assert_eq!(code, Some(0), "{said}{shown}");
        assert!(said.starts_with("5 rows: 5 written, in "), "{said}");
        assert!(
            said.ends_with("Each replaces the item that had its key, if an earlier file wrote one.\n"),
            "{said}"
        );
    }
    stack.wait_for_items(&sample::items(&second)).await;
}

#[test]
fn a_file_with_a_problem_ends_with_1() {
    let folder = Folder::new();
    let (code, said, shown) = ingest(&[&folder.file("a title\n")]);
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.contains("  problem: the header lacks `timestamp`"), "{said}");
}

#[test]
fn an_empty_file_ends_with_0() {
    let folder = Folder::new();
    let (code, said, shown) = ingest(&[&folder.file("")]);
    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.starts_with("0 rows: 0 written, in "), "{said}");
}

#[test]
fn a_file_with_suspicious_rows_ends_with_0() {
    let folder = Folder::new();
    let csv = format!("{HEADER}\n36,NULL,wireless,router-1,4.39,device-1,9.09\n");
    let (code, said, shown) = ingest(&[&folder.file(&csv)]);
    assert_eq!(code, Some(0), "{said}{shown}");
    for line in [
        "  suspicious: 1 row with a time before 1990, or more than a year after the upload: line 2\n",
        "  suspicious: 1 row with a word such as NULL or N/A as text: line 2\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

#[tokio::test]
async fn a_pattern_that_the_shell_left_as_it_was_names_all_files() {
    let stack = Stack::connect().await;
    let (folder, files) = (Folder::new(), [rows(2), rows(3)]);
    let names = files.each_ref().map(|csv| folder.file(csv));
    let prefix = unique::name();

    let (code, said, shown) = ingest(&["--prefix", &prefix, &folder.pattern()]);

    assert_eq!(code, Some(0), "{said}{shown}");
    for name in names {
        let name = Path::new(&name).file_name().unwrap().to_str().unwrap();
        let url = format!("s3://{}/{prefix}/{name}\n", stack.outputs.data_bucket_name);
        assert!(said.contains(&url), "{url} in {said}");
    }
    assert!(said.starts_with("2 objects, 5 rows: 5 written, in "), "{said}");
    for csv in files {
        stack.wait_for_items(&sample::items(&csv)).await;
    }
}

#[tokio::test]
async fn a_missing_file_ends_with_2_and_nothing_is_uploaded() {
    let stack = Stack::connect().await;
    let folder = Folder::new();
    let file = folder.file(&rows(1));

    let (code, said, shown) = ingest(&[&file, "/nowhere/data.csv"]);

    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert!(
        shown.contains("error: there is no file /nowhere/data.csv\n  Nothing was uploaded."),
        "{shown}"
    );
    let key = Path::new(&file).file_name().unwrap().to_str().unwrap();
    let head = stack.s3.head_object().bucket(&stack.outputs.data_bucket_name).key(key);
    assert!(head.send().await.is_err(), "{key} was uploaded");
}

#[tokio::test]
async fn the_report_of_an_earlier_upload_is_not_taken_for_that_of_the_same_file() {
    let stack = Stack::connect().await;
    let folder = Folder::new();
    let file = folder.file(&rows(2));
    let key = Path::new(&file).file_name().unwrap().to_str().unwrap().to_owned();

    let mut times = Vec::new();
    for _ in 0..2 {
        let (code, said, shown) = ingest(&[&file]);
        assert_eq!(code, Some(0), "{said}{shown}");
        let list = stack.s3.list_objects_v2().bucket(&stack.outputs.report_bucket_name);
        let objects = list
            .prefix(format!("{key}/"))
            .send()
            .await
            .unwrap()
            .contents
            .unwrap_or_default();
        assert_eq!(objects.len(), 1, "{objects:?}");
        times.push(objects[0].last_modified.as_ref().map(DateTime::as_nanos));
    }
    assert!(times[0] < times[1], "{times:?}");
}

#[test]
fn a_file_of_several_parts_is_ingested_whole() {
    let folder = Folder::new();
    let csv = rows(1) + &"\n".repeat(17 * 1024 * 1024) + rows(1).split_once('\n').unwrap().1;
    let (code, said, shown) = ingest(&[&folder.file(&csv)]);
    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.starts_with("2 rows: 2 written, in "), "{said}");
}

#[test]
fn the_longest_key_is_followed_and_can_be_followed_again() {
    let folder = Folder::new();
    let key = format!("{}{}.csv", unique::name(), "k".repeat(1024 - 16 - 4));

    let (code, said, shown) = ingest(&["--key", &key, &folder.file(&rows(1))]);
    assert_eq!(code, Some(0), "{said}{shown}");

    let url = said.lines().find(|line| line.starts_with("s3://")).unwrap();
    let (code, again, shown) = follow(&[url]);
    assert_eq!(code, Some(0), "{again}{shown}");
    assert!(again.starts_with("1 row: 1 written\n"), "{again}");
}

#[test]
fn tools_ingest_runs_the_subcommands() {
    let outputs = path_from_env("STACK_OUTPUTS");
    for (arguments, usage) in [
        (vec!["data.csv", "--help"], "Usage: messages ingest "),
        (
            vec!["--follow", "s3://bucket/data.csv", "--help"],
            "Usage: messages follow ",
        ),
    ] {
        let mut tool = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/ingest"));
        tool.env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"));
        tool.args(arguments);
        let (code, said, shown) = ended(tool);
        assert_eq!(code, Some(0), "{shown}");
        assert!(said.contains(usage), "{said}");
    }
}

#[tokio::test]
async fn an_interrupted_command_leaves_the_ingest_running_and_says_so() {
    let stack = Stack::connect().await;
    let (folder, csv) = (Folder::new(), rows(1));
    let mut command = command("ingest", &[&folder.file(&csv)]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Uploaded ") {
        line.clear();
        assert_ne!(
            shown.read_line(&mut line).unwrap(),
            0,
            "it ended before the file was uploaded"
        );
    }

    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());

    let mut rest = String::new();
    shown.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{rest}");
    assert!(
        rest.contains("interrupted: the ingest goes on without being watched."),
        "{rest}"
    );
    assert!(rest.contains("  To look again: tools/messages follow s3://"), "{rest}");
    stack.wait_for_items(&sample::items(&csv)).await;
}
