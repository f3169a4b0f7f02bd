//! Reads the event that carries a request: of a REST API (payload format 1.0), of an HTTP API or a function URL (2.0), or of an
//! Application Load Balancer.
//!
//! `lambda_http` reads all of them, but refuses or panics on events that differ a little from what those services write. So an
//! event is made well-formed first: missing parts are filled in, the two maps of headers and of query parameters are merged, and
//! an invalid domain is dropped. Headers and body are added after `lambda_http`, because it derives the URL from the headers and
//! copies the body. Only a member whose type none of these services sends is an error.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

mod context;
mod method;
mod part;
mod url;

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use foreign_events::Foreign;
use lambda_http::aws_lambda_events::alb::AlbTargetGroupRequest;
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayProxyRequestContext, ApiGatewayV2httpRequest, ApiGatewayV2httpRequestContext,
};
use lambda_http::http::header::COOKIE;
use lambda_http::http::{HeaderMap, HeaderName, HeaderValue};
use lambda_http::request::{LambdaRequest, RequestContext, RequestOrigin};
use lambda_http::{Body, Request, RequestExt};
use message::invisible::trim;

use self::context::{context_of, string_in};
use self::method::{known_method, method_of};
use self::part::{Members, Part, Strings, form};
use self::url::{check_length, encoded_query, is_domain, rooted};
use super::fault::BodyError;
use super::rejection::{EventError, Rejection};
use crate::route;

/// An event whose members were found, but not checked.
#[derive(Debug)]
pub struct Event<'e> {
    members: Members<'e>,
    context: RequestContext,
}

/// The distinct values of each name.
type Lists = HashMap<String, Vec<String>>;

impl<'e> Event<'e> {
    /// Reads the JSON text of an event. With `takes_body`, a body alone makes a request.
    ///
    /// # Errors
    /// [`EventError::Syntax`], or [`EventError::Foreign`] when the event carries no request.
    pub fn parse(payload: &'e str, takes_body: bool) -> Result<Self, EventError> {
        let Some(members) = Members::parse(payload)? else {
            return Err(EventError::Foreign(Foreign::of(payload)));
        };
        let asks = members.ask(takes_body);
        if !asks || members.may_be_foreign() {
            match Foreign::of(payload) {
                Foreign::Request if asks => {}
                Foreign::Request => return Err(EventError::Foreign(Foreign::Unknown)),
                foreign => return Err(EventError::Foreign(foreign)),
            }
        }
        let context = context_of(&members);
        Ok(Self { members, context })
    }

    /// The id that the source of the event gave the request. A load balancer gives none.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        let id = match &self.context {
            RequestContext::ApiGatewayV1(context) => context.request_id.clone(),
            RequestContext::ApiGatewayV2(context) => context.request_id.clone(),
            _ => string_in(self.members.context(), &["requestId"]),
        };
        id.filter(|id| !id.is_empty())
    }

    /// The source of the event, which decides the form of the response.
    #[must_use]
    pub fn origin(&self) -> RequestOrigin {
        match self.context {
            RequestContext::ApiGatewayV2(_) => RequestOrigin::ApiGatewayV2,
            RequestContext::Alb(_) => RequestOrigin::Alb,
            _ => RequestOrigin::ApiGatewayV1,
        }
    }

    /// Makes the request that the event carries.
    ///
    /// # Errors
    /// [`EventError::Form`] for a member whose type no source of events sends, [`EventError::TooLong`], [`BodyError::Base64`].
    pub fn into_request(self) -> Result<Request, Rejection> {
        let Self { mut members, context } = self;
        let headers = headers_of(&mut members);
        let body = body_of(&mut members);
        let mut request = match context {
            RequestContext::ApiGatewayV2(context) => version_2(members, context)?,
            RequestContext::Alb(_) => balanced(members, context)?,
            RequestContext::ApiGatewayV1(context) => version_1(members, context)?,
            // `context_of` makes no other contexts.
            _ => Request::default(),
        };
        *request.headers_mut() = headers?;
        *request.body_mut() = body?;
        Ok(request)
    }
}

/// Makes the request of a REST API, or of an event written by hand.
fn version_1(members: Members<'_>, mut context: ApiGatewayProxyRequestContext) -> Result<Request, EventError> {
    let mut event = ApiGatewayProxyRequest::default();
    event.path_parameters = owned(members.path_parameters.strings("pathParameters")?).collect();
    let query = query_of(
        members.multi_value_query_string_parameters,
        members.query_string_parameters,
    )?;
    event.http_method = match members.http_method.as_text() {
        "" => context.http_method.clone(),
        name => known_method(name),
    };
    let path = rooted(members.path.as_text());
    check_length([&path, context.stage.as_deref().unwrap_or_default()], &query)?;
    event.path = Some(path);
    event.multi_value_query_string_parameters = query.into();
    event.stage_variables = stage_variables_of(members.stage_variables);
    if let Part::Text(resource) = members.resource {
        context.resource_path = Some(resource.into_owned());
    }
    context.domain_name = context.domain_name.filter(|domain| is_domain(domain));
    event.request_context = context;
    Ok(LambdaRequest::ApiGatewayV1(event).into())
}

