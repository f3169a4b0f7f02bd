//! A data bucket, a report bucket and a queue that stand behind real SDK clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_s3::error::ErrorMetadata;
use aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadOutput;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadOutput;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectInput, GetObjectOutput};
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::operation::upload_part::UploadPartOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::error::NoSuchKey;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchResultEntry};
use aws_smithy_mocks::{MockResponse, Rule, RuleMode, mock, mock_client};
use backoff::Deadline;
use message::Precision;
use s3_to_sqs::clients::Extractor;
use s3_to_sqs::config::Config;
use s3_to_sqs::error::ExtractError;
use s3_to_sqs::event::{Event, Job, Object};
use s3_to_sqs::extract::{Extracted, TimeLimit};
use s3_to_sqs::report::Report;
use tokio::time::Instant;

pub const ETAG: &str = "0123456789abcdef0123456789abcdef";

/// What SQS does with an entry: takes it, leaves it out of the reply, or refuses it with this code.
#[derive(Clone, Copy)]
pub enum Reply {
    Take,
    LeaveOut,
    Fail(&'static str, bool),
}

/// Decides by the body, and by how often that body came before.
type Decide = dyn Fn(&str, usize) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    taken: Vec<String>,
    tries: HashMap<String, usize>,
    calls: usize,
    written: HashMap<String, Vec<u8>>,
    parts: usize,
    reads: Vec<Option<String>>,
    abandoned: bool,
    replaced: bool,
}

#[derive(Clone)]
pub struct World {
    state: Arc<Mutex<State>>,
    pub extractor: Extractor,
}

impl World {
    /// One file in the data bucket, under the key `data.csv`, and a queue that takes everything.
    pub fn of(file: &[u8]) -> Self {
        Self::new(file, usize::MAX, |_, _| Reply::Take)
    }

    pub fn with_queue(file: &[u8], decide: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::new(file, usize::MAX, decide)
    }

    /// A download of the file breaks off after so many bytes, each time.
    pub fn breaking_off_after(bytes: usize, file: &[u8]) -> Self {
        Self::new(file, bytes, |_, _| Reply::Take)
    }

    /// Somebody uploads another file under the same key, as soon as this one is open.
    pub fn replace_file_while_it_is_read(&self) {
        self.state.lock().unwrap().replaced = true;
    }

