//! The command line of `messages schema`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use message::{KeyAttribute, KeyType, WriteMode};

/// Arguments of `messages schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// What to do.
    #[command(subcommand)]
    pub command: SchemaCommand,
}

/// A subcommand of `messages schema` with its arguments.
#[derive(Debug, Subcommand)]
pub enum SchemaCommand {
    /// Proposes a descriptor for a file, on standard output, with remarks on standard error.
    Infer(Infer),
    /// Checks a descriptor, and shows what the extractor would make of files: a dry run.
    #[command(after_help = CHECK_CODES, override_usage = "messages schema check [OPTIONS] [DESCRIPTOR.json] [FILE]...")]
    Check(Check),
    /// Prints the OpenAPI document of the API over a descriptor's table, as JSON.
    #[command(name = "openapi")]
    OpenApi(OpenApi),
    /// Prints the template's parameters for a descriptor, in one line.
    Parameters(Parameters),
}

/// Arguments of `messages schema infer`.
#[derive(Debug, Args)]
pub struct Infer {
    /// The CSV file, maybe compressed, which is read to its end; or a descriptor of another tool, such as frictionless: .json,
    /// .yaml.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The file's encoding, such as windows-1252. Without this option it is detected as far as possible.
    #[arg(long, value_name = "LABEL", value_parser = encoding)]
    pub encoding: Option<&'static encoding_rs::Encoding>,
}

/// Arguments of `messages schema check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The descriptor, if the first name ends in .json, otherwise schema/datapackage.json; then files, or patterns of them.
    /// Without files, the files that the resources name as their `path` are checked.
    #[arg(value_name = "DESCRIPTOR.json] [FILE")]
    pub names: Vec<OsString>,
    /// The key of the table.
    #[command(flatten)]
    pub key: KeyOptions,
    /// How rows of resources that declare no write mode are written, as the stack's `WriteMode` says.
    #[arg(long, value_name = "MODE", default_value_t)]
    pub write_mode: WriteMode,
    /// The folder of the bucket that the files would be uploaded into.
    #[arg(long, value_name = "FOLDER", conflicts_with = "object_key")]
    pub prefix: Option<String>,
    /// The key of the object that a single file would become.
    #[arg(long = "key", value_name = "KEY")]
    pub object_key: Option<String>,
}

/// Arguments of `messages schema parameters`.
#[derive(Debug, Args)]
pub struct Parameters {
    /// The descriptor.
    #[arg(value_name = "DESCRIPTOR", default_value = DEFAULT_DESCRIPTOR)]
    pub descriptor: PathBuf,
    /// The key of the table.
    #[command(flatten)]
    pub key: KeyOptions,
}

/// Arguments of `messages schema openapi`.
#[derive(Debug, Args)]
pub struct OpenApi {
    /// The descriptor; otherwise schema/datapackage.json, if it exists. Without either, the document describes the sample's
    /// messages.
    #[arg(value_name = "DESCRIPTOR")]
    pub descriptor: Option<PathBuf>,
    /// The key of the table.
    #[command(flatten)]
    pub key: KeyOptions,
}

/// The options that name the key of the table, for a descriptor that does not show it.
#[derive(Clone, Debug, Default, Args)]
pub struct KeyOptions {
    /// The attribute that is the table's partition key, with :N behind it for a number. Without this option: the primary key
    /// of all resources, or pk and sk, or date and time.
    #[arg(long, value_name = "NAME[:N]", value_parser = key_attribute)]
    pub partition_key: Option<KeyAttribute>,
    /// The attribute that is the table's sort key. With --partition-key alone, the table has none.
    #[arg(long, value_name = "NAME[:N]", value_parser = key_attribute, requires = "partition_key")]
    pub sort_key: Option<KeyAttribute>,
}

const CHECK_CODES: &str = "\
Exit codes: 0 no row would be rejected; 1 the descriptor is wrong, or rows would be rejected, or no resource describes a file; 2
the command failed. docs/messages-command.md has more.";

/// The path of the descriptor that is deployed: template.yaml makes a layer of its folder.
pub const DEFAULT_DESCRIPTOR: &str = "schema/datapackage.json";

fn encoding(label: &str) -> Result<&'static encoding_rs::Encoding, String> {
    encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())
        .ok_or_else(|| "give a label of the WHATWG encoding standard, such as windows-1252".to_owned())
}

fn key_attribute(text: &str) -> Result<KeyAttribute, String> {
    let (name, key_type) = match text.rsplit_once(':') {
        Some((name, "N")) => (name, KeyType::N),
        Some((name, "S")) => (name, KeyType::S),
        _ => (text, KeyType::S),
    };
    if name.is_empty() {
        return Err("give the name of an attribute, such as pk, or id:N for a number".to_owned());
    }
    Ok(KeyAttribute {
        name: name.to_owned(),
        key_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_attribute_is_a_name_and_maybe_a_type() {
        for (text, name, key_type) in [
            ("pk", "pk", KeyType::S),
            ("pk:S", "pk", KeyType::S),
            ("id:N", "id", KeyType::N),
            ("a:b", "a:b", KeyType::S),
        ] {
            let parsed = key_attribute(text);
            let name = name.to_owned();
            assert_eq!(parsed, Ok(KeyAttribute { name, key_type }), "{text}");
        }
        assert!(key_attribute("").is_err());
        assert!(key_attribute(":N").is_err());
    }
}
