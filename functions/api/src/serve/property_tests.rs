//! Every payload gets a well-formed answer.

use message::KeyType::{N, S};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::{Received, SAMPLES, api, api_keyed, declared, event, problem, send_text, willing};

/// JSON of any shape. Names that the API knows are more frequent than by chance.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "httpMethod",
            "headers",
            "multiValueHeaders",
            "queryStringParameters",
            "pathParameters",
            "body",
            "multiValueQueryStringParameters",
            "requestContext",
            "requestId",
            "version",
            "path",
            "resource",
            "rawPath",
            "rawQueryString",
            "cookies",
            "elb",
            "http",
            "method",
            "stage",
            "domainName",
            "stageVariables",
            "Host",
            "X-Forwarded-Proto",
            "isBase64Encoded",
            "date",
            "time",
            "pk",
            "sk",
            "id",
            "limit",
            "NextToken",
            "Content-Type",
            "Item",
            "TableName",
            "UpdateExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "$serde_json::private::Number",
            "$serde_json::private::RawValue",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let text = prop_oneof![
        prop::sample::select(vec![
            "2001-01-01",
            "09:01:05",
            "2.0",
            "/message",
            "/message/2001-01-01",
            "time=09%3A01%3A05&time=1",
            "https, http",
            "",
            "e30",
            "application/json",
            "SET a=:a",
            "#a"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner.clone(), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            // A body is JSON text inside JSON.
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

fn check_answer(payload: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let apis = [
        api(willing()),
        api_keyed(declared("pk", S, Some(("sk", N))), willing()),
        api_keyed(declared("id", N, None), willing()),
    ];
    for (api, (route, _)) in apis.iter().flat_map(|api| SAMPLES.map(|sample| (api, sample))) {
        let response = runtime.block_on(send_text(api, route, payload));
        let status = response.status().as_u16();
        assert!(
            matches!(status, 200 | 201 | 204 | 400 | 404 | 405 | 412 | 413 | 415),
            "{status}: {payload}"
        );
        if status < 300 {
            assert!(status == 204 || serde_json::from_str::<Value>(response.text()).is_ok());
        } else {
            let instance: Value = serde_json::from_str(response.text()).unwrap();
            problem(&response, status, instance["instance"].as_str().unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_get_an_answer(bytes: Vec<u8>) {
        check_answer(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_json_gets_an_answer(event in any_json()) {
        check_answer(&event.to_string());
    }

    #[test]
    fn a_valid_event_with_any_body_gets_an_answer(body in any_json(), base64: bool) {
        let mut event = event(&body);
        event["isBase64Encoded"] = json!(base64);
        check_answer(&event.to_string());
    }

    #[test]
    fn any_event_of_another_source_gets_an_answer(
        path: String,
        query: String,
        host: String,
        context in any_json(),
        balanced: bool,
        base64: bool,
    ) {
        let mut event = json!({
            "path": path, "rawPath": path, "rawQueryString": query, "cookies": [host, query],
            "headers": {"Host": host, "X-Forwarded-Proto": host}, "queryStringParameters": {"time": query},
            "requestContext": {"stage": host, "domainName": host, "http": {"method": "GET"}, "other": context},
            "body": "e30=", "isBase64Encoded": base64,
        });
        if balanced {
            event["requestContext"]["elb"] = json!({"targetGroupArn": host});
        } else {
            event["version"] = json!("2.0");
        }
        check_answer(&event.to_string());
    }

    #[test]
    fn any_parameters_get_an_answer(date: String, time: String, limit: String, token: String) {
        let query = json!({"date": date, "time": time, "pk": date, "sk": time, "id": date, "limit": limit, "NextToken": token});
        check_answer(&json!({"pathParameters": {"date": date}, "queryStringParameters": query}).to_string());
    }
}
