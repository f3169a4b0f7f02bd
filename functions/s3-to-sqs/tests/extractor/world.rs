//! A simulated world behind real SDK clients: a data bucket, a report bucket and a queue.

mod declaring;
pub mod ingests;
mod lambda;
mod queue;
mod s3;
pub mod s3_over_http;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws::Retries;
use aws_smithy_mocks::{RuleMode, mock_client};
use backoff::Deadline;
use lambda_runtime::{Context, LambdaEvent};
use message::{Precision, WriteMode};
use s3_to_sqs::books::Books;
use s3_to_sqs::clients::Extractor;
use s3_to_sqs::config::Config;
use s3_to_sqs::data_package::DataPackage;
use s3_to_sqs::event::classify::classify;
use s3_to_sqs::event::notification::Event;
use s3_to_sqs::event::{Entry, Job};
use s3_to_sqs::extract::{ExtractError, Outcome};
use s3_to_sqs::handler::{InvocationError, handle};
use s3_to_sqs::object::Object;
use s3_to_sqs::reports::report::Report;
use s3_to_sqs::time_limit::TimeLimit;
use serde_json::value::RawValue;
use telemetry::Metrics;
use tokio::time::Instant;

use self::lambda::{Invocation, Lambda};
use self::queue::Queue;

/// The `ETag` of the file.
pub const ETAG: &str = "ea4905a1ea4905a1ea4905a1ea4905a1";
/// The time of the file's upload, in seconds since the Unix epoch.
pub const LAST_MODIFIED: i64 = 1_559_040_909;
/// The time of an invocation: Lambda's maximum, so that no test reaches it on a slow machine.
const INVOCATION: Duration = Duration::from_mins(15);

/// What SQS does with an entry: accepts it, omits it from the reply, or refuses it with this code.
#[derive(Clone, Copy)]
pub enum Reply {
    Take,
    LeaveOut,
    Fail(&'static str, bool),
}

/// Decides from the body, and from the number of times that body came before.
type Decide = dyn Fn(&str, usize) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    taken: Vec<String>,
    ingest_ids: BTreeSet<String>,
    tries: HashMap<String, usize>,
    calls: usize,
    written: HashMap<String, Vec<u8>>,
    parts: usize,
    reads: Vec<Option<String>>,
    heads: usize,
    invocations: Vec<Invocation>,
    invocation_errors: Vec<(u16, &'static str)>,
    abandoned: bool,
    when_abandoned: Option<Box<dyn Fn() + Send>>,
    now: Now,
    lying: bool,
}

/// The state of the file since it was uploaded.
#[derive(Default)]
enum Now {
    #[default]
    There,
    Replaced,
    Deleted,
    Archived,
    Hidden,
}

#[derive(Clone)]
pub struct World {
    state: Arc<Mutex<State>>,
    pub extractor: Extractor,
}

impl World {
    /// One file in the data bucket, under the key `data.csv`, and a queue that accepts everything.
    pub fn of(file: &[u8]) -> Self {
        Self::new(file, usize::MAX, |_, _| Reply::Take)
    }

    pub fn with_queue(file: &[u8], decide: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::new(file, usize::MAX, decide)
    }

    /// Sets the number of rows in a message.
    pub fn packing(mut self, rows: usize) -> Self {
        self.extractor.config.rows_per_message = rows;
        self
    }

    /// Every download of the file breaks off after `bytes` bytes.
    pub fn breaking_off_after(bytes: usize, file: &[u8]) -> Self {
        Self::new(file, bytes, |_, _| Reply::Take)
    }

    /// The first download breaks off after `bytes` bytes, and its Content-Length claims that this is all.
    pub fn cutting_short_after(bytes: usize, file: &[u8]) -> Self {
        let world = Self::breaking_off_after(bytes, file);
        world.state.lock().unwrap().lying = true;
        world
    }

    /// Another file is uploaded under the same key as soon as this one is open.
    pub fn replace_file_while_it_is_read(&self) {
        self.state.lock().unwrap().now = Now::Replaced;
    }

    /// The file is moved to an archive.
    pub fn archive_file(&self) {
        self.state.lock().unwrap().now = Now::Archived;
    }

    /// A delete marker replaces the file.
    pub fn hide_file(&self) {
        self.state.lock().unwrap().now = Now::Hidden;
    }

    /// Invokes the function with an event.
    pub async fn invoke(&self, event: &serde_json::Value) -> Result<(), InvocationError> {
        self.invoke_as("request", event).await
    }

    /// Invokes the function with this request id.
    pub async fn invoke_as(&self, request_id: &str, event: &serde_json::Value) -> Result<(), InvocationError> {
        self.invoke_until(request_id, event, u64::MAX / 2_000_000).await
    }

