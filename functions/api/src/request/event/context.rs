//! Reads the context of a request, which reveals the source of the event.

use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequestContext, ApiGatewayV2httpRequestContext};
use lambda_http::request::RequestContext;

use super::method::known_method;
use super::part::{Members, Part};

/// Reads the context of the request. Of a context that no source writes in this form, only the request id and the method are
/// kept.
pub fn context_of(members: &Members<'_>) -> RequestContext {
    let text = members.context();
    if is_version_2(members) {
        let mut context: ApiGatewayV2httpRequestContext = serde_json::from_str(text).unwrap_or_else(|_| {
            let mut context = ApiGatewayV2httpRequestContext::default();
            context.request_id = string_in(text, &["requestId"]);
            let method = string_in(text, &["http", "method"]);
            context.http.method = method.and_then(|method| method.parse().ok()).unwrap_or_default();
            context
        });
        if !text.contains(HTTP) {
            context.http.method = match members.http_method.as_text() {
                "" => known_method(&string_in(text, &["httpMethod"]).unwrap_or_default()),
                name => known_method(name),
            };
        }
        return RequestContext::ApiGatewayV2(context);
    }
    if let Ok(context) = serde_json::from_str(text) {
        return RequestContext::ApiGatewayV1(context);
    }
    // Only the context of a load balancer has the member `elb`, which this type requires.
    if let Ok(context) = serde_json::from_str(text) {
        return RequestContext::Alb(context);
    }
    let mut context = ApiGatewayProxyRequestContext::default();
    context.request_id = string_in(text, &["requestId"]);
    context.http_method = known_method(&string_in(text, &["httpMethod"]).unwrap_or_default());
    RequestContext::ApiGatewayV1(context)
}

/// The member of a context that only payload format 2.0 has.
const HTTP: &str = "\"http\"";

/// Whether an event has payload format 2.0: it names the version, or has a member that only this format has.
fn is_version_2(members: &Members<'_>) -> bool {
    members.version.as_text() == "2.0"
        || !matches!(members.raw_path, Part::Nothing)
        || (members.context().contains(HTTP) && string_in(members.context(), &["http", "method"]).is_some())
}

/// The string in an object at the path `names`.
pub fn string_in(object: &str, names: &[&str]) -> Option<String> {
    let mut part: Part = serde_json::from_str(object).ok()?;
    for name in names {
        let Part::Object(members) = part else { return None };
        let member = members.into_iter().rev().find(|(found, _)| found == name);
        (_, part) = member?;
    }
    match part {
        Part::Text(text) => Some(text.into_owned()),
        _ => None,
    }
}
