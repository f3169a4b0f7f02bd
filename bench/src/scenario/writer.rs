//! SQS batch -> DynamoDB.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Bench, per_million};
use crate::data;
use crate::process::Program;
use crate::results::Unit;

/// The rows of an event that is measured with many rows a message, too: as many as the template's batch has by default.
const PACKED_ROWS: u64 = 400;
const ITEMS_PER_SECOND: Unit = Unit::of_rate("items/s");
const CPU_PER_MILLION: Unit = Unit::of_cost("s/M items");

impl Bench {
    pub(super) async fn writer(&mut self) -> Result<()> {
        let places = self.places.clone();
        let ours = places.ours("sqs-to-dynamodb");
        let packed = places.packed("sqs-to-dynamodb");
        let rust_sdk = places.rust_sdk("rust_sdk_writer");
        let idiomatic = places.python("python_batch_writer", "writer_idiomatic");
        let classic = places.python("python_classic", "writer_classic");
        let (messages, slow) = (self.plan.messages, self.plan.slow);
        for _ in 0..self.plan.rounds {
            for size in [10, 100, 400, 1_000] {
                let scenario = format!("writer_{size}");
                let few = (messages / slow).max(size);
                for (program, messages) in [
                    (&ours, messages),
                    (&rust_sdk, messages),
                    (&idiomatic, few),
                    (&classic, few),
                ] {
                    self.write(&scenario, program, data::counted_sqs_event, messages, size)
                        .await?;
                }
                if size == PACKED_ROWS {
                    self.write(&scenario, &packed, data::packed_sqs_event, messages, size)
                        .await?;
                }
            }
            // New items whose order is kept. The peers know no order.
            for size in [100, 1_000] {
                let scenario = format!("writer_latest_{size}");
                self.write(&scenario, &ours, data::ordered_sqs_event, messages, size)
                    .await?;
            }
        }
        Ok(())
    }

    /// Some rows in events of `size` of them, which `event_of` makes.
    pub(super) async fn write(
        &mut self,
        scenario: &str,
        program: &Program,
        event_of: impl Fn(u64, u64) -> Vec<u8>,
        messages: u64,
        size: u64,
    ) -> Result<()> {
        if self.leaves_out(program) {
            return Ok(());
        }
        let mut process = self.start(program).await?;
        // The first invocation opens connections; what it costs is in the cold start.
        process.invoke(&event_of(size, 0)).await?;
        process.ready().await?;
        self.backend.take_counts();
        let before = process.usage()?.cpu;
        let mut time = Duration::ZERO;
        let events = messages / size;
        for event in 0..events {
            let (response, took) = process.invoke(&event_of(size, event * size)).await?;
            let response = String::from_utf8_lossy(&response).replace(' ', "");
            ensure!(
                response.contains(r#""batchItemFailures":[]"#),
                "{}: {response}",
                program.name
            );
            time += took;
            process.ready().await?;
        }
        let cpu = process.usage()?.cpu.saturating_sub(before);
        let items = events * size;
        // One count a batch, since its messages are of one ingest; peers keep no books.
        let counted = if program.is_ours() { events } else { 0 };
        self.expect(
            program,
            |counts| (counts.items_written, counts.ledger_writes),
            &(items, counted),
        )?;
        let seconds = per_million(time.as_secs_f64(), items);
        self.samples.note(
            &format!("{scenario}/items_per_second"),
            ITEMS_PER_SECOND,
            program.name,
            1e6 / seconds,
        );
        self.samples.note(
            &format!("{scenario}/cpu_seconds_per_million_items"),
            CPU_PER_MILLION,
            program.name,
            per_million(cpu.as_secs_f64(), items),
        );
        self.note_resident(scenario, program.name, &process)
    }
}
