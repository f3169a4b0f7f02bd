use proptest::prelude::*;

use super::*;

fn any_text(json: &str) -> Option<Cow<'_, str>> {
    let mut scanner = Scanner::new(json);
    let text = scanner.any_text()?;
    scanner.end()?;
    Some(text)
}

fn plain_text(json: &str) -> Option<&str> {
    let mut scanner = Scanner::new(json);
    let text = scanner.plain_text()?;
    scanner.end()?;
    Some(text)
}

#[test]
fn a_text_without_escapes_is_a_part_of_the_json() {
    for text in ["", "a", "1234567", "12345678", "a text of more than two words, é"] {
        let json = format!(" \"{text}\" ");
        assert!(
            matches!(any_text(&json), Some(Cow::Borrowed(found)) if found == text),
            "{json}"
        );
        assert_eq!(plain_text(&json), Some(text));
    }
}

#[test]
fn escapes_are_decoded() {
    for (json, text) in [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\u20AC\ud83d\uDE00\u0000""#, "Aé€😀\0"),
        (
            r#""1234567\n12345678\n123456789\né""#,
            "1234567\n12345678\n123456789\né",
        ),
    ] {
        assert_eq!(any_text(json).as_deref(), Some(text), "{json}");
        assert_eq!(plain_text(json), None, "{json}");
    }
    let long = "\\\"a text".repeat(1000);
    assert_eq!(any_text(&format!("\"{long}\"")).unwrap(), long.replace('\\', ""));
}

#[test]
fn what_is_no_text_is_not_read() {
    for json in [
        "",
        "\"",
        "\"a",
        "5",
        "null",
        "\"a\"b",
        r#""\"#,
        r#""\""#,
        r#""\x""#,
        r#""\u""#,
        r#""\u123""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\n""#,
        r#""\ud800\u0041""#,
        "\"\n\"",
        "\"12345678\u{1f}\"",
        "\"\\n12345678\0\"",
    ] {
        assert_eq!(any_text(json), None, "{json}");
    }
}

#[test]
fn objects_and_lists_have_no_comma_too_many() {
    let read = |json| {
        let (mut scanner, mut read) = (Scanner::new(json), Vec::new());
        scanner.object(|scanner, name| {
            read.push(name);
            scanner.list(|scanner| {
                read.push(scanner.plain_text()?);
                Some(())
            })
        })?;
        scanner.end()?;
        Some(read.concat())
    };
    for (json, names) in [
        ("{}", ""),
        (" { } ", ""),
        ("{\"a\":[]}", "a"),
        ("{ \"a\" :\n[ \"b\" ,\t\"c\" ] , \"d\":[]\r\n}", "abcd"),
    ] {
        assert_eq!(read(json).as_deref(), Some(names), "{json}");
    }
    for json in [
        "",
        "[]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":[",
        "{\"a\":[]",
        "{\"a\":[],}",
        "{,}",
        "{\"a\":[\"b\",]}",
        "{\"a\":[,]}",
        "{\"a\" []}",
        "{\"a\":[]\"b\":[]}",
        "{\"a\":[\"b\"\"c\"]}",
        "{} {}",
        "{\u{a0}}",
        "{\"\\u0061\":[]}",
    ] {
        assert_eq!(read(json), None, "{json}");
    }
}

proptest! {
    #[test]
    fn a_text_is_read_as_serde_json_reads_it(content in r#"([ -~\n é€😀]|\\["\\/bfnrtux]|\\u[0-9a-fA-F]{4}|\\ud83d\\ude0[0-9]){0,40}"#) {
        let json = format!("\"{content}\"");
        let expected = serde_json::from_str::<String>(&json).ok();
        let read = any_text(&json);
        prop_assert_eq!(read.as_deref(), expected.as_deref());
        let is_plain = expected.as_deref() == Some(content.as_str());
        prop_assert_eq!(plain_text(&json), is_plain.then_some(content.as_str()));
    }
}
