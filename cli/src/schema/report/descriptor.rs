//! The content of a descriptor, and the commands that deploy it.

use message::WriteMode;
use schema::{ResourceOutline, Write};

use crate::file_name::shown;
use crate::key_rules::{SUFFIXES, can_have_suffix};
use crate::schema::deployment::{self, Place};
use crate::schema::descriptor::Descriptor;
use crate::screen::text::{counted, plain};

/// The path of the JSON Schema of descriptors.
const JSON_SCHEMA: &str = "schema/datapackage.schema.json";

/// The lines about a descriptor without faults. `stack` is the write mode of resources that declare none.
#[must_use]
pub fn of_descriptor(descriptor: &Descriptor, stack: WriteMode) -> String {
    let resources = &descriptor.outline.resources;
    let attributes = descriptor.key.key.attributes();
    let key: Vec<_> = attributes
        .map(|attribute| format!("{} ({})", plain(&attribute.name), attribute.key_type))
        .collect();
    let mut lines = vec![
        format!(
            "{} is right: {}",
            shown(&descriptor.path),
            counted(resources.len() as u64, "resource")
        ),
        format!("  key of the table: {}, {}", key.join(" and "), descriptor.key.origin),
    ];
    for resource in resources {
        lines.extend(of_resource(resource, stack));
    }
    lines.push(format!("  JSON Schema for editors: {JSON_SCHEMA}"));
    lines.join("\n") + "\n"
}

fn of_resource(resource: &ResourceOutline, stack: WriteMode) -> Vec<String> {
    let objects = if resource.keys.is_empty() {
        "all objects".to_owned()
    } else {
        let keys: Vec<_> = resource.keys.iter().map(|key| plain(key)).collect();
        format!("objects {}", keys.join(", "))
    };
    let attributes = resource.attributes.iter();
    let attributes: Vec<_> = attributes
        .map(|attribute| format!("{} ({})", plain(&attribute.name), attribute.descriptor))
        .collect();
    let write = resource.write.unwrap_or_else(|| stack.into());
    let by_whom = if resource.write.is_some() {
        ""
    } else {
        ", as the stack's WriteMode says"
    };
    let mut lines = vec![
        format!("  {}: {objects}", plain(&resource.name)),
        format!("    {}{by_whom}", of_write(write)),
        format!("    attributes: {}", attributes.join(", ")),
    ];
    let unread = resource.keys.iter().filter(|pattern| !can_have_suffix(pattern));
    lines.extend(unread.map(|pattern| {
        let suffixes = SUFFIXES.join(", ");
        format!(
            "    note: {} matches no object that is read, since their keys end in {suffixes}",
            plain(pattern)
        )
    }));
    lines
}

fn of_write(write: Write) -> &'static str {
    match write {
        Write::Replace => "replace: a row replaces the item of its key",
        Write::Latest => "latest: a row replaces the item of its key, unless a later upload wrote it",
        Write::Create => "create: a row is left out where its key has an item",
        Write::Merge => "merge: a row changes the attributes that it has a value for",
        Write::Delete => "delete: a row removes the item of its key",
    }
}

/// The two lines with the commands that deploy a descriptor.
#[must_use]
pub fn of_deployment(descriptor: &Descriptor) -> String {
    let place = Place::of(&descriptor.path);
    let stack = deployment::stack_name(&descriptor.name);
    let first = place
        .copy_to()
        .map_or_else(String::new, |copy| format!(", copy it to {} first, then", shown(&copy)));
    format!(
        "To deploy it on AWS{first}: {}\nOn the embedded stack: {}\n",
        deployment::on_aws(&place, &descriptor.key.key, &stack),
        deployment::on_the_embedded_stack(&place, &descriptor.key, &stack)
    )
}
