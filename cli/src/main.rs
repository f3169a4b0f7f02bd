//! Uploads CSV files to the data bucket of a stack and follows them until every row is written.
//!
//! | where | what |
//! |---|---|
//! | [`arguments`], [`files`] | what the command is told; the files, and the keys that they get |
//! | [`stack`] | the stack that they go to |
//! | [`local_file`], [`upload`], [`uploads`] | files to objects |
//! | [`follow`], [`report`], [`queues`], [`letters`] | objects to rows that are written, rejected or dead |
//! | [`progress`], [`screen`] | what is shown meanwhile |
//! | [`summary`], [`text`] | what is said at the end |
//! | [`cancel`], [`error`] | what ends it before |

mod arguments;
mod cancel;
mod error;
mod files;
mod follow;
mod letters;
mod local_file;
mod progress;
mod queues;
mod report;
mod screen;
mod stack;
mod summary;
mod text;
mod upload;
mod uploads;

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use arguments::Arguments;
use cancel::Cancel;
use clap::Parser;
use error::Error;
use follow::{End, Followed, Outcome};
use screen::Screen;
use stack::Stack;
use upload::Upload;
use uploads::Uploads;

/// Rejected rows that are shown of a file, and files of which any are shown.
const FIRST_ROWS: usize = 5;
const FILES_WITH_ROWS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let code = run(&arguments).await.unwrap_or_else(|error| {
        complain(&error);
        match error {
            Error::Interrupted => summary::INTERRUPTED,
            _ => summary::FAILED,
        }
    });
    code.into()
}

async fn run(arguments: &Arguments) -> Result<u8, Error> {
    let sources = files::sources(&arguments.files, arguments.prefix.as_deref(), arguments.key.as_deref())?;
    let keys = arguments
        .follow
        .iter()
        .map(|url| split(url))
        .collect::<Result<Vec<_>, _>>()?;
    let stack = Stack::find(&arguments.stack).await?;
    let cancel = Cancel::on_signals().map_err(|source| Error::Unreadable {
        path: "the signals of this process".into(),
        source,
    })?;
    let screen = Screen::new(sources.iter().map(|source| source.size).sum());

    let uploads = if keys.is_empty() {
        uploads::all(&stack, &sources, &cancel, &screen).await
    } else {
        Uploads {
            found: find_all(&stack, &keys).await?,
            ..Uploads::default()
        }
    };
    if let Some(error) = uploads.failure {
        screen.clear();
        return not_all(&stack, uploads.urls, sources.len(), error);
    }
    screen.follow();
    let uploaded = keys.is_empty().then(Instant::now);
    let followed = follow::follow(&stack, uploads.found, uploaded, arguments.patience, &cancel, &screen).await;
    screen.clear();
    conclude(&stack, &followed, arguments).await;
    Ok(summary::exit_code(&followed))
}

/// Not all files can be followed: says what became of those that were uploaded, and why not of the others.
fn not_all(stack: &Stack, urls: Vec<String>, files: usize, error: Error) -> Result<u8, Error> {
    if urls.is_empty() {
        return Err(error);
    }
    say(std::io::stderr(), &uploads::not_all(stack, urls, files, &error));
    Ok(match error {
        Error::Interrupted => summary::INTERRUPTED,
        _ => summary::FAILED,
    })
}

/// Objects that were uploaded before.
async fn find_all(stack: &Stack, keys: &[(String, String)]) -> Result<Vec<Upload>, Error> {
    let mut found = Vec::with_capacity(keys.len());
    for (bucket, key) in keys {
        if *bucket != stack.data_bucket {
            return Err(Error::OtherBucket {
                bucket: bucket.clone(),
                data_bucket: stack.data_bucket.clone(),
            });
        }
        found.push(upload::find(stack, key, None).await?);
    }
    Ok(found)
}

/// Bucket and key of `s3://BUCKET/KEY`.
fn split(url: &str) -> Result<(String, String), Error> {
    let split = url.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
    match split {
        Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => Ok((bucket.to_owned(), key.to_owned())),
        _ => Err(Error::NotAnUrl(url.to_owned())),
    }
}

/// Says what became of everything.
async fn conclude(stack: &Stack, followed: &Followed, arguments: &Arguments) {
    let mut shown = 0;
    for tracked in &followed.tracked {
        let mut first = Vec::new();
        if let Some(Outcome::Extracted(report)) = &tracked.outcome
            && report.rows_rejected > 0
            && shown < FILES_WITH_ROWS
        {
            shown += 1;
            match report.first_rejected(stack, FIRST_ROWS).await {
                Ok(rows) => first = rows,
                Err(error) => complain(&error),
            }
        }
        say(std::io::stdout(), &summary::of_object(stack, tracked, &first));
    }
    say(std::io::stdout(), &summary::of_all(stack, followed));
    let look_again = summary::look_again(stack, followed.urls());
    let status = stack.command("status", "");
    let ending = match &followed.end {
        End::Over => return,
        End::Interrupted => "interrupted: the ingest goes on without being watched.".to_owned(),
        End::Stuck => format!(
            "error: no progress for {}, waiting for {}. The ingest goes on.",
            text::duration(arguments.patience),
            followed.progress.awaited()
        ),
        End::Failed(error) => format!("error: {error}\n  {}\n  The ingest goes on.", error.remedy()),
    };
    say(
        std::io::stderr(),
        &format!("{ending}\n  What keeps it: {status}\n  To look again: {look_again}\n"),
    );
}

fn complain(error: &Error) {
    say(std::io::stderr(), &format!("error: {error}\n  {}\n", error.remedy()));
}

fn say(mut out: impl Write, text: &str) {
    // Nobody may be there to read it.
    let _ = out.write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_named_as_aws_tools_name_it() {
        assert_eq!(split("s3://b/x/y.csv").unwrap(), ("b".into(), "x/y.csv".into()));
        for wrong in ["b/x.csv", "s3://b", "s3:///x.csv", "s3://b/"] {
            assert_eq!(
                split(wrong).unwrap_err().to_string(),
                format!("{wrong} is not s3://BUCKET/KEY")
            );
        }
    }
}
