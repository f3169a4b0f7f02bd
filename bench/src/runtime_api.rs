//! The Lambda runtime API, from which a `bootstrap` requests its next event and to which it sends its response.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::http::{Reply, Request, serve};

/// The trace header of every invocation, in X-Ray's form. X-Ray does not sample it, as for most invocations.
pub const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

/// The timeout of the extractor, as in the template.
const TIMEOUT: Duration = Duration::from_mins(15);
/// The most characters that are shown of a function's message.
const SHOWN: usize = 300;

/// The runtime API of one function. It does not notice when the function's process ends:
/// [`Process`](crate::process::Process) does.
pub struct RuntimeApi {
    /// `AWS_LAMBDA_RUNTIME_API`
    pub address: String,
    events: mpsc::UnboundedSender<Bytes>,
    signals: mpsc::UnboundedReceiver<Signal>,
    timeout: Rc<Cell<Duration>>,
}

/// The outcome of an invocation.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The response.
    Response(Bytes),
    /// The function's error message.
    Failure(Bytes),
}

/// A function's request to the runtime API.
enum Signal {
    /// It requested an event.
    Ready(Instant),
    /// It sent a response.
    Response(Instant, Bytes),
    /// It reported an error.
    Failure(Instant, Bytes),
}

struct State {
    events: RefCell<mpsc::UnboundedReceiver<Bytes>>,
    signals: mpsc::UnboundedSender<Signal>,
    id: Cell<u64>,
    timeout: Rc<Cell<Duration>>,
}

impl RuntimeApi {
    /// Starts to listen on a free port of the loopback interface. Must be called on a `LocalSet`.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("listening")?;
        let address = listener.local_addr()?.to_string();
        let (events, receiver) = mpsc::unbounded_channel();
        let (sender, signals) = mpsc::unbounded_channel();
        let timeout = Rc::new(Cell::new(TIMEOUT));
        let state = Rc::new(State {
            events: RefCell::new(receiver),
            signals: sender,
            id: Cell::new(0),
            timeout: Rc::clone(&timeout),
        });
        tokio::task::spawn_local(serve(listener, move |request| answer(Rc::clone(&state), request)));
        Ok(Self {
            address,
            events,
            signals,
            timeout,
        })
    }

    /// Sets the timeout of an invocation, which the function gets as its deadline.
    pub fn set_timeout(&self, timeout: Duration) {
        self.timeout.set(timeout);
    }

    /// Waits until the function requests an event, and returns the time of the request.
    ///
    /// # Errors
    /// The function's message, if it fails instead.
    pub async fn ready(&mut self) -> Result<Instant> {
        match self.signals.recv().await {
            Some(Signal::Ready(when)) => Ok(when),
            Some(Signal::Failure(_, text) | Signal::Response(_, text)) => bail!("it does not start: {}", shown(&text)),
            None => bail!("the runtime API is gone"),
        }
    }

    /// Sends an event that the function has requested, and returns the response and its duration.
    ///
    /// # Errors
    /// The function's message, if it fails.
    pub async fn invoke(&mut self, event: Bytes) -> Result<(Bytes, Duration)> {
        match self.attempt(event).await? {
            (Answer::Response(response), took) => Ok((response, took)),
            (Answer::Failure(text), _) => bail!("it failed: {}", shown(&text)),
        }
    }

    /// Sends an event, where a failure is an answer as well.
    ///
    /// # Errors
    /// The function does not answer.
    pub async fn attempt(&mut self, event: Bytes) -> Result<(Answer, Duration)> {
        let start = Instant::now();
        self.events.send(event)?;
        match self.signals.recv().await {
            Some(Signal::Response(when, response)) => Ok((Answer::Response(response), when - start)),
            Some(Signal::Failure(when, text)) => Ok((Answer::Failure(text), when - start)),
            Some(Signal::Ready(_)) => bail!("it requested another event before it answered"),
            None => bail!("the runtime API is gone"),
        }
    }
}

async fn answer(state: Rc<State>, request: Request) -> Reply {
    let action = request.path.rsplit('/').next().unwrap_or_default();
    let signal = match action {
        "next" => {
            // If nobody waits for the function any more, it has nothing else to do, so the error is dropped.
            _ = state.signals.send(Signal::Ready(Instant::now()));
            return next(&state).await;
        }
        "response" => Signal::Response(Instant::now(), request.body),
        _ => Signal::Failure(Instant::now(), request.body),
    };
    _ = state.signals.send(signal);
    Reply::empty(202)
}

async fn next(state: &State) -> Reply {
    let event = std::future::poll_fn(|context| state.events.borrow_mut().poll_recv(context)).await;
    let id = state.id.get() + 1;
    state.id.set(id);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let header = |name, value: String| (name, value);
    Reply {
        status: 200,
        headers: vec![
            header("Content-Type", "application/json".to_owned()),
            header(
                "Lambda-Runtime-Aws-Request-Id",
                format!("00000000-0000-4000-8000-{id:012}"),
            ),
            header(
                "Lambda-Runtime-Deadline-Ms",
                (now + state.timeout.get()).as_millis().to_string(),
            ),
            header(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:123456789012:function:bench".to_owned(),
            ),
            header("Lambda-Runtime-Trace-Id", TRACE.to_owned()),
        ],
        body: event.unwrap_or_default(),
    }
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(SHOWN)]).into_owned()
}
