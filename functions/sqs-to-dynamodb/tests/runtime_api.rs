//! How the function ends when the Runtime API disappears, as it does when `sam local invoke` stops its container. Runs the
//! program itself against a Runtime API of the tests.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

/// A Runtime API, and the function that asks it for invocations.
struct RuntimeApi {
    listener: TcpListener,
    function: Child,
}

impl RuntimeApi {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let function = function(&listener.local_addr().unwrap().to_string());
        Self { listener, function }
    }

    /// The function's next connection.
    fn connection(&self) -> Connection {
        let (stream, _) = self.listener.accept().unwrap();
        Connection(BufReader::new(stream))
    }

    /// Closes the Runtime API. Returns the output of the function, which then ends.
    fn end(self) -> Output {
        drop(self.listener);
        self.function.wait_with_output().unwrap()
    }
}

/// A connection of the function.
struct Connection(BufReader<TcpStream>);

impl Connection {
    /// The first line of the function's next request, and its body.
    fn request(&mut self) -> (String, String) {
        let lines: Vec<String> = (&mut self.0)
            .lines()
            .map(Result::unwrap)
            .take_while(|line| !line.is_empty())
            .collect();
        let length = lines
            .iter()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).unwrap();
        (lines[0].clone(), String::from_utf8(body).unwrap())
    }

    fn answer(&mut self, head: &str, body: &str) {
        let answer = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.0.get_mut().write_all(answer.as_bytes()).unwrap();
    }

    /// Sends a ping, which the function answers without calling AWS.
    fn invoke(&mut self) {
        let (answer, _) = self.answer_to("{}");
        assert_eq!(answer, "POST /2018-06-01/runtime/invocation/1/response HTTP/1.1");
    }

    /// Sends an event. Returns the first line of the function's answer, and its body.
    fn answer_to(&mut self, event: &str) -> (String, String) {
        assert_eq!(self.request().0, "GET /2018-06-01/runtime/invocation/next HTTP/1.1");
        let headers = [
            "Aws-Request-Id: 1",
            "Deadline-Ms: 9999999999999",
            "Invoked-Function-Arn: arn",
        ];
        let headers = headers.map(|header| format!("\r\nLambda-Runtime-{header}"));
        self.answer(&format!("200 OK{}", headers.concat()), event);
        self.request()
    }
}

fn function(runtime_api: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sqs-to-dynamodb"))
        .env_clear()
        .envs([
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", ""),
            ("AWS_LAMBDA_FUNCTION_NAME", "sqs-to-dynamodb"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("TABLE_NAME", "messages"),
            ("SQS_QUEUE_URL", "https://sqs.example/messages"),
            ("DEAD_LETTER_QUEUE_URL", "https://sqs.example/dead-letters"),
            ("MAX_RECEIVE_COUNT", "15"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn assert_ended_well(ended: &Output) {
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert!(!String::from_utf8_lossy(&ended.stdout).contains("ERROR"), "{ended:?}");
}

fn assert_failed(ended: &Output) {
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.starts_with("Error: "), "{said}");
}

#[test]
fn a_connection_that_closes_while_the_function_waits_is_the_end() {
    let api = RuntimeApi::start();
    let mut connection = api.connection();
    connection.invoke();
    connection.answer("202 Accepted", "");
    connection.request();
    drop(connection);
    assert_ended_well(&api.end());
}

#[test]
fn it_is_the_end_before_the_first_invocation_too() {
    let api = RuntimeApi::start();
    let mut connection = api.connection();
    connection.request();
    drop(connection);
    assert_ended_well(&api.end());
}

#[test]
fn nobody_who_listens_after_an_answer_is_the_end() {
    let RuntimeApi { listener, function } = RuntimeApi::start();
    let (stream, _) = listener.accept().unwrap();
    drop(listener);
    let mut connection = Connection(BufReader::new(stream));
    connection.invoke();
    connection.answer("202 Accepted\r\nConnection: close", "");
    drop(connection);
    assert_ended_well(&function.wait_with_output().unwrap());
}

#[test]
fn an_answer_that_cannot_be_delivered_is_an_error() {
    let api = RuntimeApi::start();
    let mut connection = api.connection();
    connection.invoke();
    drop(connection);
    assert_failed(&api.end());
}

#[test]
fn a_runtime_api_that_was_never_there_is_an_error() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_failed(&function(&address.to_string()).wait_with_output().unwrap());
}

#[test]
fn half_an_invocation_is_an_error() {
    let api = RuntimeApi::start();
    let mut connection = api.connection();
    connection.request();
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{";
    connection.0.get_mut().write_all(half).unwrap();
    drop(connection);
    assert_failed(&api.end());
}

#[test]
fn an_event_that_is_no_json_is_an_error_of_its_invocation_alone() {
    let api = RuntimeApi::start();
    let mut connection = api.connection();
    let (answer, error) = connection.answer_to("{\"Records\":[");
    assert_eq!(answer, "POST /2018-06-01/runtime/invocation/1/error HTTP/1.1");
    assert!(
        error.contains("the event is not JSON: EOF while parsing a list at line 1 column 12"),
        "{error}"
    );
    connection.answer("202 Accepted", "");
    connection.invoke();
    connection.answer("202 Accepted", "");
    connection.request();
    drop(connection);
    assert!(api.end().status.success());
}