    /// Invokes the function, which has time until then, in milliseconds since the Unix epoch.
    pub async fn invoke_until(
        &self,
        request_id: &str,
        event: &serde_json::Value,
        deadline: u64,
    ) -> Result<(), InvocationError> {
        let event = RawValue::from_string(event.to_string()).unwrap();
        let mut context = Context::default();
        context.deadline = deadline;
        request_id.clone_into(&mut context.request_id);
        Box::pin(handle(&self.extractor, LambdaEvent::new(event, context))).await
    }

    /// The invocations that Lambda was asked to start.
    pub fn invocations(&self) -> Vec<Invocation> {
        self.state.lock().unwrap().invocations.clone()
    }

    /// Lambda answers with these errors, the last one first, before it accepts an invocation.
    pub fn refuse_invocations(&self, errors: &[(u16, &'static str)]) {
        self.state.lock().unwrap().invocation_errors = errors.to_vec();
    }

    /// The number of `HeadObject` calls, which ask for the time of an upload.
    pub fn heads(&self) -> usize {
        self.state.lock().unwrap().heads
    }

    /// A report in the report bucket.
    pub fn report(&self, key: &str) -> serde_json::Value {
        let state = self.state.lock().unwrap();
        let report = state.written.get(key);
        serde_json::from_slice(report.unwrap_or_else(|| panic!("{key} in {:?}", state.written.keys()))).unwrap()
    }

    /// Puts an earlier report into the report bucket.
    pub fn write_report(&self, key: &str, text: &str) {
        self.state.lock().unwrap().written.insert(key.into(), text.into());
    }

    /// The file is deleted.
    pub fn delete_file(&self) {
        self.state.lock().unwrap().now = Now::Deleted;
    }

    fn new(file: &[u8], piece: usize, decide: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let s3 = s3::rules(&state, file, piece);
        let queue = Queue {
            state: Arc::clone(&state),
            decide: Box::new(decide),
        };
        let extractor = Extractor {
            s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, &s3),
            sqs: queue.client(),
            lambda: Lambda(Arc::clone(&state)).client(),
            ledger: None,
            s3_retries: Retries::default(),
            lambda_retries: Retries::default(),
            metrics: Metrics::none(),
            config: Config {
                queue_url: "queue".into(),
                report_bucket: "reports".into(),
                table_name: "messages".into(),
                precision: Precision::Seconds,
                write_mode: WriteMode::Replace,
                rows_per_message: 1,
                data_package: None,
                table_key: None,
                function_name: "s3-to-sqs".into(),
            },
            data_package: DataPackage::None,
        };
        Self { state, extractor }
    }

    pub async fn extract(&self) -> Result<Report, ExtractError> {
        self.extract_key("data.csv").await
    }

    /// Extracts an object in one invocation.
    pub async fn extract_key(&self, key: &str) -> Result<Report, ExtractError> {
        self.extract_job(&job(key)).await
    }

    /// Extracts the file; its event says that it has `size` bytes.
    pub async fn extract_of_size(&self, size: usize) -> Result<Report, ExtractError> {
        let mut job = job("data.csv");
        job.object.size = Some(size as u64);
        self.extract_job(&job).await
    }

    /// Extracts the file in a request that is killed before the record is completed.
    pub async fn extract_and_die(&self, request_id: &str) {
        let time = TimeLimit::new(Deadline::after(INVOCATION));
        let ledger = self.extractor.ledger.as_ref();
        let books = Books::new(ledger, &self.extractor.metrics, request_id, time.deadline);
        let job = job("data.csv");
        let (_, outcome) = self.extractor.extract(&job, &books.record(&job), time).await;
        assert!(matches!(outcome, Ok(Outcome::Complete(_))), "{outcome:?}");
    }

    async fn extract_job(&self, job: &Job) -> Result<Report, ExtractError> {
        let time = TimeLimit::new(Deadline::after(INVOCATION));
        match extract(&self.extractor, job, "request", time).await? {
            Outcome::Complete(report) | Outcome::Lost(report, _) => Ok(*report),
            Outcome::Partial(continuation) => panic!("there was time for all of it: {continuation:?}"),
        }
    }

    /// Extracts an object in invocations that have time for one call to SQS each.
    pub async fn extract_in_steps(&self) -> Result<Report, ExtractError> {
        self.extract_while(&self.extractor).await
    }

    /// Like [`Self::extract_in_steps`], with another extractor deployed after the first invocation.
    pub async fn extract_while(&self, deployed: &Extractor) -> Result<Report, ExtractError> {
        self.extract_steps(deployed, || ()).await
    }

    /// The same, while somebody changes the file after the first invocation.
    pub async fn extract_until(&self, change: impl Fn(&Self)) -> Result<Report, ExtractError> {
        self.extract_steps(&self.extractor, || change(self)).await
    }

    async fn extract_steps(&self, deployed: &Extractor, between: impl Fn()) -> Result<Report, ExtractError> {
        let mut job = job("data.csv");
        let mut extractor = &self.extractor;
        loop {
            let deadline = Deadline::after(INVOCATION);
            let time = TimeLimit {
                deadline,
                send: deadline,
                stop: Instant::now(),
            };
            match extract(extractor, &job, "request", time).await? {
                Outcome::Complete(report) | Outcome::Lost(report, _) => return Ok(*report),
                Outcome::Partial(continuation) => job.continuation = Some(*continuation),
            }
            between();
            extractor = deployed;
            let sent = serde_json::to_string(&Event::from(job)).unwrap();
            job = match classify(&sent).remove(0) {
                Entry::Upload(next) => *next,
                other => panic!("{other:?}"),
            };
        }
    }

    pub fn has_written(&self, key: &str) -> bool {
        self.state.lock().unwrap().written.contains_key(key)
    }

    /// The bodies that the queue has accepted, in alphabetical order.
    pub fn taken(&self) -> Vec<String> {
        let mut taken = self.state.lock().unwrap().taken.clone();
        taken.sort();
        taken
    }

    /// The ingest ids of the accepted messages, each once.
    pub fn ingest_ids(&self) -> Vec<String> {
        self.state.lock().unwrap().ingest_ids.iter().cloned().collect()
    }

    pub fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }

