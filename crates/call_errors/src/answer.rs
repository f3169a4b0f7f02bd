//! Answers that do not come from a service: a proxy's page, an empty answer, a redirect.

/// The most bytes of an answer that are examined.
const MAX_LOOK: usize = 4096;
/// The most characters of an answer that are quoted.
const MAX_QUOTE: usize = 80;
/// The elements of a page that hold its heading: start of the opening tag, start of the closing tag.
const HEADINGS: [(&str, &str); 2] = [("<title", "</title"), ("<h1", "</h1")];

/// Whether an answer is neither JSON nor a service's XML, nor the beginning of either.
pub fn is_foreign(body: &[u8]) -> bool {
    let text = beginning(body);
    is_html(&text) || !text.starts_with(['{', '[', '"', '<'])
}

/// Describes an answer with this status and body, and its usual cause.
pub fn in_words(status: u16, body: &[u8]) -> String {
    let text = beginning(body);
    let form = match &text {
        empty if empty.is_empty() => "no body",
        page if is_html(page) => "HTML",
        json if json.starts_with(['{', '[']) => "JSON that names no error",
        xml if xml.starts_with('<') => "XML that names no error",
        _ => "text",
    };
    let quote = quote(&text).map(|quote| format!(", `{quote}`,"));
    let quote = quote.as_deref().unwrap_or_default();
    format!(
        "status {status} with {form}{quote} where an answer of the service should be; {}",
        cause(status)
    )
}

fn cause(status: u16) -> &'static str {
    match status {
        300..400 => {
            "the usual cause is the endpoint of another region, or a proxy: check the region and AWS_ENDPOINT_URL"
        }
        403 => "the usual cause is a missing permission, when the service gives no code, or a proxy",
        407 => "a proxy wants credentials",
        429 => "the server that answered gets too many requests; this passes by itself",
        400..500 => "the usual cause is a wrong endpoint or region, or a proxy: check AWS_ENDPOINT_URL and the region",
        500.. => {
            "the usual cause is a proxy or a load balancer in front of the service; if it does not pass, check \
             AWS_ENDPOINT_URL"
        }
        _ => "the usual cause is a proxy, or an endpoint that is another service's: check AWS_ENDPOINT_URL",
    }
}

fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(MAX_LOOK)]);
    text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
        .to_owned()
}

fn is_html(text: &str) -> bool {
    let start: String = text.chars().take(100).collect::<String>().to_ascii_lowercase();
    start.contains("<html") || start.starts_with("<!doctype html") || start.contains("<head") || start.contains("<h1")
}

/// A few words of an answer: the heading of a page, or the first line of a text. Anything that looks like JSON or XML is left
/// out, because it may be the request, sent back.
fn quote(text: &str) -> Option<String> {
    let words = if text.starts_with('<') {
        heading(text)?
    } else {
        text.lines().next()?
    };
    let words = words.split(['{', '[', '<', '"']).next().unwrap_or_default();
    let words: Vec<_> = words.split_whitespace().collect();
    let words = words.join(" ").replace('`', "'");
    let mut visible = words.chars().filter(|character| !character.is_control());
    let mut quote: String = visible.by_ref().take(MAX_QUOTE).collect();
    if visible.next().is_some() {
        quote.push('…');
    }
    (!quote.is_empty()).then_some(quote)
}

fn heading(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    HEADINGS.iter().find_map(|(open, close)| {
        let at = lower.find(open)?;
        let start = at + lower[at..].find('>')? + 1;
        let end = start + lower[start..].find(close)?;
        Some(page[start..end].trim()).filter(|heading| !heading.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_others_are_told_from_those_of_services() {
        for body in ["<html>", "<!DOCTYPE html>", "Bad Gateway", "", "<head><title>x</title>"] {
            assert!(is_foreign(body.as_bytes()), "{body}");
        }
        for body in ["{\"a\":", "[]", "<?xml version=\"1.0\"?><Error>", "<Error>", " {}"] {
            assert!(!is_foreign(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn an_answer_is_described_by_status_form_and_heading() {
        for (status, body, start) in [
            (
                301,
                "",
                "status 301 with no body where an answer of the service should be; the usual cause is the endpoint of another region",
            ),
            (
                502,
                "<HTML><H1 class=x> 502\n Bad  Gateway </H1>",
                "status 502 with HTML, `502 Bad Gateway`, where",
            ),
            (
                503,
                "upstream connect error\nsecret",
                "status 503 with text, `upstream connect error`, where",
            ),
            (
                400,
                "cannot read {\"Item\":\"secret\"}",
                "status 400 with text, `cannot read`, where",
            ),
            (
                400,
                "{\"TableName\":\"secret\"}",
                "status 400 with JSON that names no error where",
            ),
            (404, "<html>secret</html>", "status 404 with HTML where"),
            (429, "<a>", "status 429 with XML that names no error where"),
        ] {
            let text = in_words(status, body.as_bytes());
            assert!(text.starts_with(start), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
        let long = in_words(400, "é".repeat(5000).as_bytes());
        assert!(long.contains(&format!("`{}…`", "é".repeat(80))), "{long}");
    }
}
