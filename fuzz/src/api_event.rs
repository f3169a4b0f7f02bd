//! Events of REST APIs, HTTP APIs, function URLs and load balancers -> responses, through the API functions without the Lambda
//! runtime.
//!
//! The first byte of an input selects the function, the second selects DynamoDB's answer, both counted from `0`. The rest is the
//! event. `$TABLE` in an event stands for the table's name.

use std::cell::OnceCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use api::{Answer as Answered, Api, Route, Table};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use foreign_events::Foreign;
use http::HeaderMap;
use lambda_http::Context;
use lambda_http::request::RequestOrigin;
use message::invisible::trim;
use serde_json::{Map, Value};
use tokio::runtime::{Builder, Runtime};

use crate::dynamodb::{ANSWERS, Answer, INTERNAL, WILLING, World};

const ROUTES: [Route; 5] = [
    Route::ListMessages,
    Route::GetMessage,
    Route::PostMessage,
    Route::PutMessage,
    Route::DeleteMessage,
];
const TABLE: &str = "$TABLE";
const INVOCATION: &str = "invocation-1";
/// Lambda's limit for a response.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024;

thread_local! {
    // Made once, because making them takes longer than most inputs.
    static WORLD: OnceCell<(Runtime, World)> = const { OnceCell::new() };
}

/// Checks an input.
///
/// # Panics
/// If the response does not have the documented form, blames the wrong side, discloses something internal, or has another item
/// than was sent.
pub fn check(input: &[u8]) {
    let [route, answer, event @ ..] = input else { return };
    let route = choose(&ROUTES, *route);
    let answer = choose(&ANSWERS, *answer);
    let event = String::from_utf8_lossy(event);
    // The name of the table is different for each input, so a response with the name can only have it from the function.
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let table = format!("table-{:016x}", hasher.finish());
    let told = event.contains(TABLE);
    let event = event.replace(TABLE, &table);
    let parsed: Value = serde_json::from_str(&event).unwrap_or_default();

    let (response, whole) = WORLD.with(|world| {
        let (runtime, world) = world.get_or_init(|| (runtime(), World::new()));
        world.set(answer, parsed["body"].as_str().unwrap_or_default());
        // One attempt, since pauses between retries would take too much time.
        let api = Api::new(Table::new(table.clone(), world.client.clone(), 1));
        let mut context = Context::default();
        INVOCATION.clone_into(&mut context.request_id);
        runtime.block_on(async {
            let answer = api.answer_for(route, &event, context).await;
            let response = Received::new(&answer, &parsed);
            let payload = answer.into_payload().await;
            (response, serde_json::to_string(&payload).unwrap_or_default())
        })
    });

    assert!(
        told || !response.body.contains(&table),
        "the table's name is told: {response:?}"
    );
    assert!((1..MAX_RESPONSE_BYTES).contains(&whole.len()), "{} bytes", whole.len());
    if response.status == 204 && response.header("ETag").is_none() {
        // Only an event without a request gets such a response.
        assert!(
            Foreign::of(&event).is_harmless() && response.body.is_empty(),
            "{response:?}"
        );
        return;
    }
    match response.status {
        200..300 | 304 => check_success(route, answer, &parsed, &response),
        _ => check_problem(route, answer, &parsed, &response),
    }
}

