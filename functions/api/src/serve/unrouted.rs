//! Detects requests for paths and methods that the API does not have. API Gateway would answer them as if their signature were
//! missing. So the template sends them to the function that lists messages, and an authorized client learns what is wrong.

use attributes::KeySchema;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

use crate::response::error::Error;
use crate::route::{MESSAGE, MESSAGES, Route, template_of};

/// The template of every path that the API does not have.
const OTHERS: &str = "/{proxy+}";

/// The route of an HTTP API that matches every path, in payload format 1.0.
const DEFAULT: &str = "$default";

/// Returns an error when `request` is not for [`Route::ListMessages`]: the API does not have its path or its method.
///
/// An event written by hand may lack both, and is accepted.
pub fn unrouted(request: &Request, schema: &KeySchema) -> Option<Error> {
    match (resource(request), request.method().as_str()) {
        (OTHERS, _) => Some(Error::NoRoute(schema.clone())),
        (MESSAGE, _) => Some(Error::Method(allowed(MESSAGE))),
        (_, "GET") => None,
        _ => Some(Error::Method(allowed(MESSAGES))),
    }
}

/// Returns an error when `request` is for another route than `route`, and its source (a function URL, a load balancer) has no
/// routes. Such a source sends every request to the same function: without this check, a `GET` could delete a message.
pub fn misrouted(request: &Request, route: Route, schema: &KeySchema) -> Option<Error> {
    let is_routed = match request.request_context_ref() {
        None => true,
        Some(RequestContext::ApiGatewayV1(context)) => context.resource_path.as_deref() != Some(DEFAULT),
        Some(_) => false,
    };
    if is_routed {
        return None;
    }
    match template_of(request.raw_http_path()) {
        Some(path) if path == route.path() => {
            let other = request.method() != route.method();
            other.then(|| Error::Method(allowed(path)))
        }
        _ => Some(Error::NoRoute(schema.clone())),
    }
}

/// The methods of a path of the API.
fn allowed(template: &str) -> &'static [&'static str] {
    if template == MESSAGE {
        &["DELETE", "GET", "PUT"]
    } else {
        &["GET", "POST"]
    }
}