/// Makes the request of an HTTP API or of a function URL. A function URL has no routes and thus no path parameters.
fn version_2(members: Members<'_>, mut context: ApiGatewayV2httpRequestContext) -> Result<Request, EventError> {
    let mut event = ApiGatewayV2httpRequest::default();
    let path = match members.raw_path {
        Part::Nothing => members.path,
        path => path,
    };
    let path = rooted(path.as_text());
    event.path_parameters = owned(members.path_parameters.strings("pathParameters")?).collect();
    if event.path_parameters.is_empty() {
        event.path_parameters.extend(path_parameter(&path));
    }
    // Only used without the raw query string: this map joins the values of one name by commas, which a value may also contain.
    let query = query_of(Part::Nothing, members.query_string_parameters)?;
    let raw_query = match members.raw_query_string {
        Part::Text(text) => Some(encoded_query(&text)),
        _ => None,
    };
    let stage = context.stage.as_deref().unwrap_or_default();
    check_length([&path, stage, raw_query.as_deref().unwrap_or_default()], &query)?;
    event.raw_path = Some(path);
    event.raw_query_string = raw_query;
    event.query_string_parameters = query.into();
    event.stage_variables = stage_variables_of(members.stage_variables);
    context.domain_name = context.domain_name.filter(|domain| is_domain(domain));
    event.request_context = context;
    Ok(LambdaRequest::ApiGatewayV2(event).into())
}

/// Makes the request of an Application Load Balancer. It has no routes, and leaves query parameters percent-encoded.
fn balanced(members: Members<'_>, context: RequestContext) -> Result<Request, EventError> {
    let mut event = AlbTargetGroupRequest::default();
    let path = rooted(members.path.as_text());
    let query = query_of(
        members.multi_value_query_string_parameters,
        members.query_string_parameters,
    )?;
    event.http_method = method_of(&members.http_method)?;
    check_length([path.as_str()], &query)?;
    let path_parameters: HashMap<_, _> = path_parameter(&path).into_iter().collect();
    event.path = Some(path);
    event.multi_value_query_string_parameters = query.into();
    let request: Request = LambdaRequest::Alb(event).into();
    let request = request.with_path_parameters(path_parameters);
    Ok(request.with_request_context(context))
}

/// Merges both maps of headers. A single value that is also among the many of its name counts once.
fn headers_of(members: &mut Members<'_>) -> Result<HeaderMap, EventError> {
    let many = std::mem::take(&mut members.multi_value_headers).string_lists("multiValueHeaders")?;
    let single = std::mem::take(&mut members.headers).strings("headers")?;
    let mut headers = HeaderMap::with_capacity(many.len().max(single.len()).min(64));
    for (name, value) in many.into_iter().chain(single) {
        // No call reads a header with an invalid name.
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            add_header(&mut headers, name, &value)?;
        }
    }
    if let Part::List(cookies) = std::mem::take(&mut members.cookies) {
        let cookies: Vec<_> = cookies.iter().map(Part::as_text).collect();
        add_header(&mut headers, COOKIE, &cookies.join("; "))?;
    }
    Ok(headers)
}

fn add_header(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), EventError> {
    let too_many = || form("/headers", "an object of fewer headers");
    let value = HeaderValue::from_str(value).or_else(|_| {
        // HTTP requires this of a recipient: <https://www.rfc-editor.org/rfc/rfc9110#section-5.5-5>
        let control = |byte: u8| byte.is_ascii_control() && byte != b'\t';
        let bytes = value.bytes().map(|byte| if control(byte) { b' ' } else { byte });
        HeaderValue::from_bytes(&bytes.collect::<Vec<_>>()).map_err(|_| too_many())
    })?;
    if headers.get_all(&name).into_iter().any(|other| other == value) {
        return Ok(());
    }
    headers.try_append(name, value).map_err(|_| too_many())?;
    Ok(())
}

/// Decodes the body. A text that begins like JSON is not base64, whatever its flag says.
fn body_of(members: &mut Members<'_>) -> Result<Body, Rejection> {
    let text = match std::mem::take(&mut members.body) {
        Part::Nothing => return Ok(Body::Empty),
        Part::Text(text) => text,
        _ => return Err(form("/body", "a string, which may contain JSON").into()),
    };
    match members.is_base64_encoded {
        Part::Nothing | Part::Flag(false) => Ok(Body::Text(text.into_owned())),
        Part::Flag(true) => match BASE64_STANDARD.decode(&*text) {
            Ok(bytes) => Ok(Body::Binary(bytes)),
            Err(_) if trim(&text).starts_with(['{', '[', '"']) => Ok(Body::Text(text.into_owned())),
            Err(_) => Err(BodyError::Base64.into()),
        },
        _ => Err(form("/isBase64Encoded", "true or false").into()),
    }
}

/// Merges both maps of query parameters. A single value that is also among the many of its name counts once.
fn query_of(many: Part<'_>, single: Part<'_>) -> Result<Lists, EventError> {
    let many = many.string_lists("multiValueQueryStringParameters")?;
    let single = single.strings("queryStringParameters")?;
    let mut query = Lists::with_capacity(many.len().max(single.len()));
    for (name, value) in owned(many).chain(owned(single)) {
        let values = query.entry(name).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(query)
}

fn owned(strings: Strings<'_>) -> impl Iterator<Item = (String, String)> {
    let strings = strings.into_iter();
    strings.map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// The stage variables. No call reads them, so values that are not strings are left out.
fn stage_variables_of(variables: Part<'_>) -> HashMap<String, String> {
    let variables = variables.strings("stageVariables").unwrap_or_default();
    owned(variables).collect()
}

/// The path parameter of an event without routes.
fn path_parameter(path: &str) -> Option<(String, String)> {
    route::key_in(path).map(|key| (route::PATH_PARAMETER.to_owned(), key.to_owned()))
}

#[cfg(test)]
mod tests;
