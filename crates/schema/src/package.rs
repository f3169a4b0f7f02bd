//! A data package: its resources, ready to convert files.

use std::sync::Arc;

use message::{Record, WriteMode, column_name};

use crate::convert::converter::{Converter, Object};
use crate::convert::header_error::HeaderError;
use crate::descriptor;
use crate::descriptor::dialect::Dialect;
use crate::descriptor::reach::Reach;
use crate::descriptor::resource::Write;
use crate::fault::{Collector, Faults, Violation, below};
use crate::json::Json;
use crate::names::folded;
use crate::plan::Plan;
use crate::plan::compile::compile;
use crate::table::Table;
use crate::vocabulary::{PACKAGE, RESOURCE, check};

/// Size limit of a resource as compact JSON, in bytes. The continuation of an object carries the resource.
pub const MAX_RESOURCE_BYTES: usize = 64 * 1024;

/// A data package.
#[derive(Clone, Debug)]
pub struct Package {
    resources: Vec<Resource>,
}

/// One kind of file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Resource {
    declared: Arc<descriptor::resource::Resource>,
    plan: Arc<Plan>,
    json: Arc<str>,
}

impl Package {
    /// Reads `datapackage.json` for a table.
    ///
    /// # Errors
    /// [`Faults`]: every fault of the descriptor.
    pub fn load(text: &str, table: &Table) -> Result<Self, Faults> {
        let mut faults = Collector::default();
        let Some(json) = parse(text, &mut faults) else {
            return faults.finish(None);
        };
        check::object(&json, &PACKAGE, "", &mut faults);
        check_version(&json, &mut faults);
        let declared = json.get("resources").map_or(&[][..], Json::elements);
        let mut resources: Vec<Resource> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        let mut reach = Reach::default();
        for (index, resource) in declared.iter().enumerate() {
            let pointer = below("/resources", index);
            let name = resource.get("name").and_then(Json::text).unwrap_or_default();
            if !name.is_empty() && names.contains(&name) {
                faults.meaning(
                    below(&pointer, "name"),
                    format!("another resource is called \"{name}\", too"),
                );
            }
            names.push(name);
            let (declared, read) = Resource::read(resource, table, &pointer, &mut faults);
            reach.add(index, &declared, &pointer, &mut faults);
            resources.extend(read);
        }
        faults.finish(Some(Self { resources }))
    }

    /// The resources, in order.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The first resource that describes the object of this key.
    #[must_use]
    pub fn resource_for(&self, object_key: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.declared.matches(object_key))
    }
}

impl Resource {
    /// Reads a single resource, as [`json`](Self::json) writes it.
    ///
    /// # Errors
    /// [`Faults`]: every fault of the descriptor.
    pub fn load(text: &str, table: &Table) -> Result<Self, Faults> {
        let mut faults = Collector::default();
        let Some(json) = parse(text, &mut faults) else {
            return faults.finish(None);
        };
        check::object(&json, &RESOURCE, "", &mut faults);
        let (_, resource) = Self::read(&json, table, "", &mut faults);
        faults.finish(resource)
    }

    /// Reads a resource whose form has been checked. Returns its declaration, even if it cannot be compiled.
    fn read(
        json: &Json,
        table: &Table,
        pointer: &str,
        faults: &mut Collector,
    ) -> (Arc<descriptor::resource::Resource>, Option<Self>) {
        let compact = json.to_string();
        if compact.len() > MAX_RESOURCE_BYTES {
            let text = format!("has {} bytes; the most is {MAX_RESOURCE_BYTES}", compact.len());
            faults.meaning(pointer, text);
        }
        let declared = Arc::new(descriptor::resource::Resource::read(json, pointer, faults));
        // With a field of unknown type, compiling would report only faults that follow from it.
        let plan = declared
            .schema
            .is_known()
            .then(|| compile(&declared, table, pointer, faults))
            .flatten();
        let resource = plan.map(|plan| Self {
            declared: Arc::clone(&declared),
            plan: Arc::new(plan),
            json: compact.into(),
        });
        (declared, resource)
    }