    pub fn parts(&self) -> usize {
        self.state.lock().unwrap().parts
    }

    /// Whether a multipart upload was begun and aborted.
    pub fn abandoned(&self) -> bool {
        self.state.lock().unwrap().abandoned
    }

    /// Calls `then` when a multipart upload is aborted.
    pub fn when_abandoned(&self, then: impl Fn() + Send + 'static) {
        self.state.lock().unwrap().when_abandoned = Some(Box::new(then));
    }

    /// The ranges that were requested.
    pub fn reads(&self) -> Vec<Option<String>> {
        self.state.lock().unwrap().reads.clone()
    }

    /// A file in the report bucket, next to the object's report.
    pub fn written(&self, name: &str) -> Option<Vec<u8>> {
        self.state
            .lock()
            .unwrap()
            .written
            .get(&format!("data.csv/{ETAG}/{name}"))
            .cloned()
    }

    /// The files of rejected rows, in the order of their invocations.
    pub fn rejected_files(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let files = state.written.keys().filter(|key| key.contains("/rejected-"));
        let mut files: Vec<_> = files.cloned().collect();
        files.sort_by_key(|key| key.split('-').nth(1).unwrap().parse::<u32>().unwrap());
        files
    }

    /// The rejected rows: line, column, reason, row.
    pub fn rejected(&self) -> Vec<[String; 4]> {
        let files = self.rejected_files();
        files.iter().flat_map(|key| self.rejected_in(key)).collect()
    }

    fn rejected_in(&self, key: &str) -> Vec<[String; 4]> {
        let file = self.state.lock().unwrap().written[key].clone();
        let mut reader = csv::Reader::from_reader(&file[..]);
        assert_eq!(
            reader.headers().unwrap(),
            &["line", "byte", "length", "column", "reason", "row"][..]
        );
        // Rows are kept byte for byte, even when they are not UTF-8.
        let text = |record: &csv::ByteRecord, column: usize| String::from_utf8_lossy(&record[column]).into_owned();
        reader
            .byte_records()
            .map(|record| record.unwrap())
            .map(|record| [0, 3, 4, 5].map(|column| text(&record, column)))
            .collect()
    }
}

/// Extracts an object in one invocation.
async fn extract(extractor: &Extractor, job: &Job, request_id: &str, time: TimeLimit) -> Result<Outcome, ExtractError> {
    let books = Books::new(extractor.ledger.as_ref(), &extractor.metrics, request_id, time.deadline);
    let record = books.record(job);
    let outcome = extractor.extract(job, &record, time).await.1;
    if let Ok(Outcome::Complete(report)) = &outcome {
        record.complete(report).await;
    }
    outcome
}

pub fn job(key: &str) -> Job {
    let object = Object {
        bucket: "data".into(),
        key: key.into(),
        etag: Some(if key == "data.csv" { ETAG } else { "the-event-s-etag" }.into()),
        uploaded: 1_559_040_909_385,
        ..Object::default()
    };
    Job {
        object,
        continuation: None,
    }
}
