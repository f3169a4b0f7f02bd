//! The Lambda runtime API: what a `bootstrap` asks for its next event, and where it leaves its response.
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

/// The trace of every invocation, in X-Ray's form: as most are, one that X-Ray does not keep.
pub const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

/// What an invocation of the extractor may take, as in the template.
const TIMEOUT: Duration = Duration::from_mins(15);
/// The most that is shown of what a function says.
const SHOWN: usize = 300;

/// The runtime API of one function.
pub struct RuntimeApi {
    /// `AWS_LAMBDA_RUNTIME_API`
    pub address: String,
    events: mpsc::UnboundedSender<Bytes>,
    signals: mpsc::UnboundedReceiver<Signal>,
    timeout: Rc<Cell<Duration>>,
}

/// What came of an invocation.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The response.
    Response(Bytes),
    /// What the function said instead.
    Failure(Bytes),
}

/// What a function did.
enum Signal {
    /// Asked for an event.
    Ready(Instant),
    /// Answered one.
    Response(Instant, Bytes),
    /// Said that it failed.
    Failure(Instant, Bytes),
}

struct State {
    events: RefCell<mpsc::UnboundedReceiver<Bytes>>,
    signals: mpsc::UnboundedSender<Signal>,
    id: Cell<u64>,
    timeout: Rc<Cell<Duration>>,
}

impl RuntimeApi {
    /// Begins to listen on a free port of the loopback interface. Must be called on a `LocalSet`.
    ///
    /// # Errors
    /// When there is no port.
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

    /// Sets what an invocation may take, of which the function is told.
    pub fn set_timeout(&self, timeout: Duration) {
        self.timeout.set(timeout);
    }

    /// Waits until the function asks for an event; when it did.
    ///
    /// # Errors
    /// What the function says instead.
    pub async fn ready(&mut self) -> Result<Instant> {
        match self.signals.recv().await {
            Some(Signal::Ready(when)) => Ok(when),
            Some(Signal::Failure(_, text) | Signal::Response(_, text)) => bail!("it does not start: {}", shown(&text)),
            None => bail!("the runtime API is gone"),
        }
    }

    /// Hands over an event that the function has asked for; its response, and how long that took.
    ///
    /// # Errors
    /// What the function says when it fails.
    pub async fn invoke(&mut self, event: Bytes) -> Result<(Bytes, Duration)> {
        match self.attempt(event).await? {
            (Answer::Response(response), took) => Ok((response, took)),
            (Answer::Failure(text), _) => bail!("it failed: {}", shown(&text)),
        }
    }

    /// The same where the function may fail.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn attempt(&mut self, event: Bytes) -> Result<(Answer, Duration)> {
        let start = Instant::now();
        self.events.send(event)?;
        match self.signals.recv().await {
            Some(Signal::Response(when, response)) => Ok((Answer::Response(response), when - start)),
            Some(Signal::Failure(when, text)) => Ok((Answer::Failure(text), when - start)),
            Some(Signal::Ready(_)) => bail!("it asks for another event and has not answered"),
            None => bail!("the runtime API is gone"),
        }
    }
}

async fn answer(state: Rc<State>, request: Request) -> Reply {
    let action = request.path.rsplit('/').next().unwrap_or_default();
    let signal = match action {
        "next" => {
            // A function is on its way to nothing else when nobody waits for it any more.
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
