//! Properties and values that are refused, with their reasons.

use serde_json::{Value, json};

use crate::support::{by_id, faults, with, with_fields};

/// The faults of a field with these members.
fn of_field(members: &Value) -> Vec<String> {
    let mut field = json!({"name": "x", "type": "string"});
    for (name, value) in members.as_object().unwrap() {
        field[name] = value.clone();
    }
    let pointer = "/resources/0/schema/fields/1";
    let found = faults(&with_fields(&json!([field])), &by_id());
    found
        .into_iter()
        .map(|fault| fault.strip_prefix(pointer).unwrap_or(&fault).to_owned())
        .collect()
}

/// The faults of a resource with another member.
fn of_resource(name: &str, value: Value) -> Vec<String> {
    let found = faults(&with(with_fields(&json!([])), name, value), &by_id());
    found
        .into_iter()
        .map(|fault| fault.strip_prefix("/resources/0").unwrap_or(&fault).to_owned())
        .collect()
}

#[test]
fn resources_are_refused_with_reasons() {
    for (name, value, fault) in [
        (
            "path",
            json!("https://example.org/a.csv"),
            "/path: is not supported: nothing is fetched; name a local sample, and the objects in `s3:keys`",
        ),
        (
            "path",
            json!(["a.csv", "b.csv"]),
            "/path: must be one path: several would make one table; give each kind of file a resource with its `s3:keys`, not an array",
        ),
        (
            "path",
            json!("../a.csv"),
            "/path: must be relative and must not leave the folder, as the standard says",
        ),
        (
            "data",
            json!([]),
            "/data: is not supported: rows come from objects; put them into a file and name a local sample in `path`",
        ),
        ("type", json!("json"), "/type: must be one of \"table\", not \"json\""),
        (
            "schema",
            json!("schema.json"),
            "/schema: must be written out here; a path or address to another file is not followed",
        ),
        (
            "dynamodb:write",
            json!("upsert"),
            "/dynamodb:write: must be one of \"replace\", \"latest\", \"create\", \"merge\", \"delete\", not \"upsert\"",
        ),
        ("dynamodb:ttl", json!(1), "/dynamodb:ttl: no such property; remove it"),
        (
            "s3:keys",
            json!(["/a/*"]),
            "/s3:keys/0: begins with `/`, which keys do not; remove it",
        ),
        (
            "dynamodb:unknown",
            json!("keep"),
            "/dynamodb:unknown: has no effect: `fieldsMatch` allows no unknown columns; make it `subset` or `partial`",
        ),
        (
            "compression",
            json!("zip"),
            "/compression: must be one of \"gz\", \"zst\", not \"zip\"",
        ),
        (
            "dynamodb:item",
            json!({"": 1}),
            "/dynamodb:item/: has an empty name, which DynamoDB does not take",
        ),
        (
            "dynamodb:item",
            json!({"$order": 1}),
            "/dynamodb:item/$order: makes the attribute \"$order\", which is reserved for this product",
        ),
        (
            "dynamodb:item",
            json!({"n": 1e126}),
            "/dynamodb:item/n: is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude",
        ),
    ] {
        let found = of_resource(name, value);
        assert_eq!(
            found.iter().find(|found| **found == fault),
            Some(&fault.to_owned()),
            "{found:?}"
        );
    }
}

