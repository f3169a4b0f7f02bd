//! CSV object -> one SQS message per row.

use std::time::Duration;

use anyhow::{Result, ensure};
use bytes::Bytes;

use super::{Bench, per_million};
use crate::data;
use crate::process::Program;
use crate::results::{OURS_PACKED, Unit};

pub(super) const ROWS_PER_SECOND: Unit = Unit::of_rate("rows/s");
pub(super) const CPU_PER_MILLION: Unit = Unit::of_cost("s/M rows");

/// The key of the object.
pub(super) const KEY: &str = "measurements.csv";

impl Bench {
    /// All contenders without latency; ours and the others that make calls again with some.
    pub(super) async fn extractor(&mut self) -> Result<()> {
        let places = self.places.clone();
        let ours = places.ours("s3-to-sqs");
        let packed = places.packed("s3-to-sqs");
        let rust_sdk = places.rust_sdk("rust_sdk_extractor");
        let signed = places.limit("limit_sigv4", "lean", "signed");
        let unsigned = places.limit("limit_unsigned", "lean", "unsigned");
        let parse = places.limit("limit_parse", "lean", "parse");
        let idiomatic = places.python("python_idiomatic", "extractor_idiomatic");
        let classic = places.python("python_classic", "extractor_classic");
        let (rows, slow, slowest) = (self.plan.rows, self.plan.slow, self.plan.slowest);
        let latency = self.plan.latency;
        let millis = latency.as_millis();
        for _ in 0..self.plan.rounds {
            for (program, rows) in [
                (&ours, rows),
                (&packed, rows),
                (&rust_sdk, rows),
                (&signed, rows),
                (&unsigned, rows),
                (&parse, rows),
                (&idiomatic, rows / slow),
                (&classic, rows / slowest),
            ] {
                self.extract("extractor", program, KEY, &data::object(rows), rows, Duration::ZERO)
                    .await?;
            }
            let scenario = format!("extractor_{millis}ms");
            for (program, rows) in [
                (&ours, rows),
                (&packed, rows),
                (&rust_sdk, rows),
                (&signed, rows),
                (&idiomatic, rows / slow),
                (&classic, rows / slowest / 10),
            ] {
                self.extract(&scenario, program, KEY, &data::object(rows), rows, latency)
                    .await?;
            }
        }
        Ok(())
    }

    /// One object of this key, by a process that is there for it.
    pub(super) async fn extract(
        &mut self,
        scenario: &str,
        program: &Program,
        key: &str,
        object: &Bytes,
        rows: u64,
        latency: Duration,
    ) -> Result<()> {
        if self.leaves_out(program) {
            return Ok(());
        }
        self.backend.object.replace(object.clone());
        self.backend.latency.set(latency);
        let mut process = self.start(program).await?;
        let before = process.usage()?.cpu;
        let (response, time) = process.invoke(&data::s3_event(key, object)).await?;
        let cpu = process.usage()?.cpu.saturating_sub(before);
        self.backend.latency.set(Duration::ZERO);
        if program.name == "limit_parse" {
            // It hands nothing over, but says how many messages it would have.
            let said = String::from_utf8_lossy(&response).into_owned();
            ensure!(said == rows.to_string(), "{}: {said} instead of {rows}", program.name);
        } else {
            // The record is opened and completed; peers keep no books.
            let written = if program.is_ours() { 2 } else { 0 };
            let messages = if program.name == OURS_PACKED {
                rows.div_ceil(data::ROWS_PER_MESSAGE)
            } else {
                rows
            };
            self.expect(
                program,
                |counts| (counts.rows, counts.messages, counts.ledger_writes),
                &(rows, messages, written),
            )?;
        }
        let seconds = per_million(time.as_secs_f64(), rows);
        let note = |samples: &mut crate::results::Samples, metric: &str, unit, sample| {
            samples.note(&format!("{scenario}/{metric}"), unit, program.name, sample);
        };
        note(&mut self.samples, "rows_per_second", ROWS_PER_SECOND, 1e6 / seconds);
        let cpu = per_million(cpu.as_secs_f64(), rows);
        note(&mut self.samples, "cpu_seconds_per_million_rows", CPU_PER_MILLION, cpu);
        self.note_resident(scenario, program.name, &process)
    }
}
