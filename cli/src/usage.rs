//! Wrong usage for which the parser's own words are no help.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::file_name::{quoted, shown};

/// Wrong usage: what is wrong, and what helps.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongUsage {
    /// What is wrong.
    pub problem: String,
    /// What helps, in a sentence.
    pub remedy: String,
}

/// What is wrong when the parser answered these arguments so; `None` when its own words fit.
#[must_use]
pub fn explain(error: &clap::Error, arguments: impl IntoIterator<Item = OsString>) -> Option<WrongUsage> {
    match error.kind() {
        // `-h.csv` asks for help, too.
        ErrorKind::UnknownArgument | ErrorKind::DisplayHelp => arguments
            .into_iter()
            .find_map(|argument| taken_for_an_option(&argument)),
        ErrorKind::MissingRequiredArgument => nothing_named(error),
        _ => None,
    }
}

/// A file whose name looks like an option.
fn taken_for_an_option(argument: &OsStr) -> Option<WrongUsage> {
    let path = Path::new(argument);
    if !argument.as_encoded_bytes().starts_with(b"-") || path.symlink_metadata().is_err() {
        return None;
    }
    Some(WrongUsage {
        problem: format!("{} begins with -, as options do", shown(path)),
        remedy: format!("Name it with its folder: {}", quoted(path)),
    })
}

/// No file or object at all.
fn nothing_named(error: &clap::Error) -> Option<WrongUsage> {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let (what, example) = missing.iter().find_map(|name| match name.as_str() {
        "<FILE>..." => Some(("file", "tools/ingest data.csv, or a pattern: tools/ingest 'data/*.csv'")),
        "<FILE>" => Some(("file", "tools/messages schema infer mine.csv > schema/datapackage.json")),
        "<OBJECT>..." => Some(("object", "tools/messages follow s3://BUCKET/data.csv")),
        "<REPORT>..." => Some(("upload", "tools/messages rejected get data.csv")),
        _ => None,
    })?;
    Some(WrongUsage {
        problem: format!("no {what} is named"),
        remedy: format!("Name one: {example}"),
    })
}
