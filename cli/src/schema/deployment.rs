//! The commands and parameters that deploy a descriptor.

mod place;
mod stack_name;

use std::ffi::OsStr;

use message::{KeyAttribute, KeyType, TableKey};

pub use place::Place;
pub use stack_name::of as stack_name;

use super::key::{FoundKey, Origin};
use crate::file_name;
use crate::shell_word::quoted;

/// The template's parameters for a descriptor in this place and a table of this key, each as `NAME=VALUE` in the form that
/// `sam` reads.
pub fn parameters(place: &Place, key: &TableKey) -> Vec<String> {
    let TableKey { partition, sort } = key;
    let KeyAttribute {
        name: sort_name,
        key_type: sort_type,
    } = sort.clone().unwrap_or(KeyAttribute {
        name: String::new(),
        key_type: KeyType::S,
    });
    [
        ("DataPackage", place.deployed_path()),
        ("PartitionKey", partition.name.clone()),
        ("PartitionKeyType", partition.key_type.to_string()),
        ("SortKey", sort_name),
        ("SortKeyType", sort_type.to_string()),
    ]
    .map(|(name, value)| format!("{name}={}", sam_value(&value)))
    .to_vec()
}

/// The command that deploys a descriptor to AWS as a separate stack, since another key needs another table.
pub fn on_aws(place: &Place, key: &TableKey, stack: &str) -> String {
    let parameters = parameters(place, key);
    let parameters: Vec<_> = parameters.iter().map(|word| quoted(OsStr::new(word))).collect();
    let command = format!(
        "sam build && tools/architecture && sam deploy --stack-name {stack} --parameter-overrides {}",
        parameters.join(" ")
    );
    match place.folder_to_change_to() {
        Some(root) => format!("(cd {} && {command})", file_name::quoted(root)),
        None => command,
    }
}

/// The command that deploys a descriptor to the embedded stack. It names the key only if options did.
pub fn on_the_embedded_stack(place: &Place, found: &FoundKey, stack: &str) -> String {
    let mut words = vec![
        format!("SCHEMA={}", file_name::quoted(place.path_for_make())),
        format!("STACK={stack}"),
    ];
    if found.origin == Origin::Options {
        let named = [
            ("PARTITION_KEY", Some(&found.key.partition)),
            ("SORT_KEY", found.key.sort.as_ref()),
        ];
        for (variable, attribute) in named {
            let Some(KeyAttribute { name, key_type }) = attribute else {
                continue;
            };
            words.push(format!("{variable}={}", quoted(OsStr::new(name))));
            words.push(format!("{variable}_TYPE={key_type}"));
        }
    }
    let folder = place.folder_to_change_to();
    let folder = folder.map_or_else(String::new, |root| format!("-C {} ", file_name::quoted(root)));
    format!("make {folder}deploy {}", words.join(" "))
}

/// A value as `sam` reads it: in quotation marks when it is empty or has characters that are special to `sam`.
fn sam_value(value: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-:#$@".contains(letter);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The place of a descriptor when the current folder is the repository, `/repo a`.
    fn place(path: &str) -> Place {
        Place::seen_from(Path::new("/repo a"), Path::new("/repo a"), Path::new(path))
    }

    fn key(partition: &str, sort: Option<&str>) -> TableKey {
        let attribute = |name: &str| KeyAttribute {
            name: name.to_owned(),
            key_type: if name == "id" { KeyType::N } else { KeyType::S },
        };
        TableKey {
            partition: attribute(partition),
            sort: sort.map(attribute),
        }
    }

    #[test]
    fn the_parameters_are_those_of_the_template() {
        assert_eq!(
            parameters(&place("schema/datapackage.json"), &key("pk", Some("id"))).join(" "),
            "DataPackage=/opt/datapackage.json PartitionKey=pk PartitionKeyType=S SortKey=id SortKeyType=N"
        );
    }

    #[test]
    fn a_shell_and_sam_read_what_is_meant() {
        let here = place("schema/datapackage.json");
        assert_eq!(
            on_aws(&here, &key("id", None), "mine"),
            "sam build && tools/architecture && sam deploy --stack-name mine --parameter-overrides \
             DataPackage=/opt/datapackage.json PartitionKey=id PartitionKeyType=N 'SortKey=\"\"' SortKeyType=S"
        );
        assert!(on_aws(&here, &key("my \"key\"", None), "mine").contains(r#"'PartitionKey="my \"key\""'"#));
    }

    #[test]
    fn the_commands_work_in_another_folder() {
        let away = Place::seen_from(Path::new("/repo a"), Path::new("/data"), Path::new("it's/d.json"));
        let on_aws = on_aws(&away, &key("pk", None), "mine");
        assert!(
            on_aws.starts_with("(cd '/repo a' && sam build && tools/architecture && sam deploy --stack-name mine ")
                && on_aws.ends_with("=S)"),
            "{on_aws}"
        );
        let found = FoundKey {
            key: key("pk", None),
            origin: Origin::Names,
        };
        assert_eq!(
            on_the_embedded_stack(&away, &found, "mine"),
            r"make -C '/repo a' deploy SCHEMA='/data/it'\''s/d.json' STACK=mine"
        );
    }

    #[test]
    fn only_a_key_that_was_named_is_named_again() {
        let deploy = |origin, sort| {
            let key = key("id", sort);
            on_the_embedded_stack(&place("a b/datapackage.json"), &FoundKey { key, origin }, "mine")
        };
        assert_eq!(
            deploy(Origin::Names, Some("s")),
            "make deploy SCHEMA='a b/datapackage.json' STACK=mine"
        );
        assert_eq!(
            deploy(Origin::Options, Some("s")),
            "make deploy SCHEMA='a b/datapackage.json' STACK=mine PARTITION_KEY=id PARTITION_KEY_TYPE=N SORT_KEY=s SORT_KEY_TYPE=S"
        );
        assert!(deploy(Origin::Options, None).ends_with(" PARTITION_KEY=id PARTITION_KEY_TYPE=N"));
    }
}
