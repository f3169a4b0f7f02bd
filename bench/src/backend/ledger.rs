//! The stub's table of ingests, which accepts every write and completes no ingest, and `EventBridge`, which accepts every event.

use bytes::Bytes;

use super::Backend;
use super::scan::occurrences;
use crate::http::Reply;

/// The name of the table.
pub const INGESTS: &str = "ingests";
/// The reply to each write: a record that was opened once.
const RECORD: &str = r#"{"Attributes":{"ingest_id":{"S":"016afcad-7a00-7000-8000-000000000000"},"attempts":{"N":"1"},"tries":{"N":"1"},"state":{"S":"extracting"}}}"#;

/// Whether a call names the table of ingests.
pub(super) fn is_of_ingests(body: &Bytes) -> bool {
    occurrences(body, br#""TableName":"ingests""#) > 0
}

impl Backend {
    pub(super) fn update_ingest(&self) -> Reply {
        self.count(|counts| counts.ledger_writes += 1);
        Reply::json(RECORD)
    }

    pub(super) fn event_bridge(&self, operation: &str) -> Reply {
        if operation != "PutEvents" {
            return Reply::refusal(&format!("the stub's EventBridge knows no {operation}"));
        }
        self.count(|counts| counts.events += 1);
        Reply::json(r#"{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed-b79e-4468-a20b-bb3c0c3b4860"}]}"#)
    }
}
