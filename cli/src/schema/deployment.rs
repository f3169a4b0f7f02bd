//! The commands and parameters that deploy a descriptor.

use std::ffi::OsStr;
use std::path::Path;

use message::{KeyAttribute, KeyType, TableKey};

use super::key::{FoundKey, Origin};
use crate::file_name;
use crate::shell_word::quoted;

/// Where the function sees the descriptor: the layer that the template makes of the folder `schema`.
const DEPLOYED_PATH: &str = "/opt/datapackage.json";

/// The parameters of the template for the table of this key, each as `NAME=VALUE` in the form that `sam` reads.
pub fn parameters(key: &TableKey) -> Vec<String> {
    let TableKey { partition, sort } = key;
    let KeyAttribute {
        name: sort_name,
        key_type: sort_type,
    } = sort.clone().unwrap_or(KeyAttribute {
        name: String::new(),
        key_type: KeyType::S,
    });
    [
        ("DataPackage", DEPLOYED_PATH.to_owned()),
        ("PartitionKey", partition.name.clone()),
        ("PartitionKeyType", partition.key_type.to_string()),
        ("SortKey", sort_name),
        ("SortKeyType", sort_type.to_string()),
    ]
    .map(|(name, value)| format!("{name}={}", sam_value(&value)))
    .to_vec()
}

/// The command that deploys a descriptor to AWS.
pub fn on_aws(key: &TableKey) -> String {
    let parameters: Vec<_> = parameters(key).iter().map(|word| quoted(OsStr::new(word))).collect();
    format!("sam deploy --parameter-overrides {}", parameters.join(" "))
}

/// The command that deploys a descriptor to the embedded stack. A key that the descriptor does not show by itself is named.
pub fn on_the_embedded_stack(path: &Path, found: &FoundKey) -> String {
    let mut words = vec![format!("SCHEMA={}", file_name::quoted(path))];
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
    format!("make deploy {}", words.join(" "))
}

/// A value as `sam` reads it: in quotation marks when it is empty or has characters that mean something to it.
fn sam_value(value: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-:#$@".contains(letter);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            parameters(&key("pk", Some("id"))).join(" "),
            "DataPackage=/opt/datapackage.json PartitionKey=pk PartitionKeyType=S SortKey=id SortKeyType=N"
        );
    }

    #[test]
    fn a_shell_and_sam_read_what_is_meant() {
        assert_eq!(
            on_aws(&key("id", None)),
            "sam deploy --parameter-overrides DataPackage=/opt/datapackage.json PartitionKey=id PartitionKeyType=N \
             'SortKey=\"\"' SortKeyType=S"
        );
        assert!(on_aws(&key("my \"key\"", None)).contains(r#"'PartitionKey="my \"key\""'"#));
    }

    #[test]
    fn only_a_key_that_was_named_is_named_again() {
        let deploy = |origin, sort| {
            let key = key("id", sort);
            on_the_embedded_stack(Path::new("a b/datapackage.json"), &FoundKey { key, origin })
        };
        assert_eq!(
            deploy(Origin::Names, Some("s")),
            "make deploy SCHEMA='a b/datapackage.json'"
        );
        assert_eq!(
            deploy(Origin::Options, Some("s")),
            "make deploy SCHEMA='a b/datapackage.json' PARTITION_KEY=id PARTITION_KEY_TYPE=N SORT_KEY=s SORT_KEY_TYPE=S"
        );
        assert!(deploy(Origin::Options, None).ends_with(" PARTITION_KEY=id PARTITION_KEY_TYPE=N"));
    }
}
