//! The paths, parameters and links that name the key.

use message::{KeyAttribute, KeyType, MAX_PARTITION_BYTES, MAX_SORT_BYTES};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use yaml_serde::Value;

use super::document::{Document, object, pointer_step, reference};
use super::shape::Shape;

/// The characters that the API percent-encodes in `Location`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The pattern of a text that is percent-encoded like that.
const ENCODED: &str = "[A-Za-z0-9%._~-]+";

/// Writes the names of the key into paths, parameters, headers and links.
pub fn write(document: &mut Document, shape: &Shape) {
    let (partition, sort) = (&shape.key.partition, shape.key.sort.as_ref());
    document.set(
        "/components/schemas/Date",
        schema(partition, "partition", MAX_PARTITION_BYTES, shape),
    );
    document.rename_component("schemas", "Date", "PartitionKey");
    for (old, new, name) in [
        ("PathDate", "PathKey", path_name(shape)),
        ("ListDate", "ListKey", &partition.name),
    ] {
        document.set(&format!("/components/parameters/{old}/name"), name);
        document.set(&format!("/components/parameters/{old}/example"), example(shape, 0));
        document.rename_component("parameters", old, new);
    }
    if let Some(sort) = sort {
        document.set("/components/schemas/Time", schema(sort, "sort", MAX_SORT_BYTES, shape));
        document.rename_component("schemas", "Time", "SortKey");
        document.set("/components/parameters/Time/name", sort.name.as_str());
        document.set("/components/parameters/Time/example", example(shape, 1));
        document.rename_component("parameters", "Time", "SortKey");
        let (from, to): (Value, Value) = match sort.key_type {
            KeyType::S => ("a".into(), "z".into()),
            KeyType::N => (1.into(), 10.into()),
        };
        document.set("/components/parameters/From/example", from);
        document.set("/components/parameters/To/example", to);
    } else {
        document.remove("/components/schemas", "Time");
        for name in ["Time", "From", "To", "Order"] {
            document.remove_parameter(name);
        }
    }
    write_addresses(document, shape);
}

/// Writes the address of an item in paths, in `Location` and in links.
fn write_addresses(document: &mut Document, shape: &Shape) {
    document.rename(
        "/paths",
        "/message/{date}",
        &format!("/message/{{{}}}", path_name(shape)),
    );
    let path = format!("message/{}", plain(&example(shape, 0)));
    let mut parameters = vec![link("path", path_name(shape), &shape.key.partition.name)];
    let (pattern, location) = match &shape.key.sort {
        Some(sort) => {
            parameters.push(link("query", &sort.name, &sort.name));
            let name = utf8_percent_encode(&sort.name, RESERVED).to_string();
            let escaped = name.replace('.', "\\.");
            (
                format!("^message/{ENCODED}\\?{escaped}={ENCODED}$"),
                format!("{path}?{name}={}", plain(&example(shape, 1))),
            )
        }
        None => (format!("^message/{ENCODED}$"), path),
    };
    document.set("/components/headers/Location/schema/pattern", pattern);
    document.set("/components/headers/Location/example", location);
    for link in ["Get", "Change", "Delete"] {
        let parameters = parameters.iter().cloned().collect();
        document.set(
            &format!("/components/links/{link}/parameters"),
            Value::Mapping(parameters),
        );
    }
}

/// The name of the path parameter: that of the partition key, or `key` if a path template cannot hold that name.
pub fn path_name(shape: &Shape) -> &str {
    let name = shape.key.partition.name.as_str();
    if name.contains(['{', '}', '/', '?', '#']) {
        "key"
    } else {
        name
    }
}

/// The parameter of a link, and the place in the response that its value comes from.
fn link(part: &str, name: &str, attribute: &str) -> (Value, Value) {
    let place = format!("$response.body#/Item/{}", pointer_step(attribute));
    (format!("{part}.{name}").into(), place.into())
}

fn schema(attribute: &KeyAttribute, role: &str, most_bytes: usize, shape: &Shape) -> Value {
    let KeyAttribute { name, key_type } = attribute;
    let examples = shape
        .key_examples()
        .filter(|(of, _)| of == name)
        .map(|(_, value)| value);
    let examples = Value::Sequence(examples.collect());
    match key_type {
        KeyType::S => object([
            ("type", "string".into()),
            (
                "description",
                format!("The {role} key: a text of 1 to {most_bytes} bytes in UTF-8.").into(),
            ),
            ("minLength", 1.into()),
            ("maxLength", most_bytes.into()),
            ("examples", examples),
        ]),
        KeyType::N => object([
            (
                "description",
                format!("The {role} key: a number. `7` and `7.0` are one key.").into(),
            ),
            ("allOf", vec![reference("/components/schemas/Number")].into()),
            ("examples", examples),
        ]),
    }
}

/// The example of the partition key (part 0) or of the sort key (part 1).
fn example(shape: &Shape, part: usize) -> Value {
    let mut examples = shape.key_examples();
    examples.nth(part).map(|(_, value)| value).unwrap_or_default()
}

/// An example, which is a text or a whole number, as it stands in a URL.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.as_i64().unwrap_or_default().to_string(), str::to_owned)
}
