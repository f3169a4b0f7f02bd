//! Rows with the same key, for the report and for the next invocation. Plain data.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

/// The most pairs in the report.
pub(super) const SHOWN: usize = 5;
/// The most bytes of a key in the report.
const SHOWN_BYTES: usize = 255;

/// The rows whose key an earlier row of the object has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCollisions {
    /// The number of such rows.
    pub rows: u64,
    /// Whether no key was forgotten. If one was, there may be more such rows.
    pub exact: bool,
    /// The first few of these rows.
    pub first: Vec<Pair>,
}

/// Two rows with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The line in which the later row starts.
    pub line: u64,
    /// The line of the last earlier row with the same key.
    pub earlier_line: u64,
    /// Their key: the name of each attribute and its text. A long text is truncated.
    pub key: Vec<(String, String)>,
}

/// A seen key on its way to the next invocation: a key of the built-in shape, or the hash of a declared one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenKey {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) date: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) time: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) hash: String,
    pub(super) line: u64,
}

const LINE: &str = "line";
const EARLIER_LINE: &str = "earlier_line";

// `#[serde(flatten)]` cannot read the numbers that `serde_json` keeps with all their digits.
impl Serialize for Pair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = [(LINE, self.line), (EARLIER_LINE, self.earlier_line)];
        let lines = lines.map(|(name, line)| (name.to_owned(), Value::from(line)));
        // A key attribute may have the same name as these members.
        let member = |name: &str| match name {
            LINE | EARLIER_LINE => format!("{name} of the key"),
            _ => name.to_owned(),
        };
        let key = self
            .key
            .iter()
            .map(|(name, text)| (member(name), Value::from(text.as_str())));
        serializer.collect_map(lines.into_iter().chain(key))
    }
}

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members: Map<String, Value> = Map::deserialize(deserializer)?;
        let line = |name| {
            let line = members.get(name).and_then(Value::as_u64);
            line.ok_or_else(|| de::Error::missing_field(name))
        };
        let of_key = members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), LINE | EARLIER_LINE));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            line: line(LINE)?,
            earlier_line: line(EARLIER_LINE)?,
            key: of_key.map(|(name, value)| (name.clone(), text(value))).collect(),
        })
    }
}

impl Default for KeyCollisions {
    fn default() -> Self {
        Self {
            rows: 0,
            exact: true,
            first: Vec::new(),
        }
    }
}

impl KeyCollisions {
    #[cold]
    pub(super) fn add(&mut self, line: u64, earlier_line: u64, key: impl FnOnce() -> Vec<(String, String)>) {
        self.rows += 1;
        if self.first.len() < SHOWN {
            self.first.push(Pair {
                line,
                earlier_line,
                key: key(),
            });
        }
    }
}

/// The beginning of a key's text, or all of it.
pub(super) fn shown(text: &str) -> String {
    if text.len() <= SHOWN_BYTES {
        return text.to_owned();
    }
    format!("{}...", &text[..text.floor_char_boundary(SHOWN_BYTES)])
}
