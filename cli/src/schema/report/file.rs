//! What becomes of a file.

use indicatif::HumanCount;
use schema::Write;

use super::figures;
use crate::file_name::shown;
use crate::schema::check::Checked;
use crate::schema::check::collisions::Collisions;
use crate::schema::check::rejections::Rejections;
use crate::schema::descriptor::Descriptor;
use crate::schema::object_key::NamedFile;
use crate::screen::paint::Paint;
use crate::screen::text::{counted, excerpt, plain};

/// The most reasons that are shown.
const REASONS: usize = 10;
/// Characters that are shown of a row, a reason, and a line of an item.
const ROW_EXCERPT: usize = 100;
const REASON_EXCERPT: usize = 300;
const ITEM_EXCERPT: usize = 200;

/// What becomes of a file that a resource describes: some lines.
#[must_use]
pub fn of_file(descriptor: &Descriptor, file: &NamedFile, resource: &str, checked: &Checked, paint: Paint) -> String {
    let rejected = checked.rejections.rows;
    let write = checked.write.unwrap_or(Write::Replace);
    let mut lines = vec![
        format!(
            "{} as the object {}, of the resource {}",
            shown(&file.path),
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
    for text in of_collisions(&checked.collisions, write, descriptor, paint) {
        line(text);
    }
    if checked.writes.count > 0 {
        let partition_key = plain(&descriptor.key.key.partition.name);
        for text in figures::of_writes(&checked.writes, write, &partition_key) {
            line(text);
        }
    }
    lines.join("\n") + "\n"
}

/// What becomes of a file that no resource describes: some lines.
#[must_use]
pub fn of_undescribed(descriptor: &Descriptor, file: &NamedFile, paint: Paint) -> String {
    let resources = &descriptor.outline.resources;
    let patterns = resources.iter().flat_map(|resource| &resource.keys);
    let patterns: Vec<_> = patterns.map(|pattern| plain(pattern)).collect();
    let problem = format!(
        "problem: no resource describes it; `s3:keys` are {}",
        patterns.join(", ")
    );
    format!(
        "{} as the object {}\n  {}\n  If it is uploaded under another key: --prefix FOLDER or --key KEY\n",
        shown(&file.path),
        plain(&file.key),
        paint.warning(&problem)
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

fn of_collisions(collisions: &Collisions, write: Write, descriptor: &Descriptor, paint: Paint) -> Vec<String> {
    let least = if collisions.may_be_more { "at least " } else { "" };
    if collisions.rows == 0 {
        return if collisions.may_be_more {
            vec!["keys: a row far behind another one of the same key would not have been found".to_owned()]
        } else {
            Vec::new()
        };
    }
    let (what, is_loss) = match write {
        Write::Replace | Write::Latest => ("have the key of an earlier row, and replace its item", true),
        Write::Create => ("have the key of an earlier row, and are not written", true),
        Write::Merge => ("have the key of an earlier row, and change the same item", false),
        Write::Delete => ("have the key of an earlier row", false),
    };
    let text = format!("{least}{} {what}", counted(collisions.rows, "row"));
    let mut lines = vec![if is_loss { paint.warning(&text) } else { text }];
    for pair in &collisions.first {
        let texts = [pair.partition.as_str(), pair.sort.as_str()];
        let key = descriptor.key.key.attributes().zip(texts);
        let key: Vec<_> = key
            .map(|(attribute, text)| format!("{} {:?}", plain(&attribute.name), excerpt(text, ROW_EXCERPT)))
            .collect();
        lines.push(format!(
            "  lines {} and {}: {}",
            pair.earlier_line,
            pair.line,
            key.join(", ")
        ));
    }
    lines
}
