//! Invokes the functions and reads their logs.

use http::Request;
use serde_json::{Value, json};

use crate::Stack;
use crate::http_client::{self, Response};

/// A deployed function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its physical name.
    pub name: String,
    /// The ARN of its role.
    pub role: String,
    /// Its log group.
    pub log_group: String,
}

/// The outcome of an invocation.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether the function failed.
    pub failed: bool,
    /// The function's result, or the error object.
    pub payload: Value,
}

impl Stack {
    /// The function that the template calls `logical_id`.
    pub async fn function(&self, logical_id: &str) -> Function {
        let mut request = self.lambda_request("GET", "", "");
        http_client::sign_request(&mut request, &self.credentials, &self.outputs.region, "lambda");
        let response = http_client::send(request).await;
        assert_eq!(response.status, 200, "{response:?}");
        let listed = response.json();
        // CloudFormation makes the name from the stack's name, the logical id and a random part.
        let prefix = format!("{}-{logical_id}-", self.outputs.stack_name);
        let found = listed["Functions"]
            .as_array()
            .and_then(|functions| {
                functions
                    .iter()
                    .find(|function| text(&function["FunctionName"]).starts_with(&prefix))
            })
            .unwrap_or_else(|| panic!("no function {prefix}… in {listed}"));
        Function {
            name: text(&found["FunctionName"]),
            role: text(&found["Role"]),
            log_group: text(&found["LoggingConfig"]["LogGroup"]),
        }
    }

    /// Invokes a function and waits for its end.
    pub async fn invoke(&self, function: &Function, event: &Value) -> Outcome {
        let response = self.post_event(function, event, "RequestResponse").await;
        assert_eq!(response.status, 200, "{response:?}");
        Outcome {
            failed: !response.header("x-amz-function-error").is_empty(),
            payload: response.json(),
        }
    }

    /// Invokes a function as S3 does: asynchronously, with retries by Lambda.
    pub async fn invoke_async(&self, function: &Function, event: &Value) {
        let response = self.post_event(function, event, "Event").await;
        assert_eq!(response.status, 202, "{response:?}");
    }

    /// The lines of a function's log that contain `text`.
    pub async fn log_lines(&self, function: &Function, text_in_line: &str) -> Vec<Value> {
        let body = json!({"logGroupName": function.log_group, "filterPattern": format!("\"{text_in_line}\"")});
        let mut request = Request::post(format!("{}/", self.outputs.endpoint))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "Logs_20140328.FilterLogEvents")
            .body(body.to_string())
            .expect("a valid request");
        http_client::sign_request(&mut request, &self.credentials, &self.outputs.region, "logs");
        let response = http_client::send(request).await;
        assert_eq!(response.status, 200, "{response:?}");
        let events = response.json()["events"].take();
        let messages = events.as_array().into_iter().flatten();
        let messages = messages.filter_map(|event| event["message"].as_str());
        // Lambda's own lines are not JSON here.
        messages
            .filter_map(|message| serde_json::from_str(message).ok())
            .collect()
    }

    pub(crate) async fn post_event(&self, function: &Function, event: &Value, invocation_type: &str) -> Response {
        let path = format!("{}/invocations", function.name);
        let mut request = self.lambda_request("POST", &path, &event.to_string());
        let headers = request.headers_mut();
        headers.insert(
            "x-amz-invocation-type",
            invocation_type.parse().expect("a header value"),
        );
        http_client::sign_request(&mut request, &self.credentials, &self.outputs.region, "lambda");
        http_client::send(request).await
    }

    fn lambda_request(&self, method: &str, path: &str, body: &str) -> Request<String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/2015-03-31/functions/{path}", self.outputs.endpoint));
        request.body(body.to_owned()).expect("a valid request")
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
