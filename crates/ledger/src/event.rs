//! The event at the end of an ingest.

use serde_json::{Map, Value, json};

use crate::record::Record;
use crate::state::State;
use crate::timestamp::Timestamp;

/// The source of the events.
const SOURCE: &str = "messages";

/// The body of the `PutEvents` call with the event at the end of an ingest.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
pub(crate) fn request(record: &Record, state: State, stack: &str, bus: &str, now: Timestamp) -> String {
    let detail_type = match state {
        State::Failed => "Ingest Failed",
        _ => "Ingest Completed",
    };
    let detail = Value::from(detail(record, state, stack, now)).to_string();
    let entry = json!({"Source": SOURCE, "DetailType": detail_type, "Detail": detail, "EventBusName": bus});
    json!({"Entries": [entry]}).to_string()
}

/// The detail of the event. Members that `docs/schemas` requires are empty or zero when they are not known.
fn detail(record: &Record, state: State, stack: &str, now: Timestamp) -> Map<String, Value> {
    let rows = record.rows();
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string().into());
    let members = [
        ("stack", Some(stack.into())),
        ("ingest_id", Some(record.ingest_id.to_string().into())),
        ("state", Some(state.as_str().into())),
        ("bucket", text(&record.bucket)),
        ("object", text(&record.object)),
        ("version_id", text(&record.version_id)),
        ("etag", Some(record.etag.clone().unwrap_or_default().into())),
        ("size", Some(record.size.unwrap_or_default().into())),
        ("uploader", text(&record.uploader)),
        ("resource", text(&record.resource)),
        ("write_mode", text(&record.write_mode)),
        ("uploaded", time(Some(Timestamp::of_upload(record.ingest_id)))),
        ("started", time(record.started)),
        ("completed", time(Some(record.completed.unwrap_or(now)))),
        (
            "rows",
            Some(json!({
                "read": rows.read.unwrap_or_default(),
                "sent": rows.sent.unwrap_or_default(),
                "rejected": rows.rejected.unwrap_or_default(),
                "written": rows.written,
                "replaced": rows.replaced,
                "superseded": rows.superseded,
                "outdated": rows.outdated,
                "existing": rows.existing,
                "dead": rows.dead,
            })),
        ),
        ("warnings", Some(record.warnings.clone().into())),
        ("report", text(&record.report)),
        ("error", text(&record.error)),
        ("reason", text(&record.reason)),
    ];
    let known = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    known.collect()
}

/// Why `EventBridge` does not take an event.
pub(crate) struct Refusal {
    pub code: String,
    pub message: String,
}

/// Reads the reply to a call that puts one event. `PutEvents` succeeds even when it does not take the event.
pub(crate) fn refusal(reply: &[u8]) -> serde_json::Result<Option<Refusal>> {
    let reply: Value = serde_json::from_slice(reply)?;
    let entry = &reply["Entries"][0];
    let text = |name: &str| entry[name].as_str().map(str::to_owned);
    Ok(text("ErrorCode").map(|code| Refusal {
        code,
        message: text("ErrorMessage").unwrap_or_default(),
    }))
}
