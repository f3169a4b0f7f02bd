//! Wrong usage, and files that the command refuses before it calls AWS.

#![expect(clippy::expect_used, reason = "a panic fails the test")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn messages(arguments: &[&str]) -> Output {
    messages_in(Path::new("."), arguments)
}

/// Runs the command in a folder.
fn messages_in(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
    let output = command.args(arguments).current_dir(folder).output();
    output.expect("the command can be started")
}

/// The text on standard error of a command that must end with 2.
fn refused(arguments: &[&str]) -> String {
    refusal(&messages(arguments))
}

fn refusal(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    said
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    assert!(refused(&["data.csv"]).contains("unrecognized subcommand 'data.csv'"));
    for subcommand in ["ingest", "follow"] {
        assert!(refused(&[subcommand, "data.csv"]).contains("--stack <NAME>|--outputs <FILE>"));
    }
    assert_eq!(
        refused(&["ingest", "--stack", "messages"]),
        "error: no file is named\n  Name one: tools/ingest data.csv, or a pattern: tools/ingest 'data/*.csv'\n"
    );
    assert_eq!(
        refused(&["follow", "--stack", "messages"]),
        "error: no object is named\n  Name one: tools/messages follow s3://BUCKET/data.csv\n"
    );
    assert_eq!(
        refused(&["schema", "infer"]),
        "error: no file is named\n  Name one: tools/messages schema infer mine.csv > schema/datapackage.json\n"
    );
    assert!(refused(&["follow", "--stack", "messages", "s3://data.csv"]).contains("give s3://BUCKET/KEY"));
}

#[test]
fn help_names_the_subcommands_and_the_exit_codes() {
    for (arguments, part) in [
        (vec!["--help"], "follow "),
        (vec!["ingest", "--help"], "<FILE>..."),
        (vec!["follow", "--help"], "<OBJECT>..."),
    ] {
        let output = messages(&arguments);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains(part) && said.contains("130 it was"), "{said}");
    }
}

#[test]
fn files_are_checked_before_the_stack_is_looked_for() {
    let said = refused(&["ingest", "--outputs", "/nowhere.json", "/nowhere/a.csv"]);
    assert_eq!(
        said,
        "error: there is no file /nowhere/a.csv\n  Nothing was uploaded. Correct the name, or give a pattern such as \
         'data/*.csv'\n"
    );
    let said = refused(&[
        "ingest",
        "--outputs",
        "/nowhere.json",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    assert!(
        said.starts_with(
            "error: Cargo.toml does not end in .csv, .CSV, .csv.gz, .CSV.GZ, .csv.zst, .CSV.ZST, .tsv, .TSV, .tsv.gz, \
             .TSV.GZ, .tsv.zst, .TSV.ZST\n"
        ),
        "{said}"
    );
}

#[test]
fn a_stack_that_is_not_deployed_is_named() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/data.csv");
    for arguments in [["ingest", sample], ["follow", "data.csv"], ["ingests", "--json"]] {
        let said = refused(&[arguments[0], "--outputs", "/nowhere.json", arguments[1]]);
        assert!(
            said.starts_with("error: /nowhere.json does not say where a stack is: "),
            "{said}"
        );
        assert!(said.ends_with("make deploy. For one on AWS: --stack NAME\n"), "{said}");
    }
}

/// A folder that is deleted after the test.
struct Folder(PathBuf);

impl Folder {
    fn with(test: &str, names: &[&[u8]]) -> Self {
        let folder = std::env::temp_dir().join(format!("usage-{test}-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder can be made");
        for name in names {
            std::fs::write(folder.join(OsStr::from_bytes(name)), "content").expect("a file can be written");
        }
        Self(folder)
    }

    /// The error text of `messages ingest`, which must refuse this name.
    fn refuses(&self, name: impl AsRef<OsStr>) -> String {
        let arguments = [
            "ingest".as_ref(),
            "--outputs".as_ref(),
            "/nowhere.json".as_ref(),
            name.as_ref(),
        ];
        refusal(&messages_in(&self.0, &arguments))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("the folder is there");
    }
}

#[test]
fn a_name_that_is_not_utf_8_is_named_however_it_is_given() {
    let folder = Folder::with("latin-1", &[b"a.csv", b"caf\xe9 1.csv"]);
    for name in [OsStr::from_bytes(b"caf\xe9 1.csv"), OsStr::new("*.csv")] {
        assert_eq!(
            folder.refuses(name),
            concat!(
                r"error: the name of caf\xe9 1.csv is not UTF-8, and an object's key must be",
                "\n",
                r"  Nothing was uploaded. Rename it: mv $'caf\xe9 1.csv' NAME.csv. Or name the object with --key",
                "\n"
            )
        );
    }
}

#[test]
fn a_file_that_looks_like_an_option_is_told_from_one() {
    let folder = Folder::with("dashes", &[b"-a.csv", b"-h.csv", b"--b (1).csv"]);
    for (name, path) in [
        ("-a.csv", "./-a.csv"),
        ("-h.csv", "./-h.csv"),
        ("--b (1).csv", "'./--b (1).csv'"),
    ] {
        assert_eq!(
            folder.refuses(name),
            format!("error: {name} begins with -, as options do\n  Name it with its folder: {path}\n")
        );
    }
    assert!(
        folder
            .refuses("./-a.csv")
            .starts_with("error: /nowhere.json does not say where a stack is")
    );
    assert!(folder.refuses("-c.csv").contains("unexpected argument '-c'"));
}

#[test]
fn what_cannot_be_uploaded_is_named_for_what_it_is() {
    let folder = Folder::with("kinds", &[]);
    std::fs::create_dir(folder.0.join("my files.csv")).expect("a folder can be made");
    std::os::unix::fs::symlink("gone.csv", folder.0.join("link.csv")).expect("a link can be made");
    let made = Command::new("mkfifo").arg(folder.0.join("pipe.csv")).status();
    assert!(made.expect("mkfifo can be started").success());
    for (name, said) in [
        (
            "my files.csv",
            "error: my files.csv is a folder\n  Nothing was uploaded. For the files in it: 'my files.csv/*.csv'\n",
        ),
        (
            "link.csv",
            "error: link.csv is a link to gone.csv, which is not there\n  Nothing was uploaded. Name the file itself, or correct \
             the link: ln -sfn FILE link.csv\n",
        ),
        (
            "pipe.csv",
            "error: pipe.csv is a pipe, not a file\n  Nothing was uploaded. Write what comes out of it to a file first: cat \
             pipe.csv >data.csv\n",
        ),
        (
            "-",
            "error: there is no file -\n  Nothing was uploaded. Standard input is not read: write it to a file first\n",
        ),
    ] {
        assert_eq!(folder.refuses(name), said);
    }
}
