//! Authorization of API calls.

use std::time::{Duration, SystemTime};

use aws_sdk_sqs::config::Credentials;
use end_to_end::api::{Call, assert_problem};
use end_to_end::http_client::Response;
use end_to_end::{Stack, unique, wait};
use serde_json::json;

const CALLS: [(&str, &str); 5] = [
    ("GET", "/message"),
    ("POST", "/message"),
    ("GET", "/message/2001-01-01"),
    ("PUT", "/message/2001-01-01"),
    ("DELETE", "/message/2001-01-01"),
];
const FUNCTIONS: [&str; 5] = [
    "GetMessagesFunction",
    "PostMessageFunction",
    "GetMessageFunction",
    "PutMessageFunction",
    "DeleteMessageFunction",
];

/// Whether any of the API's functions received the request that this is the response to.
async fn reached_a_function(stack: &Stack, response: &Response) -> bool {
    let problem = response.json();
    let id = problem["instance"]
        .as_str()
        .unwrap_or_else(|| panic!("no request id: {problem}"));
    for name in FUNCTIONS {
        let function = stack.function(name).await;
        if !stack.log_lines(&function, id).await.is_empty() {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn calls_without_a_signature_are_refused() {
    let stack = Stack::connect().await;
    for (method, path) in CALLS
        .into_iter()
        .chain([("PATCH", "/message"), ("GET", "/other"), ("GET", "/")])
    {
        let response = stack.call_unsigned(Call::new(method, path)).await;
        assert_problem(&response, 403, "unauthenticated", "signed");
    }
}

#[tokio::test]
async fn a_signature_that_does_not_fit_reaches_no_function() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let allow = json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"});
    let user = stack.create_user(&[allow]).await;
    let key = user.credentials.access_key_id();
    let secret = user.credentials.secret_access_key();
    let forged = Credentials::new(key, "not the secret access key", None, None, "a guess");
    let stranger = Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, None, None, "a guess");
    let (now, hour) = (SystemTime::now(), Duration::from_hours(1));
    let list = [("date", date.as_str())];
    let call = Call {
        query: &list,
        ..Call::new("GET", "/message")
    };

    let good = stack.call_as(&user.credentials, call).await;
    assert_eq!(good.status, 200, "{good:?}");
    let mut refused = Vec::new();
    // A signature for another region is missing here: AWS refuses it, but the emulator accepts the region that a signature names.
    for (what, credentials, time) in [
        ("wrong", &forged, now),
        ("unknown key", &stranger, now),
        ("expired", &user.credentials, now - hour),
        ("not yet valid", &user.credentials, now + hour),
    ] {
        refused.push((what, stack.call_signed_at(credentials, time, call).await));
    }
    refused.push(("none", stack.call_unsigned(call).await));
    stack.delete_user(user).await;
    // A later request that does reach a function. Once its line is in the log, lines of the others would be there too.
    let missing = stack.call(Call::new("GET", "/message/2001-01-01")).await;
    assert_eq!(missing.status, 400, "{missing:?}");
    wait::until("the line of a request that reached a function", async || {
        reached_a_function(&stack, &missing).await.then_some(()).ok_or(&missing)
    })
    .await;

    for (what, response) in refused {
        assert_eq!(response.status, 403, "{what}: {response:?}");
        assert_eq!(
            response.header("content-type"),
            "application/problem+json",
            "{what}: {response:?}"
        );
        assert!(!reached_a_function(&stack, &response).await, "{what}");
    }
}

#[tokio::test]
async fn readers_read_and_writers_write() {
    let stack = Stack::connect().await;
    let (reader, writer, both, stranger) = (
        stack.create_user(&[]).await,
        stack.create_user(&[]).await,
        stack.create_user(&[]).await,
        stack.create_user(&[]).await,
    );
    let (read, write) = (&stack.outputs.reader_policy_arn, &stack.outputs.writer_policy_arn);
    stack.attach_policy(&reader, read).await;
    stack.attach_policy(&writer, write).await;
    stack.attach_policy(&both, read).await;
    stack.attach_policy(&both, write).await;

    let mut allowed = Vec::new();
    for (name, user) in [
        ("reader", &reader),
        ("writer", &writer),
        ("both", &both),
        ("stranger", &stranger),
    ] {
        for (method, path) in CALLS {
            let response = stack.call_as(&user.credentials, Call::new(method, path)).await;
            // Without parameters or body the call is invalid, which only a function can find out.
            match response.status {
                // The emulator's own text: it asks IAM before it looks at the API.
                403 => {}
                200 | 400 => allowed.push(format!("{name}: {method} {path}")),
                _ => panic!("{name}: {method} {path}: {response:?}"),
            }
        }
    }
    for user in [reader, writer, both, stranger] {
        stack.delete_user(user).await;
    }

    let of = |name: &str, methods: &[&str]| {
        let calls = CALLS.into_iter().filter(|(method, _)| methods.contains(method));
        calls
            .map(|(method, path)| format!("{name}: {method} {path}"))
            .collect::<Vec<_>>()
    };
    let expected = [
        of("reader", &["GET"]),
        of("writer", &["POST", "PUT", "DELETE"]),
        of("both", &["GET", "POST", "PUT", "DELETE"]),
    ];
    assert_eq!(allowed, expected.concat());
}
