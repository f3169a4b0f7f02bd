//! The lean client's calls, answered by the rules of an SDK client: what goes over the wire is read as DynamoDB reads it.

use std::collections::HashMap;

use attributes::dynamodb_json;
use aws::JsonClient;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

#[derive(Debug)]
struct Wire(Client);

/// A client whose calls come to `dynamodb`.
pub fn client(dynamodb: Client) -> JsonClient {
    JsonClient::for_tests(Wire(dynamodb))
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let tables = body["RequestItems"].as_object().unwrap();
        let mut call = self.0.batch_write_item();
        for (table, writes) in tables {
            call = call.request_items(table, writes.as_array().unwrap().iter().map(read).collect());
        }
        HttpConnectorFuture::new(async move {
            Ok(match call.send().await {
                Ok(output) => {
                    let unprocessed: HashMap<_, Vec<_>> = output
                        .unprocessed_items
                        .unwrap_or_default()
                        .into_iter()
                        .map(|(table, writes)| (table, writes.iter().map(write).collect()))
                        .collect();
                    let body = json!({ "UnprocessedItems": unprocessed }).to_string();
                    HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body))
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

fn read(request: &Value) -> WriteRequest {
    let attributes = |place: &str| {
        request
            .pointer(place)
            .map(|json| dynamodb_json::attributes(json.clone()).unwrap())
    };
    let put = attributes("/PutRequest/Item").map(|item| PutRequest::builder().set_item(Some(item)).build().unwrap());
    let delete =
        attributes("/DeleteRequest/Key").map(|key| DeleteRequest::builder().set_key(Some(key)).build().unwrap());
    assert!(put.is_some() != delete.is_some(), "{request}");
    WriteRequest::builder()
        .set_put_request(put)
        .set_delete_request(delete)
        .build()
}

fn write(request: &WriteRequest) -> Value {
    match (&request.put_request, &request.delete_request) {
        (Some(put), _) => json!({"PutRequest": {"Item": dynamodb_json::to_value(&put.item)}}),
        (_, Some(delete)) => json!({"DeleteRequest": {"Key": dynamodb_json::to_value(&delete.key)}}),
        _ => panic!("a write of nothing"),
    }
}
