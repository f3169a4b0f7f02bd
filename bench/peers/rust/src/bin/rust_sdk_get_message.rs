//! GET /message/{date}?time= of the API.

use std::collections::HashMap;

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn, tracing};
use serde_json::{Map, Number, Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let table = std::env::var("TABLE_NAME")?;
    run(service_fn(|request| handle(&client, &table, request))).await
}

async fn handle(client: &Client, table: &str, request: Request) -> Result<Response<Body>, Error> {
    let (path, query) = (request.path_parameters(), request.query_string_parameters());
    let date = path.first("date").ok_or("the route has no date")?;
    let Some(time) = query.first("time").filter(|time| !time.is_empty()) else {
        return answer(
            StatusCode::BAD_REQUEST,
            &json!({ "message": "the query parameter time is missing" }),
        );
    };
    let get = client.get_item().table_name(table);
    let get = get.key("date", AttributeValue::S(date.to_owned()));
    let get = get.key("time", AttributeValue::S(time.to_owned()));
    match get.send().await?.item {
        Some(item) => answer(StatusCode::OK, &json!({ "Item": plain(item)? })),
        None => {
            let message = format!("there is no message of {date} {time}");
            answer(StatusCode::NOT_FOUND, &json!({ "message": message }))
        }
    }
}

fn answer(status: StatusCode, body: &Value) -> Result<Response<Body>, Error> {
    let response = Response::builder().status(status);
    let response = response.header("content-type", "application/json");
    Ok(response.body(body.to_string().into())?)
}

fn plain(item: HashMap<String, AttributeValue>) -> Result<Map<String, Value>, Error> {
    let members = item.into_iter().map(|(name, value)| {
        let value = match value {
            AttributeValue::S(text) => Value::String(text),
            AttributeValue::N(number) => Value::Number(number.parse::<Number>()?),
            AttributeValue::Bool(value) => Value::Bool(value),
            AttributeValue::Null(_) => Value::Null,
            other => return Err(format!("{name} has a type that this API does not show: {other:?}").into()),
        };
        Ok((name, value))
    });
    members.collect()
}
