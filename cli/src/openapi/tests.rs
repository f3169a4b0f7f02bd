use std::collections::BTreeSet;

use message::KeyType::{N, S};
use message::{KeyAttribute, KeyType, TableKey};
use schema::Outline;
use serde_json::Value;

use super::*;

const DESCRIPTOR: &str = r#"{"resources": [
    {"name": "readings", "s3:keys": ["readings/*"],
     "schema": {"fields": [
        {"name": "id", "constraints": {"required": true}}, {"name": "value", "type": "number"},
        {"name": "ok", "type": "boolean"}, {"name": "raw", "type": "string", "format": "binary"},
        {"name": "tags", "type": "list", "dynamodb:type": "SS"}, {"name": "levels", "type": "list", "dynamodb:type": "NS"},
        {"name": "parts", "type": "list"}, {"name": "more", "type": "object"}]},
     "dynamodb:item": {"none": null, "pk": "A#${id}", "sk": "B#${id}", "a/b~": 1}},
    {"name": "sensors", "s3:keys": ["sensors/*"], "schema": {"fields": [{"name": "id"}, {"name": "value"}]},
     "dynamodb:item": {"pk": "A#${id}", "sk": "B#${id}"}}]}"#;

fn key(partition: (&str, KeyType), sort: Option<(&str, KeyType)>) -> TableKey {
    let attribute = |(name, key_type): (&str, KeyType)| KeyAttribute {
        name: name.to_owned(),
        key_type,
    };
    TableKey {
        partition: attribute(partition),
        sort: sort.map(attribute),
    }
}

fn keys() -> [TableKey; 6] {
    [
        key(("pk", S), Some(("sk", S))),
        key(("id", N), Some(("value", N))),
        key(("id", S), None),
        key(("date", S), Some(("time", S))),
        key(("customer id", S), Some(("s.k", N))),
        key(("a/b{}", S), Some(("c~d", S))),
    ]
}

fn document(key: &TableKey) -> Value {
    let text = of_shape(&Shape::of(&Outline::of(DESCRIPTOR), key)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Collects every text of a document and the names of its members.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            found.push(name);
            texts(value, found);
        }),
        _ => {}
    }
}

/// The parameters of a call, each as `in name`.
fn parameters(document: &Value, path: &str, method: &str) -> BTreeSet<String> {
    let path = &document["paths"][path];
    let of_both = [path, &path[method]].map(|of| of["parameters"].as_array().cloned().unwrap_or_default());
    let resolved = of_both.iter().flatten().map(|parameter| {
        let reference = parameter["$ref"].as_str().unwrap();
        document.pointer(reference.trim_start_matches('#')).unwrap()
    });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    resolved
        .filter(|parameter| parameter["in"] != "header")
        .map(|parameter| format!("{} {}", text(&parameter["in"]), text(&parameter["name"])))
        .collect()
}

