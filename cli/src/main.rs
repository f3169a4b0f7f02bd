//! Uploads CSV files to the data bucket of a stack and follows them until every row is written.
//!
//! | where | what |
//! |---|---|
//! | [`arguments`], [`object_name`] | the command line, and objects as it names them |
//! | [`files`] | the files, and the keys that they get |
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
mod object_name;
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

use arguments::{Arguments, Command, Follow, Ingest, Watch};
use cancel::Cancel;
use clap::Parser;
use error::Error;
use follow::{End, Followed, Outcome};
use object_name::ObjectName;
use screen::Screen;
use stack::Stack;
use upload::Upload;

/// Rejected rows that are shown of a file, and files of which any are shown.
const FIRST_ROWS: usize = 5;
const FILES_WITH_ROWS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let run = match &arguments.command {
        Command::Ingest(arguments) => ingest(arguments).await,
        Command::Follow(arguments) => follow_uploaded(arguments).await,
    };
    let code = run.unwrap_or_else(|error| {
        complain(&error);
        match error {
            Error::Interrupted => summary::INTERRUPTED,
            _ => summary::FAILED,
        }
    });
    code.into()
}

/// Uploads files and follows them.
async fn ingest(arguments: &Ingest) -> Result<u8, Error> {
    let sources = files::sources(&arguments.files, arguments.prefix.as_deref(), arguments.key.as_deref())?;
    let stack = Stack::find(&arguments.watch.stack).await?;
    let cancel = on_signals()?;
    let screen = Screen::new(sources.iter().map(|source| source.size).sum());

    let uploads = uploads::all(&stack, &sources, &cancel, &screen).await;
    if let Some(error) = uploads.failure {
        screen.clear();
        return not_all(&stack, uploads.urls, sources.len(), error);
    }
    screen.follow();
    let uploaded = Some(Instant::now());
    Ok(watch(&stack, uploads.found, uploaded, &arguments.watch, &cancel, &screen).await)
}

/// Follows objects that were uploaded before.
async fn follow_uploaded(arguments: &Follow) -> Result<u8, Error> {
    let stack = Stack::find(&arguments.watch.stack).await?;
    let cancel = on_signals()?;
    let found = find_all(&stack, &arguments.objects).await?;
    let screen = Screen::new(0);
    Ok(watch(&stack, found, None, &arguments.watch, &cancel, &screen).await)
}

fn on_signals() -> Result<Cancel, Error> {
    Cancel::on_signals().map_err(|source| Error::Unreadable {
        path: "the signals of this process".into(),
        source,
    })
}

/// Follows uploads and says what became of them. The exit code.
async fn watch(
    stack: &Stack,
    uploads: Vec<Upload>,
    uploaded: Option<Instant>,
    arguments: &Watch,
    cancel: &Cancel,
    screen: &Screen,
) -> u8 {
    let followed = follow::follow(stack, uploads, uploaded, arguments.patience, cancel, screen).await;
    screen.clear();
    conclude(stack, &followed, arguments).await;
    summary::exit_code(&followed)
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

/// The objects of these names, each once.
async fn find_all(stack: &Stack, names: &[ObjectName]) -> Result<Vec<Upload>, Error> {
    let mut found = Vec::<Upload>::with_capacity(names.len());
    for ObjectName { bucket, key } in names {
        if let Some(bucket) = bucket
            && *bucket != stack.data_bucket
        {
            return Err(Error::OtherBucket {
                bucket: bucket.clone(),
                data_bucket: stack.data_bucket.clone(),
            });
        }
        if found.iter().all(|upload| upload.key != *key) {
            found.push(upload::find(stack, key, None).await?);
        }
    }
    Ok(found)
}

/// Says what became of everything.
async fn conclude(stack: &Stack, followed: &Followed, arguments: &Watch) {
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