#[test]
fn dialects_are_refused_with_reasons() {
    for (dialect, fault) in [
        (
            json!({"delimiter": "é"}),
            "/dialect/delimiter: must be one ASCII character other than a quotation mark and a line end",
        ),
        (
            json!({"delimiter": "::"}),
            "/dialect/delimiter: must be a string of one character, not \"::\"",
        ),
        (
            json!({"doubleQuote": false}),
            "/dialect/doubleQuote: is not supported: a quotation mark in a quoted cell is written twice; write the file so",
        ),
        (
            json!({"headerRows": [1, 2]}),
            "/dialect/headerRows: is not supported: the names are in one row",
        ),
        (
            json!({"headerRows": []}),
            "/dialect/headerRows: is empty; write `\"header\": false` when there are no names",
        ),
        (
            json!({"headerRows": [0]}),
            "/dialect/headerRows: must be an array of row numbers, counted from 1, not an array of other values",
        ),
        (
            json!({"headerRows": [2], "commentRows": [2]}),
            "/dialect/commentRows: names the row that has the names of the columns",
        ),
        (
            json!({"header": false}),
            "/dialect/header: needs `delimiter`, which is detected by the names of the columns: write it, such as `\"delimiter\": \",\"`",
        ),
        (
            json!({"header": false, "delimiter": ";", "headerRows": [1]}),
            "/dialect/headerRows: contradicts `header`, which says that there are no names",
        ),
        (
            json!({"headerJoin": " "}),
            "/dialect/headerJoin: is not supported: the names are in one row",
        ),
        (
            json!({"commentChar": ";", "delimiter": ";"}),
            "/dialect/commentChar: begins with the delimiter or a quotation mark, or has a line end, which rows of data may have, too",
        ),
        (
            json!({"commentChar": ";"}),
            "/dialect/commentChar: begins with a character that may be detected as the delimiter, so that rows of data may begin \
             with it, too; write `delimiter`",
        ),
    ] {
        assert_eq!(of_resource("dialect", dialect), [fault]);
    }
}

#[test]
fn types_are_refused_with_reasons() {
    for (members, fault) in [
        (
            json!({"type": "duration"}),
            "/type: is not supported: DynamoDB has no durations; read it as a string",
        ),
        (
            json!({"type": "geopoint"}),
            "/type: is not supported: read it as a string, or as two numbers",
        ),
        (
            json!({"type": "geojson"}),
            "/type: is not supported: read it as an object",
        ),
        (
            json!({"type": "any"}),
            "/type: is not supported: each column has a type; read it as a string",
        ),
        (
            json!({"format": "email"}),
            "/format: is not supported: of strings, only `binary` is read; leave the format out",
        ),
        (
            json!({"type": "date", "format": "any"}),
            "/format: is not supported: day and month can be confused; write directives such as %d.%m.%Y",
        ),
        (json!({"type": "date", "format": "%d.%m"}), "/format: has no year"),
        (
            json!({"decimalChar": ","}),
            "/decimalChar: has no effect on the type string; it belongs to number",
        ),
        (
            json!({"type": "number", "groupChar": "."}),
            "/groupChar: is the decimal character, too",
        ),
        (
            json!({"type": "number", "decimalChar": "1"}),
            "/decimalChar: cannot be a digit, a sign or `e`, which numbers have in any notation",
        ),
        (
            json!({"type": "boolean", "trueValues": ["0"]}),
            "/trueValues: `0` would mean true and false",
        ),
        (
            json!({"type": "boolean", "trueValues": ["ja", "Yes "]}),
            "/trueValues: `Yes ` has white space around it, which is removed from cells before they are compared; write `Yes`",
        ),
        (
            json!({"type": "boolean", "trueValues": ["x"], "falseValues": [""]}),
            "/falseValues: `` is a missing value, so it would never mean false; give the field `missingValues` without it, such as []",
        ),
        (
            json!({"type": "boolean", "trueValues": ["x", "?"], "missingValues": ["", "?"]}),
            "/trueValues: `?` is a missing value, so it would never mean true; give the field `missingValues` without it, such as []",
        ),
        (
            json!({"type": "datetime", "dynamodb:timeZone": "Europe/Berlim"}),
            "/dynamodb:timeZone: must be the IANA name of a time zone, such as Europe/Berlin, not \"Europe/Berlim\"; did you mean \"Europe/Berlin\"?",
        ),
        (
            json!({"type": "datetime", "dynamodb:ambiguous": "later"}),
            "/dynamodb:ambiguous: has no effect without `dynamodb:timeZone`",
        ),
        (
            json!({"type": "datetime", "format": "%Y-%m-%dT%H%z", "dynamodb:timeZone": "UTC"}),
            "/dynamodb:timeZone: has no effect, since each time says its offset by %z in `format`",
        ),
    ] {
        let found = of_field(&members);
        assert_eq!(
            found.iter().find(|found| **found == fault),
            Some(&fault.to_owned()),
            "{found:?}"
        );
    }
}

