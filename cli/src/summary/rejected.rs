//! The lines about a file to correct.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

use super::reason;
use crate::file_name::{quoted, shown};
use crate::follow::report::Report;
use crate::rejected::{Cause, LeftOut, Written};
use crate::screen::paint::Paint;
use crate::screen::text::{counted, plain};
use crate::shell_word;
use crate::stack::Stack;

/// The line about an object without rejected rows.
#[must_use]
pub fn of_none(report: &Report) -> String {
    format!("no row of {} was rejected: there is nothing to correct\n", url(report))
}

/// The lines about a file to correct: which rows are in it, which are not, and what to do with it.
#[must_use]
pub fn of_file(stack: &Stack, report: &Report, path: &Path, written: &Written, paint: Paint) -> String {
    let below = if report.header.is_some() {
        ", below its header"
    } else {
        ""
    };
    let mut lines = format!(
        "{}: {} of {}{below}\n",
        shown(path),
        counted(written.rows, "rejected row"),
        url(report)
    );
    for reason in &written.first {
        let _ = writeln!(lines, "  line {}: {}", reason.line, reason::shown(&reason.text));
    }
    let more = written.rows - written.first.len() as u64;
    if more > 0 {
        let _ = writeln!(
            lines,
            "  and {more} more, with their reasons in {}",
            files(stack, report)
        );
    }
    lines.push_str(&of_left_out(report, written, paint));
    let known = written.rows + written.left_out;
    if known < report.rows_rejected {
        let missing = counted(report.rows_rejected - known, "rejected row");
        let _ = writeln!(
            lines,
            "{}",
            paint.warning(&format!("{missing} of the report not in {}", files(stack, report)))
        );
    }
    if let Some(warning) = report
        .warnings
        .iter()
        .find(|warning| warning.kind == "repeated_headers")
    {
        let first: Vec<_> = warning.first_lines.iter().map(u64::to_string).collect();
        let _ = writeln!(
            lines,
            "{}\n  Give rows from there on the columns of the first header: {} says which line a row is from",
            paint.warning(&format!(
                "the object has other headers behind rows, in line {}",
                first.join(", ")
            )),
            files(stack, report)
        );
    }
    let _ = writeln!(lines, "Correct it, then: {}", upload_command(stack, report, path));
    lines
}

/// The lines about rows that are left out of the file.
fn of_left_out(report: &Report, written: &Written, paint: Paint) -> String {
    if written.left_out == 0 {
        return String::new();
    }
    let rows = counted(written.left_out, "row");
    let mut lines = format!(
        "{}\n",
        paint.warning(&format!("{rows} left out of the file, since not all bytes are kept:"))
    );
    for LeftOut {
        line,
        byte,
        length,
        cause,
    } in &written.named
    {
        let why = match cause {
            Cause::TooLong => "longer than 1 MiB".to_owned(),
            Cause::NotText => format!("not {}", plain(report.encoding.as_deref().unwrap_or_default())),
        };
        let _ = writeln!(lines, "  line {line}, {length} bytes from byte {byte} on: {why}");
    }
    let more = written.left_out - written.named.len() as u64;
    if more > 0 {
        let _ = writeln!(lines, "  and {more} more");
    }
    let is_plain =
        report.compression.is_none() && report.encoding.as_deref().is_none_or(|encoding| encoding == "utf-8");
    let text = if is_plain { "" } else { ", decompressed and in UTF-8" };
    let _ = writeln!(
        lines,
        "  Take them from {}{text}, correct them, and add them to the file",
        url(report)
    );
    lines
}

/// The command that uploads the file to the object's folder, under its own name.
fn upload_command(stack: &Stack, report: &Report, path: &Path) -> String {
    let folder = report.key.rsplit_once('/').map(|(folder, _)| folder);
    let prefix = folder.map(|folder| format!("--prefix {} ", shell_word::quoted(OsStr::new(folder))));
    stack.command(
        "messages ingest",
        &format!("{}{}", prefix.unwrap_or_default(), quoted(path)),
    )
}

fn url(report: &Report) -> String {
    plain(&format!("s3://{}/{}", report.bucket, report.key))
}

/// The URLs of the files of rejected rows.
fn files(stack: &Stack, report: &Report) -> String {
    let urls = report
        .rejected_keys
        .iter()
        .map(|key| plain(&format!("s3://{}/{key}", stack.report_bucket)));
    urls.collect::<Vec<_>>().join(" and ")
}
