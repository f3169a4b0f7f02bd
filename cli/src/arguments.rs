//! The command line of `messages`.

pub mod schema;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use self::schema::Schema;
use crate::upload_reference::UploadReference;

const EXIT_CODES: &str = "\
Exit codes: 0 every row is written, or left out by the mode `latest` or `create`; 1 rows were rejected or died, or may have
died, or have the key of another row of their file, or a file as a whole has a problem; 2 the command failed; 130 it was
interrupted. docs/messages-command.md has more.";

const OF_REJECTED: &str = "\
Exit codes: 0 all rejected rows are in the file, or there are none; 1 some are not, and are named; 2 the command failed; 130 it
was interrupted. docs/messages-command.md has more.";

/// Uploads CSV files to the data bucket of a stack and follows them until every row is written.
#[derive(Debug, Parser)]
#[command(name = "messages", after_help = EXIT_CODES)]
pub struct Arguments {
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// A subcommand with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Uploads files and follows them until every row is written.
    #[command(after_help = EXIT_CODES, override_usage = "messages ingest [--stack <NAME>] [OPTIONS] <FILE>...")]
    Ingest(Ingest),
    /// Follows objects that are uploaded already, by any sender, until every row is written.
    #[command(after_help = EXIT_CODES, override_usage = "messages follow [--stack <NAME>] [OPTIONS] <OBJECT>...")]
    Follow(Follow),
    /// Lists the latest ingests with their time, object, state and rows.
    #[command(override_usage = "messages ingests [--stack <NAME>] [OPTIONS]")]
    Ingests(Ingests),
    /// Fetches rejected rows, to be corrected and uploaded again.
    Rejected(Rejected),
    /// Works with descriptors, which say what files look like and how their rows become items. Deploys and uploads nothing.
    Schema(Schema),
}

/// Arguments of `messages ingest`.
#[derive(Debug, Args)]
pub struct Ingest {
    /// The files: .csv or .tsv, also with .gz or .zst; or patterns such as 'data/*.csv'. Write a name that begins with - with
    /// its folder: ./-a.csv.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<OsString>,
    /// A folder of the bucket to upload into.
    #[arg(long, value_name = "FOLDER", conflicts_with = "key")]
    pub prefix: Option<String>,
    /// The object's key, for one file; otherwise it is the file's name.
    #[arg(long)]
    pub key: Option<String>,
    /// The options that `ingest` and `follow` share.
    #[command(flatten)]
    pub watch: Watch,
}

/// Arguments of `messages follow`.
#[derive(Debug, Args)]
pub struct Follow {
    /// The objects: `s3://BUCKET/KEY`, or the key in the data bucket alone; `#etag=ETAG@TIME` behind it names one upload. Or
    /// ingest ids, whole or as `messages ingests` prints them.
    #[arg(value_name = "OBJECT", required = true)]
    pub uploads: Vec<UploadReference>,
    /// The options that `ingest` and `follow` share.
    #[command(flatten)]
    pub watch: Watch,
}

/// Arguments of `messages ingests`.
#[derive(Debug, Args)]
pub struct Ingests {
    /// How many of the latest ingests to list.
    #[arg(long, value_name = "N", default_value = "20", value_parser = limit)]
    pub limit: usize,
    /// Prints everything that is known of them, as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// The stack.
    #[command(flatten)]
    pub stack: StackName,
}

/// Arguments of `messages rejected`.
#[derive(Debug, Args)]
pub struct Rejected {
    /// What to do.
    #[command(subcommand)]
    pub command: RejectedCommand,
}

/// A subcommand of `messages rejected` with its arguments.
#[derive(Debug, Subcommand)]
pub enum RejectedCommand {
    /// Writes the rejected rows of an upload, with its header, to a file to correct.
    #[command(
        after_help = OF_REJECTED,
        override_usage = "messages rejected get [--stack <NAME>] [-o <FILE>] <REPORT>..."
    )]
    Get(GetRejected),
}

/// Arguments of `messages rejected get`.
#[derive(Debug, Args)]
pub struct GetRejected {
    /// The uploads: ingest ids, whole or as `messages ingests` prints them; objects, `s3://BUCKET/KEY` or KEY; or their
    /// reports, `s3://REPORT-BUCKET/KEY/ETAG/report.json`.
    #[arg(value_name = "REPORT", required = true)]
    pub uploads: Vec<UploadReference>,
    /// The file to write, for a single upload; otherwise data.rejected.csv in the current folder, for the object data.csv. No
    /// file is replaced.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The stack.
    #[command(flatten)]
    pub stack: StackName,
}

/// The options that say which stack to watch, and for how long.
#[derive(Debug, Args)]
pub struct Watch {
    /// The stack.
    #[command(flatten)]
    pub stack: StackName,
    /// Seconds without any progress after which to give up watching.
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    pub patience: Duration,
}

/// The options that name the stack.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct StackName {
    /// A stack on AWS, with the caller's credentials and region. Without it, tools/messages and tools/ingest take the
    /// embedded stack of their clone.
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// The outputs of a stack, as tools/deploy writes them.
    #[arg(long, value_name = "FILE")]
    pub outputs: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("give whole seconds, such as 600".to_owned()),
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
    }
}

fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit @ 1..=10_000) => Ok(limit),
        _ => Err("give a number from 1 to 10000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_stack_and_files_or_objects_are_needed() {
        Arguments::command().debug_assert();
        let parsed = |arguments: &str| {
            Arguments::try_parse_from(["messages"].into_iter().chain(arguments.split_whitespace())).is_ok()
        };
        assert!(parsed("ingest --stack messages a.csv b.csv"));
        assert!(parsed("ingest --outputs o.json --key c.csv a.csv"));
        assert!(parsed("follow --stack messages s3://b/a.csv b.csv"));
        assert!(parsed("follow --outputs o.json --patience 5 a.csv"));
        assert!(parsed(
            "follow --stack messages 019b76da-a800-7000-8000-0123456789ab 456789ab"
        ));
        assert!(parsed("rejected get --stack messages 456789ab -o corrected.csv"));
        assert!(parsed("rejected get --outputs o.json s3://r/a.csv/e/report.json b.csv"));
        assert!(parsed("ingests --stack messages") && parsed("ingests --outputs o.json --limit 5 --json"));
        for wrong in [
            "",
            "ingests",
            "ingests --stack messages --limit 0",
            "ingests --stack messages a.csv",
            "--stack messages a.csv",
            "ingest a.csv",
            "ingest --stack messages",
            "ingest --stack messages --outputs o.json a.csv",
            "ingest --stack messages --key c.csv --prefix p a.csv",
            "ingest --stack messages --patience 0 a.csv",
            "follow a.csv",
            "rejected",
            "rejected get --stack messages",
            "rejected get a.csv",
            "follow --stack messages",
            "follow --stack messages --key c.csv s3://b/a.csv",
            "follow --stack messages s3://b",
        ] {
            assert!(!parsed(wrong), "{wrong}");
        }
    }
}
