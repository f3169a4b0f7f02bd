//! The schemas and examples of items.

use yaml_serde::{Mapping, Value};

use super::document::{Document, object, pointer_step, reference};
use super::shape::{Attribute, Shape};

/// Writes the attributes of a table's items into schemas and examples.
pub fn write(document: &mut Document, shape: &Shape) {
    write_schemas(document, shape);
    write_examples(document, shape);
}

fn write_schemas(document: &mut Document, shape: &Shape) {
    let names: Vec<Value> = shape.key.attributes().map(|part| part.name.as_str().into()).collect();
    let key = key_schemas(shape);
    let attributes = shape
        .attributes
        .iter()
        .map(|attribute| (attribute.name.as_str().into(), schema(attribute)));
    let properties: Mapping = key.clone().into_iter().chain(attributes).collect();
    let schemas = "/components/schemas";
    document.set(&format!("{schemas}/Changes/properties"), Value::Mapping(properties));
    document.set(&format!("{schemas}/StoredItem/properties"), Value::Mapping(key));
    document.set(&format!("{schemas}/Item/allOf/1/required"), names.clone());
    document.set(
        &format!("{schemas}/PlainUpdate/properties/Remove/items/not/enum"),
        names.clone(),
    );
    let got = "/paths/~1message~1{date}/get/responses/200/content/application~1json/schema/properties/Item";
    document.set(&format!("{got}/allOf/1/required"), names);
    let pointer = format!("/Item/{}", pointer_step(&shape.key.partition.name));
    document.set(&format!("{schemas}/Mistake/properties/pointer/examples/0"), pointer);
}

/// The schemas of the key attributes, by their names.
fn key_schemas(shape: &Shape) -> Mapping {
    let names = shape.key.attributes().map(|part| part.name.as_str().into());
    // `key::write` renames these components later, with the references to them.
    let schemas = ["Date", "Time"].map(|name| reference(&format!("/components/schemas/{name}")));
    names.zip(schemas).collect()
}

fn schema(attribute: &Attribute) -> Value {
    let mut schemas: Vec<_> = attribute
        .descriptors
        .iter()
        .map(|descriptor| of_type(descriptor))
        .collect();
    match schemas.len() {
        1 => schemas.remove(0),
        _ => object([("anyOf", schemas.into())]),
    }
}

/// The schema of a DynamoDB type in plain JSON.
fn of_type(descriptor: &str) -> Value {
    let typed = |name: &str| object([("type", name.into())]);
    let set = |name: &str, of: &str| {
        object([
            ("type", "array".into()),
            (
                "description",
                format!("A set of {of}. Sent to this API, it is stored as a list.").into(),
            ),
            ("items", reference(&format!("/components/schemas/{name}"))),
        ])
    };
    match descriptor {
        "N" => reference("/components/schemas/Number"),
        "B" => object([
            ("type", "string".into()),
            (
                "description",
                "Bytes, as base64 text. Sent to this API, they are stored as that text.".into(),
            ),
            ("contentEncoding", "base64".into()),
        ]),
        "BOOL" => typed("boolean"),
        "NULL" => typed("null"),
        "L" => typed("array"),
        "M" => typed("object"),
        "SS" => set("Text", "texts"),
        "NS" => set("Number", "numbers"),
        _ => reference("/components/schemas/Text"),
    }
}

fn write_examples(document: &mut Document, shape: &Shape) {
    let owned = |(name, value): (&str, Value)| (Value::from(name), value);
    let key = shape.key_examples().map(owned);
    let attributes = shape
        .attributes
        .iter()
        .map(|attribute| (attribute.name.as_str().into(), attribute.example()));
    let item = Value::Mapping(key.chain(attributes).collect());
    let examples = "/components/examples";
    document.set(&format!("{examples}/Message/value/Item"), item.clone());
    for page in ["FirstPage", "Page"] {
        document.set(&format!("{examples}/{page}/value/Items"), vec![item.clone()]);
    }

    let changed = shape.attributes.first().cloned().unwrap_or_else(|| Attribute {
        name: "note".to_owned(),
        descriptors: vec!["S"],
    });
    let removed = shape
        .attributes
        .get(1)
        .map_or("remark", |attribute| attribute.name.as_str());
    let plain = object([
        ("Item", object([(&changed.name, changed.example())])),
        ("Remove", vec![Value::from(removed)].into()),
    ]);
    document.set(&format!("{examples}/PlainUpdate/value"), plain);
    let expression = object([
        ("UpdateExpression", "SET #name = :value".into()),
        (
            "ExpressionAttributeNames",
            object([("#name", changed.name.as_str().into())]),
        ),
        ("ExpressionAttributeValues", object([(":value", changed.example())])),
    ]);
    document.set(&format!("{examples}/UpdateExpression/value"), expression);

    let fields = shape.key.attributes().map(|part| &part.name);
    let fields = fields.chain(shape.attributes.iter().map(|attribute| &attribute.name));
    let fields = fields.filter(|name| name.len() <= 255 && !name.contains(',')).take(3);
    let fields: Vec<Value> = fields.map(|name| name.as_str().into()).collect();
    document.set("/components/parameters/Fields/example", fields);
}
