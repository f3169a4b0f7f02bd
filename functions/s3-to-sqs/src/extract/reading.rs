//! Reads the object's bytes and turns its rows into messages in flight and rejected rows.

use tokio::time::timeout_at;

use super::{ExtractError, Extraction, rejects};
use crate::continuation::MAX_INVOCATIONS;
use crate::convert::columns::{JUDGED_BYTES, Judgement};
use crate::convert::{Converted, Rejection};
use crate::input::content::{Content, ContentError};
use crate::input::download::Download;
use crate::queue::call::Sent;
use crate::queue::request::Request;
use crate::rows::RejectedRow;

/// What is to be done before the next row. Most rows only add to a batch, and cost no future.
enum Due {
    Request(Request),
    Rejection(RejectedRow, Rejection),
}

impl<'a> Extraction<'a> {
    /// Reads the rest of the object, and sends or rejects every row. Returns whether the end was reached; if not, time
    /// is up.
    pub(super) async fn read(&mut self) -> Result<bool, ExtractError> {
        let record = self.record;
        let opening = record.open(self.description());
        if self.progress.invocations > MAX_INVOCATIONS {
            opening.await;
            return Ok(false);
        }
        // Boxed, because the SDK calls make this future large.
        let (attempt, content) = tokio::join!(opening, Box::pin(self.open()));
        self.count_as(attempt);
        let Some(mut content) = content? else {
            return Ok(false);
        };
        let is_read = self.read_content(&mut content).await;
        let anchor = content.anchor_before(self.rows.checkpoint().byte);
        self.progress.anchor = anchor.or(self.progress.anchor);
        is_read
    }

    async fn read_content(&mut self, content: &mut Content<'_>) -> Result<bool, ExtractError> {
        let end = loop {
            let Ok(bytes) = timeout_at(self.time.stop, content.next()).await else {
                return Ok(false);
            };
            let bytes = match bytes {
                Ok(Some(bytes)) => bytes,
                Ok(None) => break Ok(()),
                Err(error @ ContentError::Unpack(_)) => break Err(error),
                Err(error) => return Err(error.into()),
            };
            let mut input = &bytes[..];
            while self.rows.advance(&mut input) {
                let Some(due) = self.take_row() else { continue };
                if self.carry_out(due).await? && self.time.is_up() {
                    return Ok(false);
                }
            }
            // Checked here too, since the timeout above never fires while the stream always has bytes ready. Each
            // invocation reads at least one row if it can. It also ends when S3 takes no more parts of the file of
            // rejected rows: the next one has a new file.
            let has_read = self.measurements.counts.read > 0;
            if self.time.is_over() || has_read && (self.time.is_up() || self.rejects.is_full()) {
                return Ok(false);
            }
        };
        while if end.is_ok() {
            self.rows.finish()
        } else {
            self.rows.cut_off()
        } {
            if let Some(due) = self.take_row() {
                self.carry_out(due).await?;
            }
        }
        end?;
        self.converter.end(&self.rows);
        Ok(true)
    }

    /// Opens the object. `None` when time is up before its format is known.
    async fn open(&mut self) -> Result<Option<Content<'a>>, ExtractError> {
        let deadline = self.time.deadline;
        let s3 = &self.extractor.s3;
        let progress = &mut self.progress;
        if let Some(format) = progress.format {
            self.converter.encoded(format.encoding);
            let byte = progress.checkpoint.byte;
            let start = Content::start(format, progress.anchor, byte);
            let download =
                Download::open_at(s3, self.object, &progress.etag, progress.size, start.object, deadline).await?;
            return Ok(Some(Content::resume(download, format, start, byte)));
        }
        let download = Download::open(s3, self.object, deadline).await?;
        progress.size = download.size();
        download.etag().clone_into(&mut progress.etag);
        self.rejects = rejects(self.extractor, self.object, progress);
        let Ok(content) = timeout_at(
            self.time.stop,
            Content::open(download, self.converter.shape().encoding()),
        )
        .await
        else {
            return Ok(None);
        };
        let mut content = content?;
        progress.format = Some(content.format());
        self.converter.encoded(content.format().encoding);
        self.judge(&mut content).await;
        Ok(Some(content))
    }

    /// Judges the beginning of the object, or as much of it as arrived before time is up.
    async fn judge(&mut self, content: &mut Content<'_>) {
        _ = timeout_at(self.time.stop, content.read_ahead(JUDGED_BYTES)).await;
        let judgement = Judgement::of(self.converter.shape(), content.ahead(), content.is_whole());
        self.converter.judge(judgement);
    }

    /// Takes the header, or turns the current row into a message or a rejected row. Returns what it makes due.
    fn take_row(&mut self) -> Option<Due> {
        let row = self.rows.row();
        let converted = self.converter.convert(&row);
        let is_row = !matches!(converted, Converted::Header | Converted::Blank);
        self.measurements.counts.read += u64::from(is_row);
        match converted {
            Converted::Header | Converted::Blank => None,
            Converted::Message(body) => self.batch.push(body, &row).map(Due::Request),
            Converted::Rejected(rejection) => Some(Due::Rejection(RejectedRow::of(&row), rejection)),
        }
    }

    /// Sends a request, or writes a rejected row. Returns whether a request was sent.
    async fn carry_out(&mut self, due: Due) -> Result<bool, ExtractError> {
        match due {
            Due::Request(request) => self.send(request).await.map(|()| true),
            Due::Rejection(row, Rejection { columns, reason }) => {
                self.rejects.push(&row, &columns, &reason).await?;
                Ok(false)
            }
        }
    }

    /// Sends a request.
    pub(super) async fn send(&mut self, request: Request) -> Result<(), ExtractError> {
        self.measurements.batches[request.len()] += 1;
        let sent = self.sender.send(request).await?;
        self.record(sent).await
    }

    /// Counts the sent rows, and rejects the rows whose messages SQS refused.
    pub(super) async fn record(&mut self, sent: Sent) -> Result<(), ExtractError> {
        self.measurements.counts.sent += sent.rows;
        self.measurements.retries += sent.retries;
        for (row, reason) in sent.refused {
            self.rejects.push(&row, "", &reason).await?;
        }
        Ok(())
    }
}
