//! The command `messages`. It uploads CSV files to the data bucket of a stack and follows them until every row is written. It
//! also shows, before an upload, what the extractor makes of a file.
//!
//! A module imports only from modules above it in this list.
//!
//! | where | what |
//! |---|---|
//! | [`exit_code`], [`cancel`] | exit codes; cancellation by Ctrl-C |
//! | [`shell_word`], [`file_name`] | file names and other words, quoted for a shell |
//! | [`key_rules`], [`object_name`], [`short_id`], [`upload_reference`] | rules for keys; names of objects, ingests and uploads |
//! | [`arguments`] | the command line |
//! | [`usage`] | messages about wrong usage |
//! | [`aws_call`], [`stack`] | errors of AWS calls; the stack that files are uploaded to |
//! | [`files`] | the files to upload, and their keys |
//! | [`object`] | objects of the data bucket, and the keys of their reports |
//! | [`screen`] | the progress on the screen |
//! | [`ingests`] | the table of ingests |
//! | [`schema`] | descriptors, and what the extractor makes of files with them |
//! | [`openapi`] | the OpenAPI document of the API over a table with another key and other attributes |
//! | [`upload`] | the upload of files |
//! | [`follow`] | the following of uploads until every row is written, rejected or dead |
//! | [`rejected`] | the file to correct, with rejected rows |
//! | [`summary`] | the texts that are printed at the end |
//! | [`commands`] | the subcommands |

mod arguments;
mod aws_call;
mod cancel;
mod commands;
mod exit_code;
mod file_name;
mod files;
mod follow;
mod ingests;
mod key_rules;
mod object;
mod object_name;
mod openapi;
mod rejected;
mod schema;
mod screen;
mod shell_word;
mod short_id;
mod stack;
mod summary;
mod upload;
mod upload_reference;
mod usage;

use std::process::ExitCode;

use arguments::{Arguments, Command, RejectedCommand};
use clap::Parser;
use commands::output::complain;
use usage::WrongUsage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let Some(WrongUsage { problem, remedy }) = usage::explain(&error, std::env::args_os().skip(1)) else {
                error.exit();
            };
            complain(problem, remedy);
            return exit_code::FAILED.into();
        }
    };
    let result = match &arguments.command {
        Command::Ingest(arguments) => commands::ingest::run(arguments).await,
        Command::Follow(arguments) => commands::follow::run(arguments).await,
        Command::Ingests(arguments) => commands::ingests::run(arguments).await,
        Command::Rejected(arguments) => match &arguments.command {
            RejectedCommand::Get(arguments) => commands::rejected::get(arguments).await,
        },
        Command::Schema(arguments) => commands::schema::run(arguments),
    };
    let code = result.unwrap_or_else(|error| {
        complain(&error, error.remedy());
        error.exit_code()
    });
    code.into()
}
