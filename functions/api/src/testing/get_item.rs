//! The lean client's calls, answered by the rules of an SDK client: what goes over the wire is read as DynamoDB reads it.

use std::time::Duration;

use attributes::dynamodb_json;
use aws::{Environment, JsonClient};
use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

#[derive(Debug)]
struct Wire(Client);

/// A client whose calls come to `dynamodb`.
pub fn client(dynamodb: Client) -> JsonClient {
    let variable = |name: &str| match name {
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_REGION" => Ok("x".to_owned()),
        _ => Err(()),
    };
    JsonClient::new(
        &Environment::read(variable).unwrap(),
        SharedHttpConnector::new(Wire(dynamodb)),
        "dynamodb",
        "DynamoDB_20120810.GetItem",
        "http://dynamodb".to_owned(),
        Duration::from_secs(5),
    )
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let call = self.0.get_item().table_name(body["TableName"].as_str().unwrap());
        let call = call.consistent_read(body["ConsistentRead"].as_bool().unwrap());
        let call = call.set_key(Some(dynamodb_json::attributes(body["Key"].clone()).unwrap()));
        HttpConnectorFuture::new(async move {
            Ok(match call.send().await {
                Ok(output) => {
                    let body = match &output.item {
                        Some(item) => json!({"Item": dynamodb_json::to_value(item)}),
                        None => json!({}),
                    };
                    HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body.to_string()))
                }
                Err(error) => {
                    let response = error.raw_response().unwrap();
                    let body = SdkBody::from(response.body().bytes().unwrap());
                    HttpResponse::new(response.status(), body)
                }
            })
        })
    }
}
