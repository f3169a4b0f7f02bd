//! The command `messages`: uploads CSV files to the data bucket of a stack and follows them until every row is written; and
//! says beforehand what a descriptor makes of them.
//!
//! Modules import from those above them in this list only.
//!
//! | where | what |
//! |---|---|
//! | [`exit_code`], [`cancel`] | how the command ends, and Ctrl-C |
//! | [`key_rules`], [`file_name`], [`object_name`], [`short_id`], [`upload_reference`] | which keys there are; names |
//! | [`arguments`] | the command line |
//! | [`usage`] | wrong usage, in words that help |
//! | [`aws_call`], [`stack`] | errors of AWS calls; the stack that files go to |
//! | [`files`] | the files, and the keys that they get |
//! | [`object`] | objects of the data bucket, and the keys of their reports |
//! | [`screen`] | what is shown meanwhile |
//! | [`ingests`] | the table of ingests |
//! | [`schema`] | descriptors, and what they make of files |
//! | [`openapi`] | the OpenAPI document of a table of another shape |
//! | [`upload`] | files to objects |
//! | [`follow`] | objects to rows that are written, rejected or dead |
//! | [`rejected`] | rejected rows to a file to mend |
//! | [`summary`] | what is said at the end |
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
