//! How templates are filled from a row and its object.

use serde_json::{Value, json};

use crate::support::{INGEST, OBJECT, by_id, faults, item, with, with_fields};

fn templates(fields: &Value, templates: &Value, cells: &[&str]) -> Result<Value, String> {
    item(
        &with(with_fields(fields), "dynamodb:item", templates.clone()),
        &by_id(),
        cells,
    )
}

#[test]
fn a_lone_field_keeps_its_type() {
    let fields = json!([
        {"name": "n", "type": "number"}, {"name": "b", "type": "boolean"}, {"name": "l", "type": "list"},
        {"name": "o", "type": "object"}, {"name": "t", "type": "number", "dynamodb:type": "S"},
    ]);
    let item = json!({"N": "${n}", "B": "${b}", "L": "${l}", "O": "${o}", "T": "${t}", "text": "${n}/${b}/${t}", "m": {"n": "${n}"}});
    let found = templates(&fields, &item, &["1", "7.0", "true", "a", "{}", "1.50"]).unwrap();
    assert_eq!(found["N"], json!({"N": "7.0"}));
    assert_eq!(found["B"], json!({"BOOL": true}));
    assert_eq!(found["L"], json!({"L": [{"S": "a"}]}));
    assert_eq!(found["O"], json!({"M": {}}));
    assert_eq!(found["T"], json!({"S": "1.50"}));
    assert_eq!(found["text"], json!({"S": "7.0/true/1.50"}));
    assert_eq!(found["m"], json!({"M": {"n": {"N": "7.0"}}}));
}

#[test]
fn json_makes_attribute_values() {
    let item = json!({"a": null, "b": [1.50, "x", [], {}], "c": {"d": {"e": false}}, "f": "", "g": "$${x} costs 5$"});
    let found = templates(&json!([]), &item, &["1"]).unwrap();
    assert_eq!(found["a"], json!({"NULL": true}));
    assert_eq!(
        found["b"],
        json!({"L": [{"N": "1.5"}, {"S": "x"}, {"L": []}, {"M": {}}]})
    );
    assert_eq!(found["c"], json!({"M": {"d": {"M": {"e": {"BOOL": false}}}}}));
    assert_eq!(found["f"], json!({"S": ""}));
    assert_eq!(found["g"], json!({"S": "${x} costs 5$"}));
}

#[test]
fn times_are_written_in_utc_and_cut() {
    let fields = json!([{"name": "t", "type": "datetime", "dynamodb:timeZone": "Asia/Tokyo"}]);
    let item = json!({
        "a": "${t:%Y%m%d %H:%M:%S}", "b": "${t:%j.%3f.%6f.%9f}", "c": "${t:epoch}", "d": "${t:epoch_ms-6h}", "e": "at ${t:epoch+1d}",
        "f": "${t:\"%Y\"}",
    });
    let found = templates(&fields, &item, &["1", "2024-01-01T08:59:59.9999996"]).unwrap();
    assert_eq!(found["a"], json!({"S": "20231231 23:59:59"}));
    assert_eq!(found["b"], json!({"S": "365.999.999999.999999600"}));
    assert_eq!(found["c"], json!({"N": "1704067199"}));
    assert_eq!(found["d"], json!({"N": "1704045599999"}));
    assert_eq!(found["e"], json!({"S": "at 1704153599"}));
    assert_eq!(found["f"], json!({"S": "\"2023\""}));
    let before = templates(
        &json!([{"name": "t", "type": "number", "dynamodb:epoch": "s"}]),
        &json!({"a": "${t:epoch}", "b": "${t:epoch_ms}"}),
        &["1", "-0.5"],
    );
    assert_eq!(before.unwrap()["a"], json!({"N": "-1"}));
}

#[test]
fn integers_are_padded() {
    let fields = json!([{"name": "i", "type": "integer"}]);
    let item = json!({"p": "${i:08d}"});
    assert_eq!(
        templates(&fields, &item, &["1", "0042"]).unwrap()["p"],
        json!({"S": "00000042"})
    );
    assert_eq!(
        templates(&fields, &item, &["1", "-0"]).unwrap()["p"],
        json!({"S": "00000000"})
    );
    assert_eq!(
        templates(&fields, &item, &["1", "-1"]).unwrap_err(),
        "p needs i, which is negative; negative numbers are not padded"
    );
    assert_eq!(
        templates(&fields, &item, &["1", "123456789"]).unwrap_err(),
        "p needs i, which has more than 8 digits"
    );
}