/// The response that a client receives.
#[derive(Debug)]
struct Received {
    /// Whether the source of the event has routes. Without routes, every function gets every request.
    is_routed: bool,
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Received {
    fn new(answer: &Answered, event: &Value) -> Self {
        let resource = event["resource"].as_str();
        let resource = resource.or_else(|| event["requestContext"]["resourcePath"].as_str());
        Self {
            is_routed: matches!(answer.origin, RequestOrigin::ApiGatewayV1) && resource != Some("$default"),
            status: answer.response.status().as_u16(),
            headers: answer.response.headers().clone(),
            body: String::from_utf8_lossy(answer.response.body()).into_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.unwrap_or_else(|error| panic!("no runtime: {error}"))
}

fn choose<T: Copy>(all: &[T], byte: u8) -> T {
    all[usize::from(byte.wrapping_sub(b'0')) % all.len()]
}

fn is_willing(answer: Answer) -> bool {
    ANSWERS[..WILLING].contains(&answer)
}

fn check_success(route: Route, answer: Answer, event: &Value, response: &Received) {
    let reads = [Route::ListMessages, Route::GetMessage].contains(&route);
    let failed = match answer {
        Answer::Error(..) | Answer::Html | Answer::CutOff => true,
        // The functions ignore the answer to a write, and of an item that a 304 leaves out they use only the tag.
        Answer::OtherKey => reads && response.status != 304,
        _ => false,
    };
    assert!(!failed, "{answer:?}: {response:?}");
    let expected: &[u16] = match route {
        Route::GetMessage => &[200, 304],
        Route::PostMessage => &[201],
        Route::PutMessage => &[204],
        _ => &[200],
    };
    assert!(expected.contains(&response.status), "{route:?}: {response:?}");
    let tagged = [Route::GetMessage, Route::PostMessage, Route::PutMessage].contains(&route);
    assert_eq!(response.header("ETag").is_some(), tagged, "{route:?}");
    if [204, 304].contains(&response.status) {
        assert_eq!((response.body.as_str(), response.header("Content-Type")), ("", None));
        return;
    }
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    let body = object(response);
    match route {
        Route::ListMessages => {
            let items = body["Items"].as_array().map(Vec::len);
            assert!(
                items.is_some() && body["Count"].as_u64() == items.map(|items| items as u64),
                "{body:?}"
            );
        }
        Route::GetMessage => assert!(body["Item"].is_object(), "{body:?}"),
        Route::PostMessage => assert_eq!(
            numbers_spelled_alike(&body["Item"]),
            numbers_spelled_alike(&sent(event)["Item"])
        ),
        Route::PutMessage | Route::DeleteMessage => assert!(body.is_empty(), "{body:?}"),
    }
}

fn check_problem(route: Route, answer: Answer, event: &Value, response: &Received) {
    let status = response.status;
    assert!(
        [400, 404, 405, 412, 413, 415, 500, 503].contains(&status),
        "{status}: {response:?}"
    );
    assert!(status < 500 || !is_willing(answer), "nobody else failed: {response:?}");
    assert!(
        match status {
            404 => !response.is_routed || [Route::ListMessages, Route::GetMessage, Route::PutMessage].contains(&route),
            405 => !response.is_routed || route == Route::ListMessages,
            412 => route != Route::ListMessages,
            _ => true,
        },
        "{route:?}: {response:?}"
    );
    assert_eq!(response.header("Content-Type"), Some("application/problem+json"));
    let problem = object(response);
    let mut members: Vec<_> = problem.keys().map(String::as_str).collect();
    members.sort_unstable();
    members.retain(|name| *name != "errors");
    assert_eq!(members, ["detail", "instance", "status", "title", "type"]);
    assert_eq!(problem["status"], status);
    let id = event["requestContext"]["requestId"]
        .as_str()
        .filter(|id| !id.is_empty());
    // An event that is not a request has no request id.
    let is_foreign = problem["detail"]
        .as_str()
        .is_some_and(|detail| detail.starts_with("The event is "));
    let instance = problem["instance"].as_str();
    assert!(
        instance == Some(id.unwrap_or(INVOCATION)) || (is_foreign && instance == Some(INVOCATION)),
        "{response:?}"
    );
    for text in ["title", "detail"] {
        let text = problem[text].as_str().unwrap_or_default();
        // A response may repeat the client's own text, but never internal text.
        assert!(
            text.len() > 8 && (status < 500 || !text.contains(INTERNAL)),
            "{response:?}"
        );
    }
}

fn object(response: &Received) -> Map<String, Value> {
    match serde_json::from_str(&response.body) {
        Ok(Value::Object(members)) => members,
        other => panic!("not an object: {other:?} of {response:?}"),
    }
}

/// The JSON body that the event carries.
fn sent(event: &Value) -> Value {
    let text = event["body"].as_str().unwrap_or_default();
    let bytes = match event["isBase64Encoded"] {
        // JSON is never valid base64.
        Value::Bool(true) => BASE64_STANDARD.decode(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    };
    let text = String::from_utf8_lossy(&bytes);
    serde_json::from_str(trim(&text)).unwrap_or_default()
}

/// The value with its numbers in one spelling, so that spellings with the same digits compare equal.
fn numbers_spelled_alike(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.to_string().to_lowercase().replace("e+", "e")),
        Value::Array(elements) => elements.iter().map(numbers_spelled_alike).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), numbers_spelled_alike(value)))
            .collect(),
        other => other.clone(),
    }
}
