//! The message table.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Stack, wait};

/// Attributes by name.
pub type Item = BTreeMap<String, AttributeValue>;

/// An item with a key and text attributes.
#[must_use]
pub fn item(date: &str, time: &str, texts: &[(&str, &str)]) -> Item {
    let key = [("date", date), ("time", time)];
    let texts = key.iter().chain(texts);
    texts
        .map(|(name, text)| ((*name).to_owned(), AttributeValue::S((*text).to_owned())))
        .collect()
}

/// The same item with one more number.
#[must_use]
pub fn with_number(mut item: Item, name: &str, digits: &str) -> Item {
    item.insert(name.to_owned(), AttributeValue::N(digits.to_owned()));
    item
}

impl Stack {
    /// All items of a date, by time.
    pub async fn items(&self, date: &str) -> Vec<Item> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.outputs.table_name)
            .consistent_read(true)
            .key_condition_expression("#d = :d")
            .expression_attribute_names("#d", "date")
            .expression_attribute_values(":d", AttributeValue::S(date.to_owned()));
        let items = query
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await;
        let items = items.expect("the table can be queried");
        items.into_iter().map(BTreeMap::from_iter).collect()
    }

    /// One item.
    pub async fn item(&self, date: &str, time: &str) -> Option<Item> {
        let items = self.items(date).await;
        let time = AttributeValue::S(time.to_owned());
        items.into_iter().find(|item| item.get("time") == Some(&time))
    }

    /// Waits until a date has exactly these items, of which there is at least one.
    pub async fn wait_for_items(&self, items: &Vec<Item>) {
        let date = items[0]["date"].as_s().expect("a text");
        wait::until_equal(&format!("the items of {date}"), items, async || self.items(date).await).await;
    }

    /// Writes an item.
    pub async fn put(&self, item: &Item) {
        let put = self.dynamodb.put_item().table_name(&self.outputs.table_name);
        let put = put.set_item(Some(item.clone().into_iter().collect()));
        put.send().await.expect("the table can be written");
    }

    /// Deletes these items, by their keys.
    pub async fn delete(&self, items: &[Item]) {
        for item in items {
            let delete = self.dynamodb.delete_item().table_name(&self.outputs.table_name);
            let delete = delete
                .key("date", item["date"].clone())
                .key("time", item["time"].clone());
            delete.send().await.expect("the table can be written");
        }
    }
}
