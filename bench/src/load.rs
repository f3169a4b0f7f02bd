//! Measures time to table: the time from the upload of a file to its last item in the table, and the billed time of the writers.
//! The stub has AWS's latencies and limits.

mod pool;

use std::cell::Cell;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::try_join;
use serde::{Deserialize, Serialize};

use crate::backend::{Backend, Counts, KEY_WRITES, Region};
use crate::data;
use crate::process::Program;
use pool::{Pool, Work};

/// A file and the number of writers that write its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Load {
    /// The number of rows of the file.
    pub rows: u64,
    /// The number of dates of its rows.
    pub dates: u64,
    /// Whether its rows are not in the order of their dates.
    pub mixed: bool,
    /// The number of shards of a date in the partition key; 1 without shards.
    pub shards: u32,
    /// The number of parallel writers, as the template's `WriterMaximumConcurrency`.
    pub writers: usize,
}

/// A contender and its functions.
#[derive(Clone, Debug)]
pub struct Contender {
    /// Its name in the results.
    pub name: &'static str,
    /// The number of rows in each of its messages.
    pub rows_per_message: u64,
    /// Its functions.
    pub plain: Functions,
    /// Its functions for eight shards in the partition key, if it has such functions.
    pub sharded: Option<Functions>,
}

/// The function that reads a file, and the function that writes its rows.
#[derive(Clone, Debug)]
pub struct Functions {
    /// The extractor.
    pub extractor: Program,
    /// The writer.
    pub writer: Program,
}

/// The measured figures of a load. Times are in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Measured {
    /// The name of the contender.
    pub contender: String,
    /// The load.
    #[serde(flatten)]
    pub load: Load,
    /// The time from the upload's event to the last write that the table accepted, or to the end of a measurement that took too
    /// long.
    pub seconds: f64,
    /// The duration of the extractor's invocation.
    pub extractor_seconds: f64,
    /// The duration of all invocations of the writers, added up.
    pub billed_seconds: f64,
    /// Invocations of the writers.
    pub invocations: u64,
    /// Invocations of the writers that failed or timed out.
    pub failed_invocations: u64,
    /// `BatchWriteItem` calls.
    pub calls: u64,
    /// Calls of which the table accepted only a part, or nothing.
    pub throttled_calls: u64,
    /// Messages that were received again.
    pub received_again: u64,
    /// Messages that went to the dead-letter queue.
    pub dead: u64,
    /// Rows whose messages were still in the queue when the measurement was ended because it took too long; 0 if it was not.
    pub left: u64,
    /// The machine's load average of one minute at the end. Below the number of cores, nothing else ran.
    pub load_average: f64,
}

impl Measured {
    /// Whether the other figures are of the same load and contender.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.contender, self.load) == (&other.contender, other.load)
    }
}

impl Load {
    /// A description of the load as text.
    #[must_use]
    pub fn name(&self) -> String {
        let order = match (self.dates, self.mixed) {
            (1, _) => "",
            (_, true) => " mixed",
            (_, false) => " in order",
        };
        let Self {
            rows,
            dates,
            shards,
            writers,
            ..
        } = self;
        format!("{rows} rows, {dates} dates{order}, {shards} shards, {writers} writers")
    }

    /// The time after which a measurement is ended: six times the time that a table with all rows under one key needs.
    fn limit(&self) -> Duration {
        6 * Duration::from_secs(self.rows.div_ceil(KEY_WRITES.into()))
    }

