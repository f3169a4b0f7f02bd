//! What the command is told.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser};

/// Uploads CSV files to the data bucket of a stack and follows them until every row is written.
///
/// Ends with 0 when all rows are in the table, 1 when some were rejected or died or may have died, 2 when the command
/// failed, 130 when it was interrupted. docs/ingest.md has more.
#[derive(Debug, Parser)]
#[command(name = "ingest")]
pub struct Arguments {
    /// The stack.
    #[command(flatten)]
    pub stack: StackName,
    /// The files: .csv, .CSV, .csv.gz or .csv.zst; patterns such as 'data/*.csv' too.
    #[arg(value_name = "FILE", required_unless_present = "follow")]
    pub files: Vec<String>,
    /// A folder of the bucket to upload into.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["key", "follow"])]
    pub prefix: Option<String>,
    /// The object's key, for one file; otherwise it is the file's name.
    #[arg(long, conflicts_with = "follow")]
    pub key: Option<String>,
    /// Look again at objects that were uploaded before, such as `s3://BUCKET/data.csv`.
    #[arg(long, value_name = "URL", num_args = 1.., conflicts_with = "files")]
    pub follow: Vec<String>,
    /// Seconds without any progress after which to give up watching.
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    pub patience: Duration,
}

/// Which stack.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct StackName {
    /// A stack on AWS, with the caller's credentials and region.
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_stack_and_files_or_objects_are_needed() {
        Arguments::command().debug_assert();
        let parsed = |arguments: &str| {
            Arguments::try_parse_from(["ingest"].into_iter().chain(arguments.split_whitespace())).is_ok()
        };
        assert!(parsed("--stack messages a.csv b.csv"));
        assert!(parsed("--outputs o.json --key c.csv a.csv"));
        assert!(parsed("--stack messages --follow s3://b/a.csv s3://b/b.csv"));
        for wrong in [
            "a.csv",
            "--stack messages",
            "--stack messages --outputs o.json a.csv",
            "--stack messages --follow s3://b/a.csv --key c.csv",
            "--stack messages --patience 0 a.csv",
        ] {
            assert!(!parsed(wrong), "{wrong}");
        }
    }
}