#[test]
fn shards_are_those_of_crc_32() {
    let fields = json!([{"name": "x", "type": "string"}, {"name": "n", "type": "number"}]);
    let item = json!({"s": "${x:shard=8}", "t": "#${x:shard=1000}", "n": "${n:shard=8}"});
    // zlib.crc32(b"123456789") is 0xCBF43926.
    let found = templates(&fields, &item, &["1", "123456789", "7.0"]).unwrap();
    assert_eq!(found["s"], json!({"N": (0xCBF4_3926_u32 % 8).to_string()}));
    assert_eq!(found["t"], json!({"S": format!("#{}", 0xCBF4_3926_u32 % 1000)}));
    // zlib.crc32(b"7.0"): the text that `${n}` gives.
    assert_eq!(found["n"], json!({"N": (0xF3BB_1387_u32 % 8).to_string()}));
}

#[test]
fn shards_are_those_of_the_text_that_a_value_gives() {
    let fields = json!([
        {"name": "d", "type": "date", "format": "%d.%m.%Y"}, {"name": "b", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
        {"name": "t", "type": "datetime"},
    ]);
    let item =
        json!({"d": "${d:shard=1000}", "b": "${b:shard=1000}", "t": "${t:shard=1000}", "i": "${$line:shard=1000}"});
    let found = templates(&fields, &item, &["1", "1.3.2024", "ja", "2024-03-31T01:30:00+02:00"]).unwrap();
    // zlib.crc32 of b"2024-03-01", b"true", b"2024-03-30T23:30:00Z" and b"7".
    for (attribute, hash) in [
        ("d", 0x7CF9_35BB_u32),
        ("b", 0xFDFC_4C8D),
        ("t", 0xF765_FB06),
        ("i", 0x6ABF_4A82),
    ] {
        assert_eq!(found[attribute], json!({"N": (hash % 1000).to_string()}), "{attribute}");
    }
}

#[test]
fn the_object_is_known() {
    let item = json!({
        "line": "${$line}", "l8": "${$line:08d}", "key": "${$key}", "file": "<${$file}>", "ingest": "${$ingest}",
        "up": "${$uploaded}", "day": "${$uploaded:%Y-%m-%d %6f}", "ttl": "${$uploaded:epoch+1d}",
    });
    let found = templates(&json!([]), &item, &["1"]).unwrap();
    assert_eq!(found["line"], json!({"N": "7"}));
    assert_eq!(found["l8"], json!({"S": "00000007"}));
    assert_eq!(found["key"], json!({"S": OBJECT.key}));
    assert_eq!(found["file"], json!({"S": "<März \"1\".csv>"}));
    assert_eq!(found["ingest"], json!({"S": INGEST}));
    assert_eq!(found["up"], json!({"S": "2025-03-26T10:00:00.123456789Z"}));
    assert_eq!(found["day"], json!({"S": "2025-03-26 123456"}));
    assert_eq!(found["ttl"], json!({"N": "1743069600"}));
}

#[test]
fn an_attribute_without_its_field_is_left_out() {
    let fields = json!([{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]);
    let item = json!({"x": "${a}-${b}", "y": "${b}", "m": {"a": "${a}", "b": "${b}", "c": 1}, "l": ["${a}", "${b}"]});
    let found = templates(&fields, &item, &["1", "A", ""]).unwrap();
    let wanted = json!({"id": {"S": "1"}, "a": {"S": "A"}, "m": {"M": {"a": {"S": "A"}, "c": {"N": "1"}}}, "l": {"L": [{"S": "A"}]}});
    assert_eq!(found, wanted);
    let none = templates(&fields, &item, &["1", "", ""]).unwrap();
    assert_eq!(none["m"], json!({"M": {"c": {"N": "1"}}}));
    assert_eq!(none["l"], json!({"L": []}));
}

#[test]
fn items_override_fields() {
    let fields = json!([{"name": "a", "type": "string"}, {"name": "b", "type": "string", "dynamodb:attribute": null}]);
    let found = templates(&fields, &json!({"a": "${a}!"}), &["1", "A", "B"]).unwrap();
    assert_eq!(found, json!({"id": {"S": "1"}, "a": {"S": "A!"}}));
}

#[test]
fn names_may_have_a_colon() {
    let fields = json!([{"name": "a:b", "type": "integer"}]);
    let found = templates(&fields, &json!({"x": "${a:b}", "y": "${a:b:03d}"}), &["1", "7"]).unwrap();
    assert_eq!((&found["x"], &found["y"]), (&json!({"N": "7"}), &json!({"S": "007"})));
}

#[test]
fn an_instant_that_is_not_known_is_named() {
    let fields = json!([{"name": "t", "type": "datetime"}]);
    let item = json!({"x": "${t:epoch}"});
    assert!(templates(&fields, &item, &["1", "2024-01-01T00:00:00Z"]).is_ok());
    assert_eq!(
        templates(&fields, &item, &["1", "2024-01-01T00:00:00"]).unwrap_err(),
        "x needs t, which has neither an offset nor a zone, so that its instant is not known"
    );
}

#[test]
fn specs_that_make_no_sense_are_faults() {
    let fields = json!([
        {"name": "d", "type": "date"}, {"name": "t", "type": "time"}, {"name": "s", "type": "string"}, {"name": "l", "type": "list"},
        {"name": "local", "type": "datetime", "format": "%Y-%m-%d %H:%M"}, {"name": "n", "type": "number"},
    ]);
    for (template, fault) in [
        ("${d:%H}", "`${d:%H}`: it has no time of day"),
        ("${t:%Y}", "`${t:%Y}`: it has no year"),
        ("${s:%Y}", "`${s:%Y}`: only times take directives"),
        (
            "${d:epoch}",
            "`${d:epoch}`: only a datetime or a number with `dynamodb:epoch` is an instant",
        ),
        (
            "${local:epoch}",
            "`${local:epoch}`: its instants are not known; name the zone in `dynamodb:timeZone`",
        ),
        ("${n:08d}", "`${n:08d}`: only integers are padded with zeros"),
        (
            "#${l}",
            "\"l\" is a list or a map, which has no text; it can only stand alone",
        ),
        (
            "${s:upper}",
            "`${s:upper}`: no spec \"upper\"; specs are strftime directives, `epoch` and `epoch_ms` with an offset such as `+730d`, a width such as `08d`, and `shard=8`",
        ),
        (
            "${d:epoch+1y}",
            "`${d:epoch+1y}`: the offset must be such as +730d, -6h, +30m or -10s",
        ),
        ("${S}", "no field \"S\"; did you mean \"s\"?"),
    ] {
        let descriptor = with(with_fields(&fields), "dynamodb:item", json!({"x": template}));
        assert_eq!(
            faults(&descriptor, &by_id()),
            [format!("/resources/0/dynamodb:item/x: {fault}")]
        );
    }
}

#[test]
fn names_of_attributes_are_no_templates() {
    let item = json!({"${id}": "y", "map": {"in": [{"${id}": "z"}]}});
    let mut found = faults(&with(with_fields(&json!([])), "dynamodb:item", item), &by_id());
    found.sort();
    let why = "has a template in its name; templates are filled in only in values: write a plain name";
    assert_eq!(
        found,
        ["${id}", "map/in/0/${id}"].map(|name| format!("/resources/0/dynamodb:item/{name}: {why}"))
    );
}

#[test]
fn levels_of_a_template_and_of_its_cell_count_together() {
    let nested = |levels: usize, inner: &str| format!("{}{inner}{}", "[".repeat(levels), "]".repeat(levels));
    let fields = json!([{"name": "o", "type": "array", "dynamodb:attribute": null}]);
    let around: Value = serde_json::from_str(&nested(29, "\"${o}\"")).unwrap();
    let descriptor = with(
        with_fields(&fields),
        "dynamodb:item",
        json!({"alone": "${o}", "deep": around}),
    );
    let found = |levels: usize| item(&descriptor, &by_id(), &["1", &nested(levels, "1")]);
    assert!(found(3).is_ok());
    assert_eq!(
        found(4).unwrap_err(),
        "o must be a JSON array: it is nested more than 32 levels deep, 29 of them in `dynamodb:item` around it"
    );
    let alone = with(
        with_fields(&fields),
        "dynamodb:item",
        json!({"alone": "${o}", "deep": [["${o:shard=8}"]]}),
    );
    assert!(item(&alone, &by_id(), &["1", &nested(32, "1")]).is_ok());
    assert!(item(&alone, &by_id(), &["1", &nested(33, "1")]).is_err());
}
