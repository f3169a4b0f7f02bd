//! The five calls of the API, each with a method and a path.

/// A call of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET /message`
    ListMessages,
    /// `GET /message/{date}?time=`
    GetMessage,
    /// `POST /message`
    PostMessage,
    /// `PUT /message/{date}?time=`
    PutMessage,
    /// `DELETE /message/{date}?time=`
    DeleteMessage,
}

/// The path of all messages.
pub const MESSAGES: &str = "/message";
/// The template of a message's path.
pub const MESSAGE: &str = "/message/{date}";

impl Route {
    /// The HTTP method.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::ListMessages | Self::GetMessage => "GET",
            Self::PostMessage => "POST",
            Self::PutMessage => "PUT",
            Self::DeleteMessage => "DELETE",
        }
    }

    /// Whether a request of the route has a body.
    #[must_use]
    pub fn takes_body(self) -> bool {
        matches!(self, Self::PostMessage | Self::PutMessage)
    }

    /// The name of the function that serves the route, in its logs, metrics and traces.
    #[must_use]
    pub fn service(self) -> &'static str {
        match self {
            Self::ListMessages => "get-messages",
            Self::GetMessage => "get-message",
            Self::PostMessage => "post-message",
            Self::PutMessage => "put-message",
            Self::DeleteMessage => "delete-message",
        }
    }

    /// The template of the path.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::ListMessages | Self::PostMessage => MESSAGES,
            Self::GetMessage | Self::PutMessage | Self::DeleteMessage => MESSAGE,
        }
    }
}

/// The name of the path parameter in [`MESSAGE`]: the partition key, whatever its name in the table.
pub const PATH_PARAMETER: &str = "date";

/// The template that a path matches, [`MESSAGES`] or [`MESSAGE`]. A stage or a base path may precede it.
#[must_use]
pub fn template_of(path: &str) -> Option<&'static str> {
    if path.ends_with(MESSAGES) {
        return Some(MESSAGES);
    }
    key_in(path).map(|_| MESSAGE)
}

/// The partition key in a path that matches [`MESSAGE`], percent-encoded as it is in the path.
#[must_use]
pub fn key_in(path: &str) -> Option<&str> {
    let (parent, key) = path.rsplit_once('/')?;
    (parent.ends_with(MESSAGES) && !key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_its_template_behind_any_base_path() {
        for (path, template, key) in [
            ("/message", Some(MESSAGES), None),
            ("/Prod/message", Some(MESSAGES), None),
            ("/message/2001-01-01", Some(MESSAGE), Some("2001-01-01")),
            ("/v1/message/2001%2D01-01", Some(MESSAGE), Some("2001%2D01-01")),
            ("/message/", None, None),
            ("/message/2001-01-01/more", None, None),
            ("/messages", None, None),
            ("/", None, None),
            ("", None, None),
        ] {
            assert_eq!((template_of(path), key_in(path)), (template, key), "{path}");
        }
    }
}
