//! The failures of an object that every retry would meet again, and how its report describes them.

use error_chain::ErrorChain;

use super::{ExtractError, Extraction};
use crate::books::lost::OtherAttempts;
use crate::input::content::ContentError;
use crate::input::download::DownloadError;

/// What happens with the object that replaced another one.
const REPLACEMENT: &str = "the object that replaced it has an event and a report of its own";
/// The remedy for an object below a delete marker.
const COPY_VERSION: &str = "to ingest a version below it, copy that version onto the key, which is a new upload";
/// The remedy for an archived object.
const RESTORE: &str = "restore it, and when that is done copy it onto itself in the storage class STANDARD, which is a new \
                       upload; or upload the file again";

/// The reason that an object is not read to its end, for its report.
pub(super) struct ObjectFailure {
    reason: String,
    /// Whether none of the remaining bytes can be read: the object is not readable any more, or takes too long.
    pub(super) is_lost: bool,
}

impl ObjectFailure {
    pub(super) fn lost(reason: String) -> Self {
        Self { reason, is_lost: true }
    }

    /// The reason; for a lost object with the note on other attempts.
    pub(super) fn beside(self, others: OtherAttempts) -> String {
        match others.note() {
            Some(note) if self.is_lost => format!("{}; {note}", self.reason),
            _ => self.reason,
        }
    }
}

impl Extraction<'_> {
    /// The permanent failure of the object, if `error` is one: every retry would meet it again.
    ///
    /// # Errors
    /// Any other error.
    pub(super) fn object_failure(&self, error: ExtractError) -> Result<ObjectFailure, ExtractError> {
        match error {
            ExtractError::Content(ContentError::Unpack(error)) => Ok(ObjectFailure {
                reason: ErrorChain(&error).to_string(),
                is_lost: false,
            }),
            ExtractError::Content(ContentError::Download(error)) => match self.loss(&error) {
                Some(reason) => {
                    self.log_loss(&error, &reason);
                    Ok(ObjectFailure::lost(reason))
                }
                None => Err(error.into()),
            },
            other => Err(other),
        }
    }

    /// The problem in the report of an object that cannot be read any more; `None` for any other error. When some of
    /// the object was read, it names the byte of the text behind the rows that are sent or rejected.
    fn loss(&self, error: &DownloadError) -> Option<String> {
        let when = if self.has_begun() { "while" } else { "before" };
        let (loss, remedy) = match error {
            DownloadError::Gone(_) => (format!("the object was deleted {when} it was read"), None),
            DownloadError::Replaced => (format!("the object was replaced {when} it was read"), Some(REPLACEMENT)),
            DownloadError::DeleteMarker => (error.to_string(), Some(COPY_VERSION)),
            DownloadError::Archived(_) => (error.to_string(), Some(RESTORE)),
            DownloadError::Open(_) | DownloadError::Broken { .. } | DownloadError::Range(_) => return None,
        };
        let byte = self.rows.checkpoint().byte;
        let missing = self.has_begun().then(|| format!("what follows byte {byte} is missing"));
        let parts = [Some(loss), missing, remedy.map(str::to_owned)];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }

    /// Logs the loss of an object that was replaced while it was read. The object that replaced it has its own event. For
    /// this object, only the report can still be written.
    fn log_loss(&self, error: &DownloadError, reason: &str) {
        if matches!(error, DownloadError::Replaced) && self.has_begun() {
            tracing::error!(
                bucket = self.object.bucket,
                key = self.object.key,
                etag = self.progress.bare_etag(),
                ingest_id = %self.ingest_id,
                reason,
                "the rest of the object is lost"
            );
        }
    }

    /// Whether this invocation or an earlier one has read any of the object.
    fn has_begun(&self) -> bool {
        self.progress.format.is_some()
    }
}
