//! Who may call the API.

use aws_sdk_sqs::config::Credentials;
use end_to_end::api::Call;
use end_to_end::{Stack, unique};
use serde_json::json;

const CALLS: [(&str, &str); 5] = [
    ("GET", "/message"),
    ("POST", "/message"),
    ("GET", "/message/2001-01-01"),
    ("PUT", "/message/2001-01-01"),
    ("DELETE", "/message/2001-01-01"),
];

#[tokio::test]
async fn calls_without_a_signature_are_refused() {
    let stack = Stack::connect().await;
    for (method, path) in CALLS {
        let response = stack.call_unsigned(Call::new(method, path)).await;
        assert_eq!(response.status, 403, "{method} {path}: {response:?}");
    }
}

#[tokio::test]
async fn only_the_right_signature_of_a_user_with_the_right_is_let_in() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let list = [("date", date.as_str())];
    let call = Call {
        query: &list,
        ..Call::new("GET", "/message")
    };
    let allow = json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/Prod/GET/message"});
    let invited = stack.create_user(&[allow]).await;
    let stranger = stack.create_user(&[]).await;
    let key = invited.credentials.access_key_id();
    let forged = Credentials::new(key, "not the secret access key", None, None, "a guess");

    let statuses = [
        stack.call_as(&invited.credentials, call).await.status,
        stack
            .call_as(&invited.credentials, Call::new("POST", "/message"))
            .await
            .status,
        stack.call_as(&forged, call).await.status,
        stack.call_as(&stranger.credentials, call).await.status,
    ];
    stack.delete_user(invited).await;
    stack.delete_user(stranger).await;

    assert_eq!(
        statuses,
        [200, 403, 403, 403],
        "invited; invited elsewhere; forged; stranger"
    );
}
