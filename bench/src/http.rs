//! A minimal HTTP/1.1 server for the SDKs and Lambda runtimes of all languages: keep-alive, and bodies with a length. It must be
//! so cheap that it does not affect the measurement.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// More headers than any of the clients sends.
const MAX_HEADERS: usize = 64;
/// The bytes that are read at once, usually a whole `SendMessageBatch`.
const READ_BYTES: usize = 64 * 1024;

/// A client's request.
#[derive(Debug, Default)]
pub struct Request {
    /// `GET`, `PUT`, `POST`.
    pub method: String,
    /// The path with the query.
    pub path: String,
    /// `X-Amz-Target`: the AWS service and operation; empty if the request has none.
    pub target: String,
    /// Whether the request has a `Range`, which the stub does not serve.
    pub range: bool,
    /// The body.
    pub body: Bytes,
    length: usize,
    awaits_continue: bool,
}

/// The reply to a request.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The headers besides `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// A reply with a JSON body in the format of AWS's services.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type", "application/x-amz-json-1.0".to_owned())],
            body: body.into(),
        }
    }

    /// A reply without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A refusal, which fails the run.
    #[must_use]
    pub fn refusal(reason: &str) -> Self {
        Self {
            status: 501,
            headers: Vec::new(),
            body: Bytes::copy_from_slice(reason.as_bytes()),
        }
    }
}

/// Serves until the runtime ends. Every connection has a task of its own on this thread.
///
/// # Errors
/// The listener fails. A broken connection ends only its own task.
pub async fn serve<H, F>(listener: TcpListener, handler: H) -> io::Result<()>
where
    H: Fn(Request) -> F + Clone + 'static,
    F: Future<Output = Reply>,
{
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let handler = handler.clone();
        tokio::task::spawn_local(async move {
            // A client that is stopped breaks its connections. Its work is counted elsewhere, so the error is dropped.
            _ = converse(stream, handler).await;
        });
    }
}

async fn converse<H, F>(mut stream: TcpStream, handler: H) -> io::Result<()>
where
    H: Fn(Request) -> F,
    F: Future<Output = Reply>,
{
    let mut input = BytesMut::new();
    let mut output = Vec::new();
    loop {
        let mut request = loop {
            if let Some(request) = head(&mut input)? {
                break request;
            }
            if !fill(&mut stream, &mut input).await? {
                return Ok(());
            }
        };
        if request.awaits_continue {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        while input.len() < request.length {
            if !fill(&mut stream, &mut input).await? {
                return Ok(());
            }
        }
        request.body = input.split_to(request.length).freeze();
        let reply = handler(request).await;
        write_head(&reply, &mut output);
        // A small reply is sent as one packet. An object is not copied.
        if reply.body.len() <= READ_BYTES {
            output.extend_from_slice(&reply.body);
            stream.write_all(&output).await?;
        } else {
            stream.write_all(&output).await?;
            stream.write_all(&reply.body).await?;
        }
    }
}

/// Reads more bytes into `input`. Returns whether there were any.
async fn fill(stream: &mut TcpStream, input: &mut BytesMut) -> io::Result<bool> {
    input.reserve(READ_BYTES);
    Ok(stream.read_buf(input).await? > 0)
}

/// Takes the head of a request off `input` once it is complete.
fn head(input: &mut BytesMut) -> io::Result<Option<Request>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(input).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let mut request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: parsed.path.unwrap_or_default().to_owned(),
        ..Request::default()
    };
    for header in parsed.headers.iter() {
        let value = || String::from_utf8_lossy(header.value).into_owned();
        match header.name {
            name if name.eq_ignore_ascii_case("Content-Length") => {
                request.length = value().parse().map_err(io::Error::other)?;
            }
            name if name.eq_ignore_ascii_case("X-Amz-Target") => request.target = value(),
            name if name.eq_ignore_ascii_case("Range") => request.range = true,
            name if name.eq_ignore_ascii_case("Expect") => request.awaits_continue = true,
            name if name.eq_ignore_ascii_case("Transfer-Encoding") => {
                return Err(io::Error::other("bodies must have a length"));
            }
            _ => {}
        }
    }
    input.advance(length);
    Ok(Some(request))
}

fn write_head(reply: &Reply, output: &mut Vec<u8>) {
    output.clear();
    output.extend_from_slice(
        format!(
            "HTTP/1.1 {} -\r\nContent-Length: {}\r\n",
            reply.status,
            reply.body.len()
        )
        .as_bytes(),
    );
    for (name, value) in &reply.headers {
        output.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    output.extend_from_slice(b"\r\n");
}
