//! Rewrites what other tools express in another form.

use crate::fault::{Collector, below};
use crate::json::Json;

type Members = Vec<(String, Json)>;

/// Properties that describe a file. They have no effect, so they are left out without a remark.
const OF_THE_FILE: [&str; 8] = [
    "scheme",
    "mediatype",
    "hash",
    "bytes",
    "fields",
    "rows",
    "profile",
    "stats",
];
/// Formats of strings that are read like any other string.
const TEXT_FORMATS: [&str; 4] = ["email", "uri", "uuid", "any"];

/// The members of an object of this kind, in our form.
pub(super) fn of(
    members: Members,
    kind: &str,
    pointer: &str,
    remarks: &mut Collector,
    faults: &mut Collector,
) -> Members {
    match kind {
        "package" => without(members, &["profile", "hash", "bytes"]),
        "resource" => resource(members, pointer, remarks, faults),
        "dialect" => dialect(members),
        "schema" => schema(members),
        "field" => field(members, pointer, remarks),
        _ => members,
    }
}

fn without(members: Members, names: &[&str]) -> Members {
    let kept = members.into_iter().filter(|(name, _)| !names.contains(&name.as_str()));
    kept.collect()
}

fn get<'m>(members: &'m Members, name: &str) -> Option<&'m Json> {
    members
        .iter()
        .find_map(|(member, value)| (member == name).then_some(value))
}

fn text<'m>(members: &'m Members, name: &str) -> Option<&'m str> {
    get(members, name).and_then(Json::text)
}

fn set(members: &mut Members, name: &str, value: &str) {
    let value = Json::Text(value.to_owned());
    match members.iter_mut().find(|(member, _)| member == name) {
        Some((_, old)) => *old = value,
        None => members.push((name.to_owned(), value)),
    }
}

fn resource(members: Members, pointer: &str, remarks: &mut Collector, faults: &mut Collector) -> Members {
    let format = text(&members, "format").map(str::to_owned);
    let has_delimiter = get(&members, "dialect").is_some_and(|dialect| dialect.to_string().contains("\"delimiter\""));
    let mut members = without(members, &OF_THE_FILE);
    match format.as_deref() {
        None | Some("csv") => members = without(members, &["format"]),
        Some("tsv") => {
            members = without(members, &["format"]);
            if !has_delimiter {
                let tab = (String::from("delimiter"), Json::Text(String::from("\t")));
                match members.iter_mut().find(|(name, _)| name == "dialect") {
                    Some((_, Json::Object(dialect))) => dialect.push(tab),
                    _ => members.push((String::from("dialect"), Json::Object(vec![tab]))),
                }
            }
        }
        Some(other) => {
            let why = format!("is \"{other}\"; CSV is the only format that is read: save the file as CSV");
            faults.meaning(below(pointer, "format"), why);
            members = without(members, &["format"]);
        }
    }
    // In our form, `type` marks a resource as tabular.
    if get(&members, "type").is_none() {
        let at = usize::from(get(&members, "name").is_some());
        members.insert(
            at.min(members.len()),
            (String::from("type"), Json::Text(String::from("table"))),
        );
    }
    if let Some(label) = text(&members, "encoding").and_then(encoding) {
        set(&mut members, "encoding", label);
    }
    let is_local = |path: &str| {
        let leaves = path.split(['/', '\\']).any(|step| step == "..");
        !path.contains("://") && !path.starts_with(['/', '\\', '~']) && !leaves
    };
    match get(&members, "path") {
        Some(Json::Text(path)) if is_local(path) => {}
        None => {}
        Some(_) => {
            let text = "is left out: `path` is one local sample, below the folder of the descriptor; the objects are \
                        named by `s3:keys`";
            remarks.meaning(below(pointer, "path"), text);
            members = without(members, &["path"]);
        }
    }
    members
}

/// The WHATWG label of an encoding that Python names differently.
fn encoding(label: &str) -> Option<&'static str> {
    Some(match label.to_ascii_lowercase().replace('_', "-").as_str() {
        "utf-8-sig" => "utf-8",
        "latin-1" => "iso-8859-1",
        "mac-roman" => "macintosh",
        "utf-16-le" => "utf-16le",
        "utf-16-be" => "utf-16be",
        "cp932" => "shift_jis",
        "cp949" => "euc-kr",
        "cp936" => "gbk",
        "cp950" => "big5",
        _ => return None,
    })
}

/// Rewrites a dialect. frictionless keeps the properties of CSV in an object `csv`, and has some that have no effect. Where it
/// leaves out the delimiter, the standard's default, a comma, holds; files with a header need none, since it is detected from
/// the names.
fn dialect(members: Members) -> Members {
    let mut lifted = Members::new();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("csv", Json::Object(csv)) => lifted.extend(csv),
            ("headerCase" | "caseSensitiveHeader" | "skipBlankRows" | "lineTerminator" | "csvddfVersion", _) => {}
            (_, value) => lifted.push((name, value)),
        }
    }
    let is_nameless = get(&lifted, "header").and_then(Json::bool) == Some(false);
    if is_nameless && get(&lifted, "delimiter").is_none() {
        set(&mut lifted, "delimiter", ",");
    }
    without(lifted, &["lineTerminator", "$schema"])
}

/// Replaces missing values that have labels with their texts.
fn schema(members: Members) -> Members {
    let value_of = |value: Json| match value.get("value") {
        Some(text) => text.clone(),
        None => value,
    };
    let mapped = members.into_iter().map(|(name, value)| match (name.as_str(), value) {
        ("missingValues", Json::Array(values)) => (name, Json::Array(values.into_iter().map(value_of).collect())),
        (_, value) => (name, value),
    });
    mapped.collect()
}

fn field(mut members: Members, pointer: &str, remarks: &mut Collector) -> Members {
    let type_name = text(&members, "type").unwrap_or("string").to_owned();
    let format = text(&members, "format").map(str::to_owned);
    let as_text = match type_name.as_str() {
        "geopoint" => {
            Some("geopoints are not supported; it is read as a string, unless you write two columns of numbers")
        }
        "duration" => Some("durations are not supported; it is read as a string"),
        "any" => Some("`any` is not supported; it is read as a string: write its type"),
        "date" | "time" | "datetime" if format.as_deref() == Some("any") => {
            Some("the format `any` can confuse day and month; it is read as a string: write directives in `format`")
        }
        _ => None,
    };
    if let Some(remark) = as_text {
        remarks.meaning(below(pointer, "type"), remark);
        members = without(members, &["format"]);
        set(&mut members, "type", "string");
    } else if type_name == "geojson" {
        remarks.meaning(below(pointer, "type"), "is read as an object");
        members = without(members, &["format"]);
        set(&mut members, "type", "object");
    } else if type_name == "string" && format.as_deref().is_some_and(|format| TEXT_FORMATS.contains(&format)) {
        remarks.meaning(
            below(pointer, "format"),
            "is left out: texts are not checked for their format",
        );
        members = without(members, &["format"]);
    }
    if get(&members, "type").is_none() {
        set(&mut members, "type", "string");
    }
    members
}