    fn new(file: &[u8], piece: usize, decide: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let s3 = s3_rules(&state, file, piece);
        let sqs = [queue_rule(&state, Box::new(decide))];
        let extractor = Extractor {
            s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, &s3),
            sqs: mock_client!(aws_sdk_sqs, RuleMode::MatchAny, &sqs),
            lambda: mock_client!(aws_sdk_lambda, RuleMode::MatchAny, &[]),
            config: Config {
                queue_url: "queue".into(),
                report_bucket: "reports".into(),
                table_name: "messages".into(),
                precision: Precision::Seconds,
                function_name: "s3-to-sqs".into(),
            },
        };
        Self { state, extractor }
    }

    pub async fn extract(&self) -> Result<Report, ExtractError> {
        self.extract_key("data.csv").await
    }

    /// Extracts an object in one go.
    pub async fn extract_key(&self, key: &str) -> Result<Report, ExtractError> {
        let time = TimeLimit::new(Deadline::after(Duration::from_mins(1)));
        match self.extractor.extract(&job(key), "request", time).await? {
            Extracted::Whole(report) => Ok(*report),
            Extracted::Partly(continuation) => panic!("there was time for all of it: {continuation:?}"),
        }
    }

    /// Extracts an object in invocations that have time for one call to SQS each.
    pub async fn extract_in_steps(&self) -> Result<Report, ExtractError> {
        let mut job = job("data.csv");
        loop {
            let time = TimeLimit {
                deadline: Deadline::after(Duration::from_mins(1)),
                stop: Instant::now(),
            };
            match self.extractor.extract(&job, "request", time).await? {
                Extracted::Whole(report) => return Ok(*report),
                Extracted::Partly(continuation) => job.continuation = Some(*continuation),
            }
            let sent = serde_json::to_string(&Event::from(job)).unwrap();
            let mut jobs = serde_json::from_str::<Event>(&sent).unwrap().jobs().unwrap();
            job = jobs.remove(0);
        }
    }

    pub fn has_written(&self, key: &str) -> bool {
        self.state.lock().unwrap().written.contains_key(key)
    }

    /// The bodies that the queue has taken, in alphabetical order.
    pub fn taken(&self) -> Vec<String> {
        let mut taken = self.state.lock().unwrap().taken.clone();
        taken.sort();
        taken
    }

    pub fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }

    pub fn parts(&self) -> usize {
        self.state.lock().unwrap().parts
    }

    /// Whether a file in parts was begun and given up.
    pub fn abandoned(&self) -> bool {
        self.state.lock().unwrap().abandoned
    }

    /// The ranges that were asked for.
    pub fn reads(&self) -> Vec<Option<String>> {
        self.state.lock().unwrap().reads.clone()
    }

    /// A file of the report bucket, beside the object's report.
    pub fn written(&self, name: &str) -> Option<Vec<u8>> {
        self.state
            .lock()
            .unwrap()
            .written
            .get(&format!("data.csv/{ETAG}/{name}"))
            .cloned()
    }

    /// `rejected.csv` without its header: line, column, reason, row.
    pub fn rejected(&self) -> Vec<[String; 4]> {
        self.rejected_in("rejected.csv")
    }

    /// The same of a file of another name.
    pub fn rejected_in(&self, name: &str) -> Vec<[String; 4]> {
        let file = self.written(name).unwrap_or_default();
        let mut reader = csv::Reader::from_reader(&file[..]);
        if !file.is_empty() {
            assert_eq!(
                reader.headers().unwrap(),
                &["line", "byte", "length", "column", "reason", "row"][..]
            );
        }
        reader
            .records()
            .map(|record| record.unwrap())
            .map(|r| [0, 3, 4, 5].map(|column| r[column].to_owned()))
            .collect()
    }
}

fn job(key: &str) -> Job {
    let object = Object {
        bucket: "data".into(),
        key: key.into(),
        version_id: None,
        sequencer: None,
        etag: Some("the-event-s-etag".into()),
    };
    Job {
        object,
        continuation: None,
    }
}

fn s3_rules(state: &Arc<Mutex<State>>, file: &[u8], piece: usize) -> Vec<Rule> {
    let file = file.to_vec();
    let for_get = Arc::clone(state);
    let get = mock!(aws_sdk_s3::Client::get_object).then_compute_response(move |request| {
        let mut state = for_get.lock().unwrap();
        state.reads.push(request.range.clone());
        if state.replaced && request.if_match().is_some() {
            let failed = ErrorMetadata::builder().code("PreconditionFailed").build();
            return MockResponse::Error(GetObjectError::generic(failed));
        }
        get_object(&file, piece, request)
    });
    let for_put = Arc::clone(state);
    let put = mock!(aws_sdk_s3::Client::put_object).then_compute_output(move |request| {
        assert_eq!(request.bucket(), Some("reports"), "only the report bucket is written");
        let body = request.body().bytes().unwrap().to_vec();
        for_put
            .lock()
            .unwrap()
            .written
            .insert(request.key().unwrap().into(), body);
        PutObjectOutput::builder().build()
    });
    let create = mock!(aws_sdk_s3::Client::create_multipart_upload)
        .then_compute_output(|_| CreateMultipartUploadOutput::builder().upload_id("upload").build());
    let for_part = Arc::clone(state);
    let part = mock!(aws_sdk_s3::Client::upload_part).then_compute_output(move |request| {
        let mut state = for_part.lock().unwrap();
        state.parts += 1;
        assert_eq!(request.part_number(), i32::try_from(state.parts).ok());
        let body = request.body().bytes().unwrap();
        state
            .written
            .entry(format!("unfinished {}", request.key().unwrap()))
            .or_default()
            .extend_from_slice(body);
        UploadPartOutput::builder()
            .e_tag(format!("part {}", state.parts))
            .build()
    });
    let for_complete = Arc::clone(state);
    let complete = mock!(aws_sdk_s3::Client::complete_multipart_upload).then_compute_output(move |request| {
        let mut state = for_complete.lock().unwrap();
        assert_eq!(request.multipart_upload().unwrap().parts().len(), state.parts);
        let key = request.key().unwrap();
        let file = state.written.remove(&format!("unfinished {key}")).unwrap();
        state.written.insert(key.to_owned(), file);
        CompleteMultipartUploadOutput::builder().build()
    });
    let for_abort = Arc::clone(state);
    let abort = mock!(aws_sdk_s3::Client::abort_multipart_upload).then_compute_output(move |request| {
        let mut state = for_abort.lock().unwrap();
        state.written.remove(&format!("unfinished {}", request.key().unwrap()));
        state.abandoned = true;
        AbortMultipartUploadOutput::builder().build()
    });
    vec![get, put, create, part, complete, abort]
}

