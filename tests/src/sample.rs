//! The files in `sample_data/` and the items that they must become, computed without the functions' own code.

use std::path::Path;

use aws_sdk_dynamodb::types::AttributeValue;
use time::OffsetDateTime;

use crate::table::Item;
use crate::unique;

/// A file of `sample_data/`.
#[must_use]
pub fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample_data").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of `sample_data/`, which need not be text.
#[must_use]
pub fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample_data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An event of `events/`.
#[must_use]
pub fn event_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A header in the order of the sample files.
pub const HEADER: &str = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg";

/// A file of one good row on a day that no other test uses, and the item that it must become.
#[must_use]
pub fn one_row() -> (String, Vec<Item>) {
    let (midnight, _) = unique::midnight();
    let csv = format!("{HEADER}\n{midnight},location-03,wireless,router-1,4.39,device-1,9.09\n");
    let items = items(&csv);
    (csv, items)
}

/// The items of a file without bad rows, sorted by key, as the `csv` and `time` crates read the file.
#[must_use]
pub fn items(csv: &str) -> Vec<Item> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows = reader
        .records()
        .map(|row| row.expect("a row of as many fields as the header"));
    let mut items: Vec<_> = rows
        .map(|row| {
            header
                .iter()
                .zip(&row)
                .flat_map(|(column, cell)| attributes(column, cell))
                .collect()
        })
        .collect();
    items.sort_by_key(key);
    items
}

/// An item's key, to sort by.
#[must_use]
pub fn key(item: &Item) -> (String, String) {
    let text = |name: &str| item[name].as_s().expect("a text").clone();
    (text("date"), text("time"))
}

fn attributes(column: &str, cell: &str) -> Vec<(String, AttributeValue)> {
    if column.ends_with("_avg") {
        return vec![(column.to_owned(), AttributeValue::N(as_stored(cell).to_owned()))];
    }
    if column != "timestamp" {
        return vec![(column.to_owned(), AttributeValue::S(cell.to_owned()))];
    }
    let (date, time) = instant(cell);
    vec![
        ("date".to_owned(), AttributeValue::S(date)),
        ("time".to_owned(), AttributeValue::S(time)),
    ]
}

/// A number as `DynamoDB` stores it: with all significant digits and no others.
fn as_stored(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

/// The date and time of positive Unix seconds, without their fraction.
fn instant(timestamp: &str) -> (String, String) {
    let seconds = timestamp.split('.').next().unwrap_or_default();
    let seconds = seconds.parse().expect("whole seconds");
    let instant = OffsetDateTime::from_unix_timestamp(seconds).expect("an instant of the calendar");
    let (year, month, day) = instant.to_calendar_date();
    let (hour, minute, second) = instant.to_hms();
    (
        format!("{year:04}-{:02}-{day:02}", u8::from(month)),
        format!("{hour:02}:{minute:02}:{second:02}"),
    )
}
