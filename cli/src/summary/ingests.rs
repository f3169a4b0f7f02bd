//! The list of the latest ingests, for people and for programs.

use std::fmt::Write;
use std::time::SystemTime;

use indicatif::HumanCount;
use ledger::{Record, Rows, State, Timestamp};
use serde_json::{Value, json};

use crate::follow::progress::left_out;
use crate::screen::paint::Paint;
use crate::screen::text::{excerpt, plain};
use crate::short_id::ShortId;

/// The most characters of a line: the width of a common narrow terminal.
const WIDTH: usize = 80;
/// The characters of a line that are left for the object.
const OBJECT: usize = WIDTH - "456789ab  2026-11-28 22:45:48  extracting  ".len();

/// The list for people: two lines for each ingest, three for one that failed.
#[must_use]
pub fn as_lines(records: &[Record], now: SystemTime, paint: Paint) -> String {
    if records.is_empty() {
        return "no ingests in the last 90 days\n".to_owned();
    }
    let mut lines = "ingest    uploaded (UTC)       state       object\n".to_owned();
    for record in records {
        let state = record.state(now);
        let state_name = format!("{:<10}", state.as_str());
        let state_name = match state {
            State::Failed | State::Stalled => paint.warning(&state_name),
            State::Extracting | State::Writing | State::Done => state_name,
        };
        let _ = writeln!(
            lines,
            "{}  {}  {state_name}  {}",
            ShortId::of(record.ingest_id),
            seconds(uploaded(record)),
            ending(&plain(record.object.as_deref().unwrap_or_default()), OBJECT),
        );
        let rows = record.rows();
        let is_bad = rows.rejected.is_some_and(|rejected| rejected > 0) || rows.dead > 0;
        let figures = in_words(&rows, state);
        let _ = writeln!(lines, "  {}", if is_bad { paint.warning(&figures) } else { figures });
        if let (State::Failed, Some(error)) = (state, &record.error) {
            let error = format!("{error}: {}", record.reason.as_deref().unwrap_or_default());
            let _ = writeln!(lines, "  {}", excerpt(&error, WIDTH - 3));
        }
    }
    lines
}

/// The list for programs: everything that is known of the ingests, as a JSON object.
#[must_use]
pub fn as_json(records: &[Record], now: SystemTime) -> Value {
    let ingests: Vec<_> = records.iter().map(|record| of_record(record, now)).collect();
    json!({"ingests": ingests})
}

fn of_record(record: &Record, now: SystemTime) -> Value {
    let rows = record.rows();
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    json!({
        "ingest_id": record.ingest_id.to_string(),
        "short_id": ShortId::of(record.ingest_id).to_string(),
        "state": record.state(now).as_str(),
        "bucket": record.bucket,
        "object": record.object,
        "version_id": record.version_id,
        "etag": record.etag,
        "size": record.size,
        "uploader": record.uploader,
        "resource": record.resource,
        "write_mode": record.write_mode,
        "uploaded": uploaded(record).to_string(),
        "started": time(record.started),
        "extracted": time(record.extracted),
        "completed": time(record.completed),
        "updated": time(record.updated),
        "rows": {
            "read": rows.read,
            "sent": rows.sent,
            "rejected": rows.rejected,
            "written": rows.written,
            "replaced": rows.replaced,
            "superseded": rows.superseded,
            "outdated": rows.outdated,
            "existing": rows.existing,
            "dead": rows.dead,
        },
        "warnings": record.warnings,
        "report": record.report,
        "error": record.error,
        "reason": record.reason,
    })
}

/// The time of the upload.
fn uploaded(record: &Record) -> Timestamp {
    record
        .uploaded
        .unwrap_or_else(|| Timestamp::of_upload(record.ingest_id))
}

/// A time such as `2026-11-28 22:45:48`.
fn seconds(time: Timestamp) -> String {
    time.to_string()[.."2026-11-28T22:45:48".len()].replace('T', " ")
}

/// The counts of rows in one line.
fn in_words(rows: &Rows, state: State) -> String {
    let extracted = match rows {
        Rows {
            read: Some(read),
            sent: Some(sent),
            rejected: Some(rejected),
            ..
        } => {
            let [read, sent, rejected] = [*read, *sent, *rejected].map(HumanCount);
            format!("{read} read, {sent} sent, {rejected} rejected; ")
        }
        _ => String::new(),
    };
    let so_far = if state == State::Extracting { " so far" } else { "" };
    let others = left_out(rows)
        .map(|(name, count)| format!(", {} {name}", HumanCount(count)))
        .collect::<Vec<_>>()
        .concat();
    let [written, dead] = [rows.written, rows.dead].map(HumanCount);
    excerpt(
        &format!("{extracted}{written} written{others}, {dead} dead{so_far}"),
        WIDTH - 3,
    )
}

/// The end of a text, of at most `most` characters. The end of a key says more than its beginning.
fn ending(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let end: String = text.chars().skip(count - (most - 1)).collect();
    format!("…{end}")
}
