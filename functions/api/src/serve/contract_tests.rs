//! Compares the handlers with the document for clients, `docs/openapi.yaml`: both must have the same routes, parameters and kinds
//! of problems. `tools/api_fuzz` checks that the deployed stage answers as documented.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::Route;
use crate::response::problem::Kind;
use crate::testing::{Received, SAMPLES, api, errors, sample, send, willing};

/// All parameters of all calls, by part and name. A new parameter must be added here.
const PARAMETERS: [(&str, &str); 11] = [
    ("path", "date"),
    ("query", "date"),
    ("query", "time"),
    ("query", "from"),
    ("query", "to"),
    ("query", "order"),
    ("query", "limit"),
    ("query", "fields"),
    ("query", "NextToken"),
    ("header", "If-Match"),
    ("header", "If-None-Match"),
];

/// The kinds of problems that API Gateway itself answers with.
const OF_THE_GATEWAY: [&str; 6] = [
    "forbidden",
    "function-unavailable",
    "gateway-timeout",
    "quota-exceeded",
    "too-many-requests",
    "unauthenticated",
];

fn document() -> Value {
    yaml_serde::from_str(include_str!("../../../../docs/openapi.yaml")).unwrap()
}

/// The parameters of an operation and of its path, with references resolved.
fn documented(document: &Value, route: Route) -> BTreeSet<(String, String)> {
    let path = &document["paths"][route.path()];
    let operation = &path[route.method().to_lowercase()];
    assert!(operation.is_object(), "{route:?} is not documented");
    let parameters = [path, operation].map(|of| of["parameters"].as_array().cloned().unwrap_or_default());
    let resolved = parameters
        .iter()
        .flatten()
        .map(|parameter| match parameter["$ref"].as_str() {
            Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => parameter,
        });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    resolved
        .map(|parameter| (text(&parameter["in"]), text(&parameter["name"])))
        .collect()
}

/// The parameters that the call reads: it reports an empty one as a fault.
async fn known(route: Route) -> BTreeSet<(String, String)> {
    let mut known = BTreeSet::new();
    for (part, name) in PARAMETERS {
        let mut event = sample(route);
        for names in ["multiValueQueryStringParameters", "multiValueHeaders"] {
            event[names] = Value::Null;
        }
        let map = match part {
            "path" => "pathParameters",
            "query" => "queryStringParameters",
            _ => "headers",
        };
        if event[map].is_null() {
            event[map] = json!({});
        }
        event[map][name] = json!("");
        let response = send(&api(willing()), route, &event).await;
        // The two calls without `If-None-Match` report it as unknown.
        let heeded = response.status() == 400 && !response.text().contains("is not known to this call");
        if heeded
            && errors(&response)
                .iter()
                .any(|[at, pointer, _]| at == part && pointer[1..] == *name)
        {
            known.insert((part.to_owned(), name.to_owned()));
        }
    }
    known
}

#[tokio::test]
async fn every_call_reads_the_documented_parameters_and_no_others() {
    let document = document();
    for (route, _) in SAMPLES {
        let mut known = known(route).await;
        if route == Route::PostMessage {
            // The item has the key. `POST` only compares it with a key in path or query.
            for addressed in [("path", "date"), ("query", "time")] {
                assert!(known.remove(&(addressed.0.to_owned(), addressed.1.to_owned())));
            }
        }
        assert_eq!(known, documented(&document, route), "{route:?}");
    }
}

#[test]
fn no_other_routes_are_documented() {
    let document = document();
    let operations = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods
                .filter(|name| {
                    ["get", "put", "post", "delete", "options", "head", "patch", "trace"].contains(&name.as_str())
                })
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        });
    let operations: BTreeSet<_> = operations.collect();
    let routes = SAMPLES.map(|(route, _)| format!("{} {}", route.method(), route.path()));
    assert_eq!(operations, routes.into());
}

#[test]
fn every_kind_of_problem_is_documented() {
    let document = document();
    let kinds = &document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    let documented: BTreeSet<_> = kinds
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind.as_str().unwrap())
        .collect();
    let ours = Kind::ALL.iter().map(|kind| kind.uri.to_owned());
    let gateway = OF_THE_GATEWAY
        .iter()
        .map(|name| format!("urn:problem-type:messages:{name}"));
    let all: BTreeSet<_> = ours.chain(gateway).collect();
    assert_eq!(documented, all.iter().map(String::as_str).collect());
}