#[test]
fn attributes_and_constraints_are_refused_with_reasons() {
    for (members, fault) in [
        (
            json!({"type": "list", "dynamodb:type": "NS"}),
            "/dynamodb:type: cannot store elements of type string; it is for integer, number",
        ),
        (
            json!({"dynamodb:type": "N"}),
            "/dynamodb:type: a string cannot be stored as N, only as S",
        ),
        (
            json!({"dynamodb:epoch": "s"}),
            "/dynamodb:epoch: has no effect on the type string; it belongs to number, integer",
        ),
        (
            json!({"dynamodb:attribute": "id"}),
            ": makes the attribute \"id\", as /resources/0/schema/fields/0 does; name another in `dynamodb:attribute`",
        ),
        (
            json!({"dynamodb:attribute": "$revision"}),
            ": makes the attribute \"$revision\", which is reserved for this product",
        ),
        (
            json!({"dynamodb:attribute": ""}),
            "/dynamodb:attribute: must be a string that is not empty, or null, not an empty string",
        ),
        (
            json!({"dynamodb:default": "${id}"}),
            "/dynamodb:default: has a template, which is filled in only in `dynamodb:item`: write the text of a cell, or make the \
             attribute in `dynamodb:item`",
        ),
        (
            json!({"dynamodb:missing": "null", "dynamodb:attribute": null}),
            "/dynamodb:missing: has no effect, since `dynamodb:attribute` says that the field is not stored",
        ),
        (
            json!({"dynamodb:missing": "null", "dynamodb:default": "x"}),
            "/dynamodb:missing: has no effect, since `dynamodb:default` replaces a missing value",
        ),
        (json!({"name": "id"}), "/name: another field is called \"id\", too"),
        (
            json!({"name": "$line"}),
            "/name: has another meaning in templates; no field can be called \"$line\"",
        ),
        (
            json!({"name": " $Line"}),
            "/name: has another meaning in templates; no field can be called \" $Line\"",
        ),
        (
            json!({"dynamodb:missing": "null", "constraints": {"required": true}}),
            "/dynamodb:missing: has no effect, since a row without a value is rejected (`required`)",
        ),
        (
            json!({"constraints": {"unique": true}}),
            "/constraints/unique: is not supported: rows are not compared with each other; equal keys of the table are counted as collisions",
        ),
        (
            json!({"constraints": {"jsonSchema": {}}}),
            "/constraints/jsonSchema: is not supported: objects and arrays are not checked; check them where the data is made",
        ),
        (
            json!({"constraints": {"minimum": 1}}),
            "/constraints/minimum: is not checked for the type string",
        ),
        (
            json!({"type": "number", "constraints": {"minimum": "x"}}),
            "/constraints/minimum: must be a number such as 4.39 or -1.5e3, without separators or units",
        ),
        (
            json!({"type": "number", "constraints": {"minimum": 2, "maximum": 1}}),
            "/constraints/maximum: is less than `minimum`: no cell could satisfy both",
        ),
        (
            json!({"constraints": {"minLength": 2, "maxLength": 1}}),
            "/constraints/maxLength: is less than `minLength`: no cell could satisfy both",
        ),
        (
            json!({"constraints": {"required": "yes"}}),
            "/constraints/required: must be true or false, not \"yes\"",
        ),
        (
            json!({"missingValues": ["", 1]}),
            "/missingValues: must be an array of strings, not an array of other values",
        ),
        (
            json!({"example": "x"}),
            "/example: is not supported: nothing here reads it; remove it",
        ),
    ] {
        let found = of_field(&members);
        assert_eq!(
            found.iter().find(|found| **found == fault),
            Some(&fault.to_owned()),
            "{found:?}"
        );
    }
}

#[test]
fn a_name_is_no_template() {
    assert_eq!(
        of_field(&json!({"dynamodb:attribute": "${id}"})),
        [
            "/dynamodb:attribute: has a template, which is filled in only in values: write a plain name, or make the attribute in \
          `dynamodb:item`"
        ]
    );
}

#[test]
fn columns_without_names_cannot_be_kept() {
    let mut descriptor = with(
        with_fields(&json!([])),
        "dialect",
        json!({"header": false, "delimiter": ","}),
    );
    descriptor["resources"][0]["schema"]["fieldsMatch"] = json!(["subset"]);
    let found = faults(&with(descriptor, "dynamodb:unknown", json!("keep")), &by_id());
    assert_eq!(
        found,
        ["/resources/0/dynamodb:unknown: has no effect: without a header, columns without a field have no name"]
    );
}
