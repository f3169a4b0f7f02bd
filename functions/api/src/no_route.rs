//! Requests of paths and methods that the API does not have. API Gateway would answer them as if their signature were
//! missing; the template sends them to the function that lists messages, so that an authorized client learns what is wrong.

use crate::Error;
use crate::api::Route;
use crate::event::Event;

/// Why `event` is not for [`Route::ListMessages`], when it is not: the path or the method is none of the API's.
///
/// An event made by hand may lack both.
pub fn no_route(event: &Event<'_>) -> Option<Error> {
    let (resource, path, method) = (event.text("resource"), event.text("path"), event.text("httpMethod"));
    let resource = match &*resource {
        // Of an event made by hand. API Gateway never sends this pair; under a custom domain the root has another path.
        "/" if path == Route::ListMessages.path() => Route::ListMessages.path(),
        resource => resource,
    };
    match (resource, &*method) {
        ("/{proxy+}" | "/", _) => Some(Error::NoRoute),
        (resource, _) if resource == Route::GetMessage.path() => Some(Error::Method(&["DELETE", "GET", "PUT"])),
        (_, "GET" | "") => None,
        _ => Some(Error::Method(&["GET", "POST"])),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(resource: &str, path: &str, method: &str) -> Option<Error> {
        let event = json!({"resource": resource, "path": path, "httpMethod": method});
        no_route(&Event::parse(&event.to_string()).unwrap())
    }

    #[test]
    fn a_list_has_its_route() {
        assert!(of("/message", "/message", "GET").is_none());
        assert!(of("/message", "/base/message", "GET").is_none());
        assert!(of("/", "/message", "GET").is_none(), "an event made by hand");
        assert!(no_route(&Event::parse("{}").unwrap()).is_none());
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
            assert_eq!(error.into_response("id").header("Allow"), Some(allowed));
        }
    }

    #[test]
    fn other_paths_have_no_route() {
        for path in ["/", "/messages", "/message/2001-01-01/more"] {
            let resource = if path == "/" { "/" } else { "/{proxy+}" };
            assert_eq!(of(resource, path, "GET").unwrap().status(), 404, "{path}");
        }
        assert_eq!(
            of("/", "/v1", "GET").unwrap().status(),
            404,
            "the root below a custom domain"
        );
    }
}