fn get_object(file: &[u8], piece: usize, request: &GetObjectInput) -> MockResponse<GetObjectOutput, GetObjectError> {
    match request.key().unwrap() {
        "data.csv" => {}
        "gone.csv" => return MockResponse::Error(GetObjectError::NoSuchKey(NoSuchKey::builder().build())),
        _ => {
            let denied = ErrorMetadata::builder().code("AccessDenied").build();
            return MockResponse::Error(GetObjectError::generic(denied));
        }
    }
    let start = request.range().map_or(0, |range| {
        assert_eq!(
            request.if_match(),
            Some(format!("\"{ETAG}\"").as_str()),
            "the same object as before"
        );
        range
            .trim_start_matches("bytes=")
            .trim_end_matches('-')
            .parse()
            .unwrap()
    });
    let rest = &file[start..];
    let body = rest[..rest.len().min(piece)].to_vec();
    MockResponse::Output(
        GetObjectOutput::builder()
            .e_tag(format!("\"{ETAG}\""))
            .content_length(i64::try_from(rest.len()).unwrap())
            .set_content_range(
                request
                    .range()
                    .map(|_| format!("bytes {start}-{}/{}", file.len() - 1, file.len())),
            )
            .body(ByteStream::from(body))
            .build(),
    )
}

fn queue_rule(state: &Arc<Mutex<State>>, decide: Box<Decide>) -> Rule {
    let state = Arc::clone(state);
    mock!(aws_sdk_sqs::Client::send_message_batch).then_compute_output(move |request| {
        let mut state = state.lock().unwrap();
        state.calls += 1;
        assert!((1..=10).contains(&request.entries().len()));
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in request.entries() {
            let method = &entry.message_attributes().unwrap()["Method"];
            assert_eq!((method.data_type(), method.string_value()), ("String", Some("POST")));
            let body = entry.message_body();
            let tries = state.tries.entry(body.to_owned()).or_default();
            *tries += 1;
            match decide(body, *tries - 1) {
                Reply::Take => {
                    state.taken.push(body.to_owned());
                    let entry = SendMessageBatchResultEntry::builder().id(entry.id());
                    successful.push(entry.message_id("id").md5_of_message_body("md5").build().unwrap());
                }
                Reply::LeaveOut => {}
                Reply::Fail(code, sender_fault) => {
                    let entry = BatchResultErrorEntry::builder()
                        .id(entry.id())
                        .code(code)
                        .message("because");
                    failed.push(entry.sender_fault(sender_fault).build().unwrap());
                }
            }
        }
        let output = SendMessageBatchOutput::builder();
        output
            .set_successful(Some(successful))
            .set_failed(Some(failed))
            .build()
            .unwrap()
    })
}
