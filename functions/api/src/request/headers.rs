//! Header values as text.

use lambda_http::Request;

/// The values of a header, one for each header line. They come from JSON text, so all of them are UTF-8.
pub fn values<'r>(request: &'r Request, name: &str) -> impl Iterator<Item = &'r str> {
    let values = request.headers().get_all(name).into_iter();
    values.filter_map(|value| str::from_utf8(value.as_bytes()).ok())
}
