//! DynamoDB requests that write a record. Each attribute name has a placeholder, because many are reserved words.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html>

use std::time::Duration;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::record::names;
use crate::timestamp::Timestamp;

/// How long a record is kept after its first write.
const KEPT: Duration = Duration::from_hours(90 * 24);

/// A builder of an `UpdateItem` request.
pub(crate) struct Update {
    key: Uuid,
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
    condition: Option<String>,
    names: Map<String, Value>,
    values: Map<String, Value>,
}

impl Update {
    /// An update of an ingest's record at the time `now`. The first update makes the record.
    pub fn new(ingest_id: Uuid, now: Timestamp) -> Self {
        let update = Self {
            key: ingest_id,
            sets: Vec::new(),
            removes: Vec::new(),
            adds: Vec::new(),
            condition: None,
            names: Map::new(),
            values: Map::new(),
        };
        update
            .set_first(names::DAY, text(&Timestamp::of_upload(ingest_id).day()))
            .set_first(names::EXPIRES, number(&now.seconds_after(KEPT)))
            .set(names::UPDATED, text(&now))
    }

    /// Sets an attribute.
    pub fn set(mut self, name: &str, value: Value) -> Self {
        self.name(name);
        self.sets.push(format!("#{name} = :{name}"));
        self.value(name, value)
    }

    /// Sets an attribute if there is a value for it.
    pub fn set_known(self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets an attribute if the record does not have it yet.
    pub fn set_first(mut self, name: &str, value: Value) -> Self {
        self.name(name);
        self.sets.push(format!("#{name} = if_not_exists(#{name}, :{name})"));
        self.value(name, value)
    }

    /// Sets an attribute if there is a value for it and the record does not have it yet.
    pub fn set_first_known(self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.set_first(name, value),
            None => self,
        }
    }

    /// Removes an attribute.
    pub fn remove(mut self, name: &str) -> Self {
        self.name(name);
        self.removes.push(format!("#{name}"));
        self
    }

    /// Adds to a number. It is zero when the record does not have it yet.
    pub fn add(mut self, name: &str, number: Value) -> Self {
        self.name(name);
        self.adds.push(format!("#{name} :{name}"));
        self.value(name, number)
    }

    /// Sets a number, and makes the update depend on the condition that the record has no number there or a smaller one.
    pub fn raise(self, name: &str, number: Value) -> Self {
        self.set(name, number)
            .when(format!("attribute_not_exists(#{name}) OR #{name} < :{name}"), &[name])
    }

    /// Makes the update depend on a condition. In it, `#name` stands for one of these attributes, and `:name` for a value that
    /// the update sets.
    pub fn when(mut self, condition: impl Into<String>, attributes: &[&str]) -> Self {
        for name in attributes {
            self.name(name);
        }
        self.condition = Some(condition.into());
        self
    }

    /// The body of the call. The reply has the whole record, as written, or unchanged when the condition does not hold.
    pub fn request(self, table: &str) -> String {
        let clauses = [("SET", self.sets), ("REMOVE", self.removes), ("ADD", self.adds)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses: Vec<_> = clauses
            .map(|(word, parts)| format!("{word} {}", parts.join(", ")))
            .collect();
        let mut request = json!({
            "TableName": table,
            "Key": {names::INGEST_ID: text(&self.key)},
            "UpdateExpression": clauses.join(" "),
            "ExpressionAttributeNames": self.names,
            "ExpressionAttributeValues": self.values,
            "ReturnValues": "ALL_NEW",
        });
        if let Some(condition) = self.condition {
            request["ConditionExpression"] = condition.into();
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
        }
        request.to_string()
    }

    fn name(&mut self, name: &str) {
        self.names.insert(format!("#{name}"), name.into());
    }

    fn value(mut self, name: &str, value: Value) -> Self {
        self.values.insert(format!(":{name}"), value);
        self
    }
}

/// A text in DynamoDB's JSON.
pub(crate) fn text(text: &(impl ToString + ?Sized)) -> Value {
    json!({"S": text.to_string()})
}

/// A number in DynamoDB's JSON.
pub(crate) fn number(number: &(impl ToString + ?Sized)) -> Value {
    json!({"N": number.to_string()})
}

/// A list in DynamoDB's JSON.
pub(crate) fn list(elements: impl Iterator<Item = Value>) -> Value {
    json!({"L": elements.collect::<Vec<_>>()})
}
