//! Runs writers as Lambda does for a queue: each poller gathers a batch, invokes its own writer, deletes the processed messages,
//! and gathers the next batch.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>

use std::cell::Cell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::future::try_join_all;
use serde::Deserialize;
use tokio::time::{sleep, timeout};

use crate::backend::{Backend, Received, latencies};
use crate::process::{Process, Program};
use crate::runtime_api::Answer;

/// The rows of a batch, as in the template with an empty `WriterBatchSize`, whatever `RowsPerMessage` is.
pub const ROWS: usize = 400;
/// `WriterBatchingWindow` and the writer's timeout, as in the template.
const WINDOW: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_mins(1);
/// The most messages of a receive.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
const RECEIVE: usize = 10;
/// The interval at which a poller looks for messages on an empty queue. It stands for a long poll, which returns at once when a
/// message arrives.
const LOOK: Duration = Duration::from_millis(5);

/// The writers of a load.
#[derive(Clone, Copy, Debug)]
pub struct Pool<'p> {
    /// The stub with the queue.
    pub backend: &'p Backend,
    /// The writer.
    pub program: &'p Program,
    /// The most messages of a batch, as `WriterBatchSize`.
    pub batch: usize,
    /// The URL of the stub.
    pub url: &'p str,
    /// Whether all messages have been sent.
    pub is_sent: &'p Cell<bool>,
    /// When the writers stop, whatever is left in the queue.
    pub end: Instant,
}

/// An environment of the writer, and the folder of its log.
pub struct Writer {
    process: Process,
    logs: PathBuf,
}

/// The work of the writers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    /// Invocations.
    pub invocations: u64,
    /// Invocations that failed or timed out.
    pub failed: u64,
    /// The duration of all invocations, added up.
    pub billed: Duration,
}

/// A partial batch response.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    batch_item_failures: Vec<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl Pool<'_> {
    /// Starts a writer and waits until it is ready.
    ///
    /// # Errors
    /// The writer does not start.
    pub async fn start(&self, logs: PathBuf) -> Result<Writer> {
        let mut process = self.program.start_on_all_cores(self.url, &logs).await?;
        process.set_timeout(TIMEOUT);
        process.ready().await.context("the writer")?;
        Ok(Writer { process, logs })
    }

    /// Runs the writers until all messages are sent and the queue is empty, or until the end.
    ///
    /// # Errors
    /// A writer cannot be started again, or its response is not a partial batch response.
    pub async fn write(&self, writers: Vec<Writer>) -> Result<Work> {
        let works = try_join_all(writers.into_iter().map(|writer| self.poll(writer))).await?;
        Ok(works.into_iter().fold(Work::default(), |sum, work| Work {
            invocations: sum.invocations + work.invocations,
            failed: sum.failed + work.failed,
            billed: sum.billed + work.billed,
        }))
    }

    /// Runs one poller. Failed messages stay on the queue until they are visible again.
    async fn poll(&self, mut writer: Writer) -> Result<Work> {
        let mut work = Work::default();
        while let Some(batch) = self.gathered().await {
            work.invocations += 1;
            let Ok(result) = timeout(TIMEOUT, writer.process.attempt(&event(&batch))).await else {
                work.billed += TIMEOUT;
                work.failed += 1;
                // As in Lambda, the environment ends and the next batch gets a new one.
                let Writer { process, logs } = writer;
                drop(process);
                writer = self.start(logs).await?;
                continue;
            };
            let (answer, took) = result?;
            work.billed += took;
            match answer {
                Answer::Response(response) => self.delete_done(batch, &response)?,
                Answer::Failure(_) => work.failed += 1,
            }
            writer.process.ready().await?;
        }
        Ok(work)
    }

    /// The next batch, once it is full or the batching window is over; `None` when no message is left, and after the end.
    async fn gathered(&self) -> Option<Vec<Received>> {
        let mut batch: Vec<Received> = Vec::new();
        let mut window_end = None;
        while Instant::now() < self.end {
            let most = (self.batch - batch.len()).min(latencies::RECEIVES * RECEIVE);
            let received = self.received(most);
            if received.is_empty() {
                if self.is_over() {
                    return None;
                }
                sleep(LOOK).await;
            } else {
                batch.extend(received);
                sleep(latencies::SQS).await;
                window_end.get_or_insert(Instant::now() + WINDOW);
            }
            if batch.len() == self.batch || window_end.is_some_and(|end| end <= Instant::now()) {
                return Some(batch);
            }
        }
        None
    }

    fn received(&self, most: usize) -> Vec<Received> {
        let mut region = self.backend.region.borrow_mut();
        let queue = region.as_mut().map(|region| &mut region.queue);
        queue.map_or_else(Vec::new, |queue| queue.receive(Instant::now(), most))
    }

    fn is_over(&self) -> bool {
        let region = self.backend.region.borrow();
        self.is_sent.get() && region.as_ref().is_none_or(|region| region.queue.left() == 0)
    }

    fn delete_done(&self, batch: Vec<Received>, response: &[u8]) -> Result<()> {
        let response: Response = serde_json::from_slice(response).context("the writer's response")?;
        let failures = response.batch_item_failures.into_iter();
        let failed: HashSet<_> = failures.map(|failure| failure.item_identifier).collect();
        let mut region = self.backend.region.borrow_mut();
        let queue = &mut region.as_mut().context("the region is gone")?.queue;
        for message in batch {
            if !failed.contains(&message.message_id) {
                queue.delete(message.receipt);
            }
        }
        Ok(())
    }
}

