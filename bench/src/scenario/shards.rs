//! Rows of one date, written by several writers to a table that takes so many writes a second for each partition key: with
//! the date for the partition key, and with shards of it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;

use super::Bench;
use crate::backend::Partitions;
use crate::process::{Process, Program};
use crate::results::{OURS, Unit};
use crate::{data, declared};

/// The shards of a date.
const SHARDS: [u32; 2] = [1, 8];
/// The writes a second of a partition.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html>
const PARTITION_WRITES: u32 = 1000;
/// As in the template: `WriterMaximumConcurrency` and `WriterBatchSize`.
const WRITERS: usize = 5;
const BATCH: usize = 400;

const ROWS: Unit = Unit::of_rate("rows");
const SECONDS: Unit = Unit::of_cost("s");
const CALLS: Unit = Unit::of_cost("calls");

impl Bench {
    /// Once, however many rounds there are: the table sets the pace, and it takes its time.
    pub(super) async fn shards(&mut self) -> Result<()> {
        self.backend.latency.set(self.plan.latency);
        for shards in SHARDS {
            self.load_one_date(shards).await?;
        }
        self.backend.latency.set(Duration::ZERO);
        self.backend.partitions.take();
        Ok(())
    }

    async fn load_one_date(&mut self, shards: u32) -> Result<()> {
        let rows = self.plan.date_rows;
        let bodies = declared::bodies_of_one_date(rows, shards)?;
        let [partition_key, sort_key] = declared::KEY;
        let program = Program {
            variables: vec![
                ("PARTITION_KEY", partition_key.to_owned()),
                ("SORT_KEY", sort_key.to_owned()),
            ],
            ..self.places.ours("sqs-to-dynamodb")
        };
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let logs = self.logs.join(format!("shards-{writer}"));
            std::fs::create_dir_all(&logs).context("making a folder for logs")?;
            let mut process = program.start(&self.url, &logs).await?;
            process.ready().await?;
            writers.push(process);
        }
        self.backend.take_counts();
        self.backend.partitions.replace(Some(Partitions::new(PARTITION_WRITES)));
        let batches = RefCell::new(bodies.chunks(BATCH));
        let start = Instant::now();
        let billed = try_join_all(writers.iter_mut().map(|writer| write_all(writer, &batches))).await?;
        let seconds = start.elapsed().as_secs_f64();
        let counts = self.backend.take_counts();
        ensure!(
            counts.items_written == rows,
            "{} of {rows} rows are written",
            counts.items_written
        );
        let billed: Duration = billed.into_iter().sum();
        for (metric, unit, sample) in [
            ("rows", ROWS, count(rows)),
            ("seconds", SECONDS, seconds),
            ("calls", CALLS, count(counts.calls)),
            ("throttled_calls", CALLS, count(counts.throttled_calls)),
            ("billed_seconds", SECONDS, billed.as_secs_f64()),
        ] {
            let metric = format!("shards_{shards}/{metric}");
            self.samples.note(&metric, unit, OURS, sample);
        }
        Ok(())
    }
}

/// Gives a writer one batch after the other until there is none. How long it worked on them.
async fn write_all(writer: &mut Process, batches: &RefCell<std::slice::Chunks<'_, String>>) -> Result<Duration> {
    let mut billed = Duration::ZERO;
    loop {
        let Some(batch) = batches.borrow_mut().next() else {
            return Ok(billed);
        };
        let (response, took) = writer.invoke(&data::event_of_bodies(batch)).await?;
        let response = String::from_utf8_lossy(&response);
        ensure!(response.contains(r#""batchItemFailures":[]"#), "{response}");
        billed += took;
        writer.ready().await?;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and calls")]
fn count(number: u64) -> f64 {
    number as f64
}
