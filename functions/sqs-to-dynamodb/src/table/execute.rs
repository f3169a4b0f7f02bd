//! Carries out the rounds of a plan, with many concurrent calls.

use futures::stream::{self, StreamExt};

use crate::invocation::Invocation;
use crate::operation::{Change, OrderedPut, Update};
use crate::plan::{Action, Plan, Task, Ticket};
use crate::table::insert::{self, Insert, Inserted};
use crate::table::{batch_write, conditional_put, single};

/// The most writes of a `BatchWriteItem` call, and the most statements of a `BatchExecuteStatement` call. The limit of 16 MB for
/// a call cannot be reached: all writes of an invocation came in an event of at most 6 MB.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>,
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html>
const BATCH: usize = 25;
/// The most concurrent calls. Sixteen calls of 25 writes and some ten milliseconds each are more than an environment's CPU can
/// feed; more would only hold more connections and buffers.
const CONCURRENCY: usize = 16;

/// The most concurrent conditional puts. Each writes one item instead of 25: 64 calls of five milliseconds each are some 13,000
/// items a second.
const PUT_CONCURRENCY: usize = 64;

/// The work of one future: one call, followed by others if DynamoDB does not accept all of it.
enum Job {
    Batch(Vec<(Ticket, Change)>),
    Insert(Vec<Insert>),
    Update(Ticket, Box<Update>),
    Get(Ticket),
}

/// Carries out the whole plan; the scan comes last.
pub async fn execute(invocation: Invocation<'_>, plan: &mut Plan) {
    while let Some(tasks) = plan.next_round() {
        let (jobs, mut puts) = jobs(&invocation.writer.config.table, tasks);
        let mut settled = Vec::new();
        let results = stream::iter(jobs).map(|job| run(invocation, job));
        let mut results = results.buffer_unordered(CONCURRENCY);
        while let Some(result) = results.next().await {
            settled.extend(result.settled);
            puts.extend(result.puts);
        }
        let results = stream::iter(puts).map(|(ticket, put)| async move {
            let result = conditional_put::put(invocation, &ticket, &put).await;
            (ticket, result)
        });
        let mut results = results.buffer_unordered(PUT_CONCURRENCY);
        while let Some(result) = results.next().await {
            settled.push(result);
        }
        plan.settle(settled);
    }
    if !plan.scans().is_empty()
        && let Err(failure) = single::scan(invocation, plan.scans()).await
    {
        plan.fail_scans(&failure);
    }
}

/// Makes the calls of a job. Items that no `INSERT` has written are left to conditional puts.
async fn run(invocation: Invocation<'_>, job: Job) -> Inserted {
    let settled = match job {
        Job::Insert(inserts) => return insert::insert(invocation, inserts).await,
        Job::Batch(writes) => batch_write::write(invocation, writes).await,
        Job::Update(ticket, update) => {
            let result = single::update(invocation, &ticket, &update).await;
            vec![(ticket, result)]
        }
        Job::Get(ticket) => {
            let result = single::get(invocation, &ticket).await;
            vec![(ticket, result)]
        }
    };
    let puts = Vec::new();
    Inserted { settled, puts }
}

/// Divides the tasks of a round into jobs, and the puts that no `INSERT` can hold.
fn jobs(table: &str, tasks: Vec<Task>) -> (Vec<Job>, Vec<(Ticket, Box<OrderedPut>)>) {
    let (mut jobs, mut puts) = (Vec::new(), Vec::new());
    let (mut batch, mut inserts) = (Vec::new(), Vec::new());
    for Task { ticket, action } in tasks {
        match action {
            Action::Write(change) => batch.push((ticket, change)),
            Action::OrderedPut(put) => match Insert::of(table, ticket, put) {
                Ok(insert) => inserts.push(insert),
                Err(put) => puts.push(put),
            },
            Action::Update(update) => jobs.push(Job::Update(ticket, update)),
            Action::Get => jobs.push(Job::Get(ticket)),
        }
        if batch.len() == BATCH {
            jobs.push(Job::Batch(std::mem::take(&mut batch)));
        }
        if inserts.len() == BATCH {
            jobs.push(Job::Insert(std::mem::take(&mut inserts)));
        }
    }
    if !batch.is_empty() {
        jobs.push(Job::Batch(batch));
    }
    if !inserts.is_empty() {
        jobs.push(Job::Insert(inserts));
    }
    (jobs, puts)
}