#[test]
fn calls_have_the_parameters_of_the_key() {
    let others = ["query limit", "query fields", "query NextToken"];
    let in_order = ["query from", "query to", "query order"];
    for (at, path, item, list) in [
        (
            0,
            "/message/{pk}",
            &["path pk", "query sk"][..],
            [&["query pk"], &others[..], &in_order].concat(),
        ),
        (
            1,
            "/message/{id}",
            &["path id", "query value"],
            [&["query id"], &others[..], &in_order].concat(),
        ),
        (2, "/message/{id}", &["path id"], [&["query id"], &others[..]].concat()),
        (
            5,
            "/message/{key}",
            &["path key", "query c~d"],
            [&["query a/b{}"], &others[..], &in_order].concat(),
        ),
    ] {
        let document = document(&keys()[at]);
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        for method in ["get", "put", "delete"] {
            assert_eq!(parameters(&document, path, method), set(item), "{method} {path}");
        }
        assert_eq!(parameters(&document, "/message", "get"), set(&list), "{path}");
        assert_eq!(parameters(&document, "/message", "post"), set(&[]), "{path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_referred_to() {
    for key in keys() {
        let document = document(&key);
        let mut found = Vec::new();
        texts(&document, &mut found);
        let references: BTreeSet<_> = found
            .into_iter()
            .filter(|text| text.starts_with("#/components/"))
            .collect();
        for reference in &references {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        }
        for kind in ["schemas", "parameters", "examples", "headers", "responses", "links"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                let reference = format!("#/components/{kind}/{name}");
                assert!(references.contains(reference.as_str()), "{reference}: {key:?}");
            }
        }
    }
}

#[test]
fn nothing_is_said_of_the_messages_of_the_sample() {
    for key in keys().into_iter().filter(|key| key.partition.name != "date") {
        let document = document(&key);
        let mut found = Vec::new();
        texts(&document, &mut found);
        for text in found {
            for word in [
                "UTC",
                "`date`",
                "`time`",
                "{date}",
                "date and time",
                "easure",
                "local_",
                "remote_",
                "2001",
                "09:",
                "HH:MM",
                "wire",
                "calendar",
                "earli",
                "later than",
            ] {
                assert!(!text.contains(word), "{word}: {text}");
            }
            assert!(
                key.sort.is_some() || !text.contains("`from`") && !text.contains("`order`"),
                "{text}"
            );
        }
    }
}

#[test]
fn attributes_have_the_types_that_files_give_them() {
    let document = document(&keys()[0]);
    let properties = &document["components"]["schemas"]["Changes"]["properties"];
    let schema = |name: &str| properties[name].to_string();
    for (name, part) in [
        ("pk", "schemas/PartitionKey"),
        ("sk", "schemas/SortKey"),
        ("id", "schemas/Text"),
        ("a/b~", "schemas/Number"),
        ("ok", "\"boolean\""),
        ("none", "\"null\""),
        ("raw", "\"base64\""),
        ("tags", "schemas/Text"),
        ("levels", "schemas/Number"),
        ("parts", "\"array\""),
        ("more", "\"object\""),
    ] {
        assert!(schema(name).contains(part), "{name}: {}", schema(name));
    }
    let either = schema("value");
    assert!(
        either.contains("schemas/Number") && either.contains("schemas/Text"),
        "{either}"
    );
    assert_eq!(
        document["components"]["schemas"]["Item"]["allOf"][1]["required"],
        serde_json::json!(["pk", "sk"])
    );
    let example = &document["components"]["examples"]["Message"]["value"]["Item"];
    assert_eq!(
        (&example["pk"], &example["ok"], &example["value"]),
        (&"a".into(), &true.into(), &5.55.into())
    );
}

#[test]
fn a_location_has_the_form_that_is_documented() {
    for (at, pattern, example) in [
        (
            0,
            r"^message/[A-Za-z0-9%._~-]+\?sk=[A-Za-z0-9%._~-]+$",
            "message/a?sk=m",
        ),
        (
            1,
            r"^message/[A-Za-z0-9%._~-]+\?value=[A-Za-z0-9%._~-]+$",
            "message/1?value=7",
        ),
        (2, r"^message/[A-Za-z0-9%._~-]+$", "message/a"),
        (
            4,
            r"^message/[A-Za-z0-9%._~-]+\?s\.k=[A-Za-z0-9%._~-]+$",
            "message/a?s.k=7",
        ),
    ] {
        let document = document(&keys()[at]);
        let location = &document["components"]["headers"]["Location"];
        assert_eq!(
            (&location["schema"]["pattern"], &location["example"]),
            (&pattern.into(), &example.into())
        );
    }
    let document = document(&keys()[5]);
    let parameters = &document["components"]["links"]["Get"]["parameters"];
    let expected =
        serde_json::json!({"path.key": "$response.body#/Item/a~1b{}", "query.c~d": "$response.body#/Item/c~0d"});
    assert_eq!(*parameters, expected);
}

#[test]
fn a_source_of_another_structure_is_an_error() {
    let mut document = Document::read("info: { summary: x }").unwrap();
    texts::write(&mut document, &Shape::of(&Outline::of(DESCRIPTOR), &keys()[0]));
    let error = document.into_json().unwrap_err().to_string();
    assert!(
        error.starts_with("the document of the API lacks /info/description, "),
        "{error}"
    );
}
