//! A stub of S3, SQS, DynamoDB and `EventBridge`: it answers the calls of the functions and their peers, and counts what they
//! send, so that no run can skip work. It refuses every other call, which fails the run.

mod dynamodb;
pub mod latencies;
mod ledger;
mod messages;
mod partitions;
mod queue;
mod s3;
mod scan;
mod sqs;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::http::{Reply, Request, serve};
pub use ledger::INGESTS;
pub use partitions::{KEY_WRITES, Partitions};
pub use queue::{Queue, Received};
pub use s3::ETAG;

/// The stub and its counts.
#[derive(Debug, Default)]
pub struct Backend {
    /// The object that every `GetObject` gets.
    pub object: RefCell<Bytes>,
    /// The latency of every call to SQS and DynamoDB.
    pub latency: Cell<Duration>,
    /// The kind of rows in the messages to SQS.
    pub rows: Cell<Rows>,
    /// The number of items on a page of `Query` and `Scan`.
    pub page: Cell<usize>,
    /// The queue and the table of a load. With `None`, the queue and the table accept everything, and each call has the same
    /// [latency](Self::latency).
    pub region: RefCell<Option<Region>>,
    counts: Cell<Counts>,
}

/// The AWS of a load, with the [latencies] of AWS's calls: a queue that keeps its messages, and a table with limits.
#[derive(Debug)]
pub struct Region {
    /// The message queue.
    pub queue: Queue,
    /// The message table.
    pub table: Partitions,
}

/// The kind of rows of the object, and of the items in its messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Rows of the sample.
    #[default]
    Messages,
    /// Rows that `bench/readings.json` declares.
    Readings,
}

/// The counts since the last [`Backend::take_counts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls of any service.
    pub calls: u64,
    /// Objects read.
    pub objects_read: u64,
    /// Objects written: ingest reports.
    pub objects_written: u64,
    /// Messages that SQS accepted.
    pub messages: u64,
    /// Rows in these messages.
    pub rows: u64,
    /// `BatchWriteItem` calls to a table with limits.
    pub batch_writes: u64,
    /// Calls of which DynamoDB accepted only a part, or nothing.
    pub throttled_calls: u64,
    /// Items that DynamoDB accepted.
    pub items_written: u64,
    /// Items that were read from DynamoDB.
    pub items_read: u64,
    /// Writes of the table of ingests.
    pub ledger_writes: u64,
    /// Events that `EventBridge` accepted.
    pub events: u64,
}

impl Region {
    /// A region with an empty queue and a new table.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            queue: Queue::default(),
            table: Partitions::new(now),
        }
    }
}

impl Backend {
    /// Starts to listen on a port of the loopback interface, or on any free port for 0. Returns the stub and its URL. Must be
    /// called on a `LocalSet`.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(port: u16) -> Result<(Rc<Self>, String)> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| format!("listening on port {port}"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let backend = Rc::new(Self::default());
        let served = Rc::clone(&backend);
        tokio::task::spawn_local(serve(listener, move |request| {
            let backend = Rc::clone(&served);
            async move { backend.answer(&request).await }
        }));
        Ok((backend, url))
    }

    /// Returns the counts since the last call and resets them.
    pub fn take_counts(&self) -> Counts {
        self.counts.take()
    }

    async fn answer(&self, request: &Request) -> Reply {
        self.count(|counts| counts.calls += 1);
        let Some((service, operation)) = request.target.split_once('.') else {
            if self.region.borrow().is_some() {
                tokio::time::sleep(latencies::S3).await;
            }
            return self.s3(request);
        };
        let latency = match &*self.region.borrow() {
            Some(_) => latencies::of(service, operation),
            None => self.latency.get(),
        };
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        match service {
            "AmazonSQS" => self.sqs(operation, &request.body),
            "DynamoDB_20120810" if operation == "UpdateItem" && ledger::is_of_ingests(&request.body) => {
                self.update_ingest()
            }
            "DynamoDB_20120810" => self.dynamodb(operation, &request.body),
            "AWSEvents" => self.event_bridge(operation),
            _ => Reply::refusal(&format!("the stub has no {service}")),
        }
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        change(&mut counts);
        self.counts.set(counts);
    }
}
