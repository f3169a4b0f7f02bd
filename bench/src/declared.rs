//! Messages of a declared file whose rows are all of one date, made as the extractor makes them.

use anyhow::{Context, Result, anyhow};
use message::{KeyAttribute, KeyType, TableKey, WriteMode};
use schema::{Object, Package, Record, Table};
use serde_json::json;

/// The start of the date: 2019-05-28 00:00:00 UTC, in milliseconds.
const START_MILLIS: u64 = 1_559_001_600_000;
const DAY_MILLIS: u64 = 86_400_000;
const TABLE: &str = "messages";
/// The names of the key attributes.
pub const KEY: [&str; 2] = ["pk", "sk"];

/// The bodies of the messages of so many rows, each of a key of its own. The partition key is the date; with more than one
/// shard it is the date and the row's shard.
///
/// # Errors
/// When the descriptor is none.
pub fn bodies_of_one_date(rows: u64, shards: u32) -> Result<Vec<String>> {
    let shard = if shards > 1 {
        format!("#${{timestamp:shard={shards}}}")
    } else {
        String::new()
    };
    let descriptor = json!({"resources": [{
        "name": "measurements",
        "schema": {"fields": [
            {"name": "timestamp", "type": "number", "constraints": {"required": true}, "dynamodb:epoch": "s", "dynamodb:attribute": null},
            {"name": "location", "type": "string"},
            {"name": "local_avg", "type": "number"},
        ]},
        "dynamodb:item": {"pk": format!("${{timestamp:%Y-%m-%d}}{shard}"), "sk": "${timestamp:%H:%M:%S.%3f}"},
    }]});
    let package = Package::load(&descriptor.to_string(), &table()).map_err(|faults| anyhow!("{faults}"))?;
    let resource = package.resources().first().context("no resource")?;
    let (header, header_ends) = laid_out(&["timestamp", "location", "local_avg"].map(str::to_owned));
    let object = Object {
        key: "measurements.csv",
        ingest_id: 0,
        uploaded: 0,
    };
    let header = Record::new(&header, &header_ends);
    let mut converter = resource.bind(Some(header), &object, WriteMode::Replace)?;
    let body = |row: u64| {
        let millis = START_MILLIS + row * (DAY_MILLIS / rows);
        let (cells, ends) = laid_out(&[
            format!("{}.{:03}", millis / 1000, millis % 1000),
            format!("location-{:02}", row % 20),
            format!("{}.{}", row % 9, row % 10),
        ]);
        let message = converter
            .convert(Record::new(&cells, &ends), row + 2)
            .map_err(|error| anyhow!("{error}"))?;
        Ok(serde_json::from_str(&format!("\"{}\"", message.json))?)
    };
    (0..rows).map(body).collect()
}

fn table() -> Table {
    let [partition, sort] = KEY.map(|name| KeyAttribute {
        name: name.to_owned(),
        key_type: KeyType::S,
    });
    Table {
        name: TABLE.to_owned(),
        key: TableKey {
            partition,
            sort: Some(sort),
        },
    }
}

/// Cells one behind the other, and where each ends.
fn laid_out(cells: &[String]) -> (Vec<u8>, Vec<usize>) {
    let ends = cells.iter().scan(0, |end, cell| {
        *end += cell.len();
        Some(*end)
    });
    (cells.concat().into_bytes(), ends.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::Value;

    use super::*;

    /// The sort keys of each partition key.
    fn keys(rows: u64, shards: u32) -> HashMap<String, Vec<String>> {
        let mut keys: HashMap<_, Vec<_>> = HashMap::new();
        for body in bodies_of_one_date(rows, shards).unwrap() {
            let body: Value = serde_json::from_str(&body).unwrap();
            let text = |name: &str| body["Item"][name]["S"].as_str().unwrap().to_owned();
            keys.entry(text("pk")).or_default().push(text("sk"));
        }
        keys
    }

    #[test]
    fn rows_of_one_date_have_one_partition_key_for_each_shard() {
        let all = keys(1000, 1);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["2019-05-28"]);
        assert!(
            all["2019-05-28"].is_sorted_by(|one, next| one < next),
            "each row has its own key"
        );
        let sharded = keys(1000, 8);
        assert_eq!(sharded.len(), 8);
        let sizes: Vec<_> = sharded.values().map(Vec::len).collect();
        assert!(sizes.iter().all(|size| (90..160).contains(size)), "{sizes:?}");
    }
}
