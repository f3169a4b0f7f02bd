//! The table of ingests: it takes every write, and no ingest comes to its end; and `EventBridge`, which takes every event.

use bytes::Bytes;

use super::Backend;
use super::scan::occurrences;
use crate::http::Reply;

/// The name of the table.
pub const INGESTS: &str = "ingests";
/// A record that was opened once, as the reply to each write has it.
const RECORD: &str = r#"{"Attributes":{"ingest_id":{"S":"016afcad-7a00-7000-8000-000000000000"},"attempts":{"N":"1"},"tries":{"N":"1"},"state":{"S":"extracting"}}}"#;

/// Whether a call is on the table of ingests.
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
