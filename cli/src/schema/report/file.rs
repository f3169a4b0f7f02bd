//! The result of a check of a file.

use indicatif::HumanCount;
use s3_to_sqs::convert;
use s3_to_sqs::convert::collisions::{KeyCollisions, Pair};
use s3_to_sqs::data_package::NoResource;
use s3_to_sqs::input::content::format::{Encoding, Format};
use schema::Write;

use super::figures;
use crate::file_name::shown;
use crate::follow::report::Warning;
use crate::key_rules::SUFFIXES;
use crate::schema::check::Checked;
use crate::schema::check::rejections::Rejections;
use crate::schema::descriptor::Descriptor;
use crate::schema::object_key::NamedFile;
use crate::screen::paint::Paint;
use crate::screen::text::{counted, excerpt, plain};
use crate::summary::collisions::UNKNOWN;
use crate::summary::object::of_warning;

/// The most reasons that are shown.
const REASONS: usize = 10;
/// The most pairs of rows with one key that are shown.
const PAIRS: usize = 3;
/// The most characters of a row that are shown.
const ROW_EXCERPT: usize = 100;
/// The most characters of a reason that are shown.
const REASON_EXCERPT: usize = 300;
/// The most characters of a line of an item that are shown.
const ITEM_EXCERPT: usize = 200;

/// The lines about a file that a resource describes.
#[must_use]
pub fn of_file(descriptor: &Descriptor, file: &NamedFile, resource: &str, checked: &Checked, paint: Paint) -> String {
    let rejected = checked.rejections.rows;
    let write = checked.write;
    let mut lines = vec![
        format!(
            "{}{} as the object {}, of the resource {}",
            shown(&file.path),
            of_format(checked.format),
            plain(&file.key),
            plain(resource)
        ),
        format!(
            "  {}: {}, {} rejected",
            counted(checked.rows, "row"),
            counted(checked.writes.count, noun(write)),
            HumanCount(rejected)
        ),
    ];
    let mut line = |text: String| lines.push(format!("  {text}"));
    if let Some(problem) = &checked.problem {
        line(paint.warning(&format!("problem: {}", plain(problem))));
    }
    for (number, item) in &checked.first {
        line(format!("line {number}"));
        for attribute in item {
            line(format!("  {}", excerpt(attribute, ITEM_EXCERPT)));
        }
    }
    for text in of_rejections(&checked.rejections, paint) {
        line(text);
    }
    if !checked.unknown_columns.is_empty() {
        let names = checked.unknown_columns.iter().map(|name| format!("{:?}", plain(name)));
        line(format!("columns left out: {}", names.collect::<Vec<_>>().join(", ")));
    }
    for text in of_collisions(&checked.collisions, write, paint) {
        line(text);
    }
    for text in of_warnings(&checked.warnings) {
        line(text);
    }
    if checked.writes.count > 0 {
        let partition_key = plain(&descriptor.key.key.partition.name);
        for text in figures::of_writes(&checked.writes, &checked.partitions, write, &partition_key) {
            line(text);
        }
    }
    lines.join("\n") + "\n"
}

/// The lines about a file that no resource describes.
#[must_use]
pub fn of_undescribed(descriptor: &Descriptor, file: &NamedFile, paint: Paint) -> String {
    of_left_out(file, &NoResource::of(&descriptor.package).to_string(), paint)
}

/// The lines about a file whose object's event would not go to the extractor.
#[must_use]
pub fn of_unread(file: &NamedFile, paint: Paint) -> String {
    let suffixes = SUFFIXES.join(", ");
    let problem = format!("the object is not read, and cannot be ingested: its key does not end in {suffixes}");
    of_left_out(file, &problem, paint)
}

fn of_left_out(file: &NamedFile, problem: &str, paint: Paint) -> String {
    let problem = format!("problem: {problem}");
    format!(
        "{} as the object {}\n  {}\n  If it is uploaded under another key: --prefix FOLDER or --key KEY\n",
        shown(&file.path),
        plain(&file.key),
        paint.warning(&plain(&problem))
    )
}

fn noun(write: Write) -> &'static str {
    match write {
        Write::Replace | Write::Latest | Write::Create => "item",
        Write::Merge => "update",
        Write::Delete => "delete",
    }
}

fn of_rejections(rejections: &Rejections, paint: Paint) -> Vec<String> {
    let reasons = rejections.by_reason();
    let mut lines = Vec::new();
    for (reason, rejected) in reasons.iter().take(REASONS) {
        let what = format!(
            "rejected, {}: {}",
            counted(rejected.rows, "row"),
            excerpt(reason, REASON_EXCERPT)
        );
        lines.push(paint.warning(&what));
        let first = rejected
            .first_lines
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        let plural = if rejected.rows == 1 { "" } else { "s" };
        let more = if rejected.rows > rejected.first_lines.len() as u64 {
            " and more"
        } else {
            ""
        };
        lines.push(format!(
            "  line{plural} {first}{more}: {}",
            excerpt(&rejected.example, ROW_EXCERPT)
        ));
    }
    let shown: u64 = reasons.iter().take(REASONS).map(|(_, rejected)| rejected.rows).sum();
    if rejections.rows > shown {
        lines.push(format!(
            "rejected for other reasons: {}",
            counted(rejections.rows - shown, "row")
        ));
    }
    lines
}

fn of_collisions(collisions: &KeyCollisions, write: Write, paint: Paint) -> Vec<String> {
    let least = if collisions.exact { "" } else { "at least " };
    if collisions.rows == 0 {
        let is_unknown = !collisions.exact;
        return is_unknown.then(|| UNKNOWN.to_owned()).into_iter().collect();
    }
    let what = match write {
        Write::Create => "not written, since an earlier row has the same key",
        _ => "replaced by a later row of the same key",
    };
    let rows = counted(collisions.rows, "row");
    let mut lines = vec![paint.warning(&format!("{least}{rows} {what}"))];
    for Pair {
        line,
        earlier_line,
        key,
    } in collisions.first.iter().take(PAIRS)
    {
        let key: Vec<_> = key
            .iter()
            .map(|(name, text)| format!("{} {:?}", plain(name), excerpt(text, ROW_EXCERPT)))
            .collect();
        lines.push(format!("  lines {earlier_line} and {line}: {}", key.join(", ")));
    }
    lines
}

fn of_warnings(warnings: &[convert::warnings::Warning]) -> impl Iterator<Item = String> {
    warnings.iter().map(|warning| {
        of_warning(&Warning {
            kind: warning.kind.name().to_owned(),
            rows: warning.lines.rows,
            first_lines: warning.lines.first_lines.clone(),
        })
    })
}

/// The compression and the encoding of a file; empty for plain UTF-8.
fn of_format(format: Format) -> String {
    let compression = format.compression.map(|compression| compression.to_string());
    // The encoding has the name that reports give it.
    let name = serde_json::to_value(format.encoding).ok();
    let encoding = name
        .filter(|_| format.encoding != Encoding::default())
        .and_then(|name| name.as_str().map(str::to_owned));
    let known: Vec<_> = compression.into_iter().chain(encoding).collect();
    if known.is_empty() {
        String::new()
    } else {
        format!(" ({})", known.join(", "))
    }
}