/// The event of a batch.
fn event(batch: &[Received]) -> Vec<u8> {
    let records: Vec<_> = batch.iter().map(|message| message.record.as_str()).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(",")).into_bytes()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::backend::Region;

    const BATCH: &[u8] = br#"{"QueueUrl":"http://x/123456789012/messages","Entries":[
        {"Id":"0","MessageBody":"a","MessageAttributes":{}},{"Id":"1","MessageBody":"b","MessageAttributes":{}}]}"#;

    /// The stub with two messages on its queue.
    fn backend() -> Backend {
        let backend = Backend::default();
        let mut region = Region::new(Instant::now());
        region.queue.send(&Bytes::from_static(BATCH)).unwrap();
        backend.region.replace(Some(region));
        backend
    }

    /// Writers that never start, of a file whose messages have all been sent.
    fn pool<'p>(backend: &'p Backend, (program, is_sent): &'p (Program, Cell<bool>), batch: usize) -> Pool<'p> {
        Pool {
            backend,
            program,
            batch,
            url: "",
            is_sent,
            end: Instant::now() + 10 * WINDOW,
        }
    }

    fn program() -> (Program, Cell<bool>) {
        (Program::new("writer", PathBuf::new()), Cell::new(true))
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_full_batch_does_not_wait_for_the_window() {
        let (backend, start) = (backend(), Instant::now());
        let program = program();
        let pool = pool(&backend, &program, 1);
        assert_eq!(pool.gathered().await.unwrap().len(), 1);
        assert!(start.elapsed() < WINDOW);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_a_writer_reports_as_failed_stays_in_the_queue() {
        let backend = backend();
        let program = program();
        let pool = pool(&backend, &program, ROWS);
        let batch = pool.gathered().await.unwrap();
        assert_eq!(batch.len(), 2, "a batch that is not full goes when the window is over");
        let response = format!(
            r#"{{"batchItemFailures":[{{"itemIdentifier":"{}"}}]}}"#,
            batch[0].message_id
        );
        pool.delete_done(batch, response.as_bytes()).unwrap();
        assert!(!pool.is_over());
        assert_eq!(backend.region.take().unwrap().queue.deleted, 1);
        assert!(pool.gathered().await.is_none());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn writers_stop_at_the_end_though_messages_are_left() {
        let backend = backend();
        let program = program();
        let pool = Pool {
            end: Instant::now(),
            ..pool(&backend, &program, 1)
        };
        assert!(pool.gathered().await.is_none());
        assert_eq!(backend.region.take().unwrap().queue.left(), 2);
    }
}
