//! Resources: the kinds of files.

use encoding_rs::Encoding;
use message::WriteMode;

use super::dialect::Dialect;
use super::item::ItemValue;
use super::keys::KeyPattern;
use super::schema::Schema;
use crate::fault::{Collector, Violation, below};
use crate::json::Json;
use crate::nearest::nearest;

/// A resource, as the descriptor declares it.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub name: String,
    pub path: Option<String>,
    /// Patterns of object keys; empty when the resource describes every object.
    pub keys: Vec<KeyPattern>,
    pub encoding: Option<&'static Encoding>,
    pub dialect: Dialect,
    pub schema: Schema,
    pub item: Vec<(String, ItemValue)>,
    pub keeps_unknown: bool,
    pub write: Option<Write>,
}

/// How a row is written where an item of its key is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// It replaces the item: the last write wins.
    Replace,
    /// It replaces the item, unless a later upload or row wrote it.
    Latest,
    /// It leaves the item as it is.
    Create,
    /// It changes the attributes that the row has a value for, and leaves the others.
    Merge,
    /// It removes the item.
    Delete,
}

/// A request of `BatchWriteItem`, which only puts and deletes, and has no conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchRequest {
    /// It puts an item.
    Put,
    /// It deletes the item of a key.
    Delete,
}

impl From<WriteMode> for Write {
    fn from(mode: WriteMode) -> Self {
        match mode {
            WriteMode::Replace => Self::Replace,
            WriteMode::Latest => Self::Latest,
            WriteMode::Create => Self::Create,
        }
    }
}

impl Write {
    /// The value of the message attribute `Method`.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::Replace | Self::Latest | Self::Create => "POST",
            Self::Merge => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// The request of `BatchWriteItem` that carries it out. `None` for updates, and for writes whose outcome depends on the
    /// existing item.
    #[must_use]
    pub fn batch_request(self) -> Option<BatchRequest> {
        match self {
            Self::Replace => Some(BatchRequest::Put),
            Self::Delete => Some(BatchRequest::Delete),
            Self::Latest | Self::Create | Self::Merge => None,
        }
    }

    /// Its name in `dynamodb:write` and in the ingest report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Latest => "latest",
            Self::Create => "create",
            Self::Merge => "merge",
            Self::Delete => "delete",
        }
    }

    /// The mode that messages name, if they name one. `stack` is the mode of the writer.
    pub(crate) fn named_mode(self, stack: WriteMode) -> Option<WriteMode> {
        match self {
            Self::Latest => Some(WriteMode::Latest),
            Self::Create => Some(WriteMode::Create),
            // For a message that names no mode, the writer takes the stack's.
            Self::Replace => (stack != WriteMode::Replace).then_some(WriteMode::Replace),
            Self::Merge | Self::Delete => None,
        }
    }

    fn named(name: &str) -> Option<Self> {
        let all = [Self::Replace, Self::Latest, Self::Create, Self::Merge, Self::Delete];
        all.into_iter().find(|write| write.name() == name)
    }
}

/// Common labels, to suggest one for a misspelt label.
const LABELS: [&str; 16] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1254",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "latin1",
    "macintosh",
    "shift_jis",
    "euc-jp",
    "gbk",
    "big5",
];

impl Resource {
    /// Reads a resource whose form has been checked.
    pub fn read(json: &Json, pointer: &str, faults: &mut Collector) -> Self {
        let text = |name: &str| json.get(name).and_then(Json::text);
        let dialect = match json.get("dialect") {
            Some(dialect) => Dialect::read(dialect, &below(pointer, "dialect"), faults),
            None => Dialect::default(),
        };
        let empty = Json::Null;
        let schema = json.get("schema").unwrap_or(&empty);
        let mut schema = Schema::read(
            schema,
            dialect.null_sequence.as_deref(),
            &below(pointer, "schema"),
            faults,
        );
        let item = json.get("dynamodb:item").map_or(&[][..], Json::members);
        let item = ItemValue::members(item, &schema.fields, 0, &below(pointer, "dynamodb:item"), faults);
        for (_, value) in &item {
            value.deepen(0, &mut schema.fields);
        }
        let keeps_unknown = text("dynamodb:unknown") == Some("keep");
        if keeps_unknown && !schema.fields_match.allows_unknown() {
            let text = "has no effect: `fieldsMatch` allows no unknown columns; make it `subset` or `partial`";
            faults.meaning(below(pointer, "dynamodb:unknown"), text);
        }
        if keeps_unknown && dialect.header_row.is_none() {
            let text = "has no effect: without a header, columns without a field have no name";
            faults.meaning(below(pointer, "dynamodb:unknown"), text);
        }
        check_path(text("path"), &below(pointer, "path"), faults);
        Self {
            name: text("name").unwrap_or_default().to_owned(),
            path: text("path").map(str::to_owned),
            keys: keys(json.get("s3:keys"), &below(pointer, "s3:keys"), faults),
            encoding: encoding(text("encoding"), &below(pointer, "encoding"), faults),
            dialect,
            schema,
            item,
            keeps_unknown,
            write: text("dynamodb:write").and_then(Write::named),
        }
    }

    /// Whether the resource describes the object of this key.
    pub fn matches(&self, key: &str) -> bool {
        self.takes_everything() || self.keys.iter().any(|pattern| pattern.matches(key))
    }

    /// Whether it describes every object.
    pub fn takes_everything(&self) -> bool {
        self.keys.is_empty() || self.keys.iter().any(KeyPattern::is_everything)
    }
}

fn keys(json: Option<&Json>, pointer: &str, faults: &mut Collector) -> Vec<KeyPattern> {
    let patterns = json.map_or(&[][..], Json::elements).iter().enumerate();
    patterns
        .filter_map(|(index, pattern)| faults.take(&below(pointer, index), KeyPattern::parse(pattern.text()?)))
        .collect()
}

fn encoding(label: Option<&str>, pointer: &str, faults: &mut Collector) -> Option<&'static Encoding> {
    let label = label.filter(|label| !label.is_empty())?;
    let found = Encoding::for_label_no_replacement(label.as_bytes());
    if found.is_none() {
        let hint = nearest(label, LABELS).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        let wanted = format!("a label of the WHATWG encoding standard, such as windows-1252, not \"{label}\"{hint}");
        faults.add(pointer, Violation::Shape(wanted));
    }
    found
}

/// Checks that a path names a local sample: relative, and below the descriptor, as the standard says.
fn check_path(path: Option<&str>, pointer: &str, faults: &mut Collector) {
    let Some(path) = path else {
        return;
    };
    if path.contains("://") {
        let reason = "nothing is fetched; name a local sample, and the objects in `s3:keys`";
        faults.add(pointer, Violation::Unsupported(reason));
    } else if path.starts_with(['/', '\\', '~']) || path.split(['/', '\\']).any(|step| step == "..") {
        faults.meaning(
            pointer,
            "must be relative and must not leave the folder, as the standard says",
        );
    }
}