    /// Measures a contender; `None` if it has no functions for this load.
    ///
    /// # Errors
    /// A function cannot be started, the extractor fails, or an item is missing at the end.
    pub async fn measure(
        &self,
        contender: &Contender,
        backend: &Backend,
        url: &str,
        logs: &Path,
    ) -> Result<Option<Measured>> {
        let functions = if self.shards > 1 {
            contender.sharded.as_ref()
        } else {
            Some(&contender.plain)
        };
        let Some(Functions { extractor, writer }) = functions else {
            return Ok(None);
        };
        let logs = logs.join(format!("load-{}", contender.name));
        remove(&logs)?;
        let (object, keys) = data::dated_object(self.rows, self.dates, self.mixed);
        let event = data::s3_event("data.csv", &object);
        backend.object.replace(object);
        let mut extracting = extractor.start_on_all_cores(url, &folder(&logs, "extractor")?).await?;
        extracting.ready().await?;
        let is_sent = Cell::new(false);
        let mut pool = Pool {
            backend,
            program: writer,
            batch: pool::ROWS / usize::try_from(contender.rows_per_message)?,
            url,
            is_sent: &is_sent,
            end: Instant::now(),
        };
        let mut writers = Vec::new();
        for writer in 0..self.writers {
            writers.push(pool.start(folder(&logs, &format!("writer-{writer}"))?).await?);
        }
        backend.take_counts();
        let start = Instant::now();
        pool.end = start + self.limit();
        backend.region.replace(Some(Region::new(start)));
        let extract = async {
            let (_, took) = extracting.invoke(&event).await?;
            is_sent.set(true);
            Ok(took)
        };
        let (extracted, work) = try_join(extract, pool.write(writers)).await?;
        let region = backend.region.take().context("the region is gone")?;
        let counts = backend.take_counts();
        let items = region.table.items() as u64;
        let left = region.queue.left() * contender.rows_per_message;
        // With shards, rows of the same second can have different keys. A dead letter is no item, but the queue counts it.
        let is_complete = if self.shards > 1 { items >= keys } else { items == keys };
        ensure!(
            region.queue.sent >= self.rows.div_ceil(contender.rows_per_message)
                && counts.items_written + region.queue.dead * contender.rows_per_message + left >= self.rows
                && (is_complete || region.queue.dead > 0 || left > 0),
            "{}, {}: {} messages were sent for {} rows, {} rows were written, {items} items of {keys} keys are there",
            contender.name,
            self.name(),
            region.queue.sent,
            self.rows,
            counts.items_written,
        );
        let end = if left > 0 {
            pool.end.max(region.table.last_write())
        } else {
            region.table.last_write()
        };
        Ok(Some(self.measured(
            contender,
            (end - start, extracted),
            &work,
            (&region, left),
            counts,
        )))
    }

    fn measured(
        &self,
        contender: &Contender,
        (whole, extracted): (Duration, Duration),
        work: &Work,
        (region, left): (&Region, u64),
        counts: Counts,
    ) -> Measured {
        Measured {
            contender: contender.name.to_owned(),
            load: *self,
            seconds: tenths(whole),
            extractor_seconds: tenths(extracted),
            billed_seconds: tenths(work.billed),
            invocations: work.invocations,
            failed_invocations: work.failed,
            calls: counts.batch_writes,
            throttled_calls: counts.throttled_calls,
            received_again: region.queue.received_again,
            dead: region.queue.dead,
            left,
            load_average: load_average(),
        }
    }
}

/// Removes the logs of an earlier load.
fn remove(logs: &Path) -> Result<()> {
    match fs::remove_dir_all(logs) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("removing the logs of an earlier load"),
        _ => Ok(()),
    }
}

fn folder(logs: &Path, name: &str) -> Result<PathBuf> {
    let folder = logs.join(name);
    fs::create_dir_all(&folder).context("making a folder for logs")?;
    Ok(folder)
}

fn tenths(time: Duration) -> f64 {
    (time.as_secs_f64() * 10.0).round() / 10.0
}

fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split(' ').next().unwrap_or_default();
    first.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_figures_are_written_in_the_form_in_which_they_are_read() {
        let text = concat!(
            r#"{"contender":"ours","rows":100000,"dates":30,"mixed":true,"shards":1,"writers":5,"seconds":25.3,"#,
            r#""extractor_seconds":2.4,"billed_seconds":114.0,"invocations":250,"failed_invocations":0,"calls":4500,"#,
            r#""throttled_calls":500,"received_again":0,"dead":0,"left":0,"load_average":1.5}"#,
        );
        let measured: Measured = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&measured).unwrap(), text);
    }
}