    /// The resource as compact JSON, for [`load`](Self::load).
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The resource's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.declared.name
    }

    /// The path of a local sample.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.declared.path.as_deref()
    }

    /// How the text is divided into rows and cells.
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.declared.dialect
    }

    /// The encoding's name in the WHATWG encoding standard; `None` when it is to be detected.
    #[must_use]
    pub fn encoding(&self) -> Option<&'static str> {
        self.declared.encoding.map(encoding_rs::Encoding::name)
    }

    /// How rows are written; `None` when the stack's mode applies.
    #[must_use]
    pub fn write(&self) -> Option<Write> {
        self.declared.write
    }

    /// The length in bytes of a body's head, which is the same in every body: as the content of a JSON string, and unescaped.
    /// The head is everything before the item or the key, including the member's name. `None` for writes that no
    /// [`BatchRequest`](crate::BatchRequest) carries out. `stack` is the mode that applies when the resource names none.
    #[must_use]
    pub fn head_bytes(&self, stack: WriteMode) -> Option<(usize, usize)> {
        self.plan.head_bytes(stack)
    }

    /// The patterns of its objects' keys; empty when it describes every object.
    pub fn key_patterns(&self) -> impl Iterator<Item = String> {
        self.declared.keys.iter().map(ToString::to_string)
    }

    /// The names of its fields, in order.
    #[must_use]
    pub fn field_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.plan.fields.iter().map(|field| field.name.as_str())
    }

    /// The index of the field that a header cell names.
    #[must_use]
    pub fn column(&self, cell: &[u8]) -> Option<usize> {
        let name = column_name(cell);
        let is_exact = |field: &str| field == name;
        let exact = self.field_names().position(is_exact);
        exact.or_else(|| {
            let names = &self.plan.folded_names;
            if name.is_ascii() {
                names.iter().position(|other| other.eq_ignore_ascii_case(&name))
            } else {
                let name = folded(&name);
                names.iter().position(|other| *other == name)
            }
        })
    }

    /// Whether the files have a header row.
    #[must_use]
    pub fn has_header(&self) -> bool {
        self.plan.has_header
    }

    /// Whether files may have columns without a field, which are not loaded.
    #[must_use]
    pub fn ignores_unknown(&self) -> bool {
        self.declared.schema.fields_match.allows_unknown() && !self.keeps_unknown()
    }

    /// Whether columns without a field are kept.
    #[must_use]
    pub fn keeps_unknown(&self) -> bool {
        self.plan.keeps_unknown
    }

    /// The number of fields whose numbers have a decimal point.
    #[must_use]
    pub fn number_count(&self) -> usize {
        self.plan.fields.iter().filter(|field| field.has_points()).count()
    }

    /// Makes a converter for the rows of an object. `header` is the object's header row, if it has one. `stack` is the mode
    /// that applies when the resource names none.
    ///
    /// # Errors
    /// [`HeaderError`] when the columns do not match the resource's fields.
    pub fn bind(
        &self,
        header: Option<Record<'_>>,
        object: &Object<'_>,
        stack: WriteMode,
    ) -> Result<Converter, HeaderError> {
        Converter::new(Arc::clone(&self.plan), header, object, stack)
    }
}

/// Parses the JSON of a descriptor.
pub(crate) fn parse(text: &str, faults: &mut Collector) -> Option<Json> {
    // Editors on Windows put a byte order mark before JSON.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    Json::parse(text)
        .map_err(|error| faults.add("", Violation::Syntax(error.to_string())))
        .ok()
}

fn check_version(json: &Json, faults: &mut Collector) {
    let schema = json.get("$schema").and_then(Json::text).unwrap_or_default();
    if schema.contains("/profiles/1") || schema.contains("specs.frictionlessdata.io") {
        faults.meaning("/$schema", "names version 1 of the standard; version 2 is read");
    }
}