/// The template of the request's path.
fn resource(request: &Request) -> &str {
    let path = request.raw_http_path();
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => match context.resource_path.as_deref() {
            // Only in an event written by hand: API Gateway never sends this pair, and under a custom domain the root has another
            // path.
            Some("/") if path == MESSAGES => MESSAGES,
            None if path == "/" => MESSAGES,
            None | Some(DEFAULT | "") => template_of(path).unwrap_or(OTHERS),
            // In an event written by hand any text may precede the template.
            Some(resource) if resource.ends_with(MESSAGE) => MESSAGE,
            Some(resource) if resource.ends_with(MESSAGES) => MESSAGES,
            Some(_) => OTHERS,
        },
        // Other sources have no routes, or leave the template out.
        _ => template_of(path).unwrap_or(OTHERS),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::event::Event;

    fn of_event(event: &str) -> Option<Error> {
        unrouted(
            &Event::parse(event, false).unwrap().into_request().unwrap(),
            &KeySchema::Messages,
        )
    }

    fn of(resource: &str, path: &str, method: &str) -> Option<Error> {
        of_event(&json!({"resource": resource, "path": path, "httpMethod": method}).to_string())
    }

    #[test]
    fn a_list_has_its_route() {
        assert!(of("/message", "/message", "GET").is_none());
        assert!(of("/message", "/base/message", "GET").is_none());
        assert!(of("/", "/message", "GET").is_none(), "an event made by hand");
        assert!(of_event(r#"{"httpMethod":"SCAN"}"#).is_none());
        assert!(of_event(r#"{"path":"/Prod/message"}"#).is_none());
        assert!(of("$default", "/message", "GET").is_none());
    }

    #[test]
    fn an_event_made_by_hand_lists_only_when_it_asks_for_that() {
        for (event, status) in [
            (
                json!({"rawPath": "/message", "requestContext": {"http": {"method": "DELETE"}}}),
                Some(405),
            ),
            (
                json!({"rawPath": "/message", "requestContext": {"http": {"method": "GET"}}}),
                None,
            ),
            (json!({"rawPath": "/message", "httpMethod": "DELETE"}), Some(405)),
            (
                json!({"rawPath": "/message", "requestContext": {"httpMethod": "DELETE"}}),
                Some(405),
            ),
            (json!({"rawPath": "/other", "version": "1.0"}), Some(404)),
            (
                json!({"path": "/message", "requestContext": {"http": {"method": "DELETE"}}}),
                Some(405),
            ),
            (
                json!({"resource": "/message", "path": "/message", "requestContext": {"httpMethod": "DELETE"}}),
                Some(405),
            ),
            (
                json!({"path": "/message", "requestContext": {"httpMethod": "DELETE", "stage": 5}}),
                Some(405),
            ),
            (
                json!({"resource": "/message", "requestContext": {"httpMethod": "GET"}}),
                None,
            ),
            (json!({"resource": "/v1/message"}), None),
            (json!({"resource": "/v1/message/{date}"}), Some(405)),
            (json!({"resource": "arn:anything"}), Some(404)),
            (json!({"resource": "/{proxy+}"}), Some(404)),
            (json!({"resource": ""}), Some(404)),
            (json!({"resource": "", "path": "/message"}), None),
        ] {
            let found = of_event(&event.to_string()).map(|error| error.status());
            assert_eq!(found, status, "{event}");
        }
    }

    #[test]
    fn other_methods_are_told_the_allowed_ones() {
        for (resource, method, allowed) in [
            ("/message", "PATCH", "GET, POST"),
            ("/message", "DELETE", "GET, POST"),
            ("/message/{date}", "POST", "DELETE, GET, PUT"),
            ("/message/{date}", "OPTIONS", "DELETE, GET, PUT"),
        ] {
            let error = of(resource, "/message/2001-01-01", method).unwrap();
            assert!(error.to_string().ends_with(allowed), "{error}");
            assert_eq!(error.into_response("id").headers()["allow"], allowed);
        }
    }

    #[test]
    fn other_paths_have_no_route() {
        for path in ["/", "/messages", "/message/2001-01-01/more"] {
            let resource = if path == "/" { "/" } else { "/{proxy+}" };
            assert_eq!(of(resource, path, "GET").unwrap().status(), 404, "{path}");
        }
        assert_eq!(of_event(r#"{"path":"/other"}"#).unwrap().status(), 404, "made by hand");
        assert_eq!(of("$default", "/other", "GET").unwrap().status(), 404);
        assert_eq!(
            of("/", "/v1", "GET").unwrap().status(),
            404,
            "the root below a custom domain"
        );
    }

    #[test]
    fn a_source_without_routes_reaches_a_function_by_its_method_and_path_only() {
        let path = "/message/2001-01-01";
        for (path, method, status) in [
            (path, "DELETE", None),
            (path, "GET", Some(405)),
            (path, "HEAD", Some(405)),
            ("/message", "DELETE", Some(404)),
        ] {
            for event in [
                json!({"version": "2.0", "rawPath": path, "requestContext": {"http": {"method": method}}}),
                json!({"path": path, "httpMethod": method, "requestContext": {"elb": {"targetGroupArn": "arn"}}}),
            ] {
                let request = Event::parse(&event.to_string(), false).unwrap().into_request().unwrap();
                let found = misrouted(&request, Route::DeleteMessage, &KeySchema::Messages).map(|error| error.status());
                assert_eq!(found, status, "{event}");
            }
            let event = json!({"path": path, "httpMethod": method}).to_string();
            let request = Event::parse(&event, false).unwrap().into_request().unwrap();
            assert!(
                misrouted(&request, Route::DeleteMessage, &KeySchema::Messages).is_none(),
                "{event}"
            );
        }
    }

    #[test]
    fn a_source_without_routes_goes_by_the_path() {
        for (path, method, status) in [
            ("/message", "GET", None),
            ("/Prod/message", "GET", None),
            ("/message", "PATCH", Some(405)),
            ("/message/2001-01-01", "GET", Some(405)),
            ("/messages", "GET", Some(404)),
            ("/", "GET", Some(404)),
        ] {
            for event in [
                json!({"version": "2.0", "rawPath": path, "requestContext": {"http": {"method": method}}}),
                json!({"path": path, "httpMethod": method, "requestContext": {"elb": {"targetGroupArn": "arn"}}}),
            ] {
                let found = of_event(&event.to_string()).map(|error| error.status());
                assert_eq!(found, status, "{event}");
            }
        }
    }
}
