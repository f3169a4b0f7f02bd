//! The properties of a package and of a resource.

use super::dialect::DIALECT;
use super::schema::SCHEMA;
use super::{DESCRIPTION, Property, Shape, TITLE, Vocabulary, unsupported};

const NO_EFFECT: &str = "nothing here reads it; remove it";

pub(crate) static PACKAGE: Vocabulary = Vocabulary {
    name: "package",
    required: &["resources"],
    properties: &[
        Property {
            name: "$schema",
            shape: Shape::Text,
            about: "The JSON Schema of this file, for editors.",
        },
        Property {
            name: "name",
            shape: Shape::Text,
            about: "Name of the package; for people.",
        },
        TITLE,
        DESCRIPTION,
        Property {
            name: "resources",
            shape: Shape::Objects(&RESOURCE),
            about: "The kinds of files. An object belongs to the first one whose `s3:keys` match its key.",
        },
        unsupported("id", NO_EFFECT),
        unsupported("version", NO_EFFECT),
        unsupported("created", NO_EFFECT),
        unsupported("homepage", NO_EFFECT),
        unsupported("image", NO_EFFECT),
        unsupported("keywords", NO_EFFECT),
        unsupported("licenses", NO_EFFECT),
        unsupported("sources", NO_EFFECT),
        unsupported("contributors", NO_EFFECT),
        unsupported("profile", "it belongs to version 1 of the standard; remove it"),
    ],
};

pub(crate) static RESOURCE: Vocabulary = Vocabulary {
    name: "resource",
    required: &["name", "schema"],
    properties: &[
        Property {
            name: "name",
            shape: Shape::Text,
            about: "Name of the kind of file, in reports and messages.",
        },
        Property {
            name: "type",
            shape: Shape::Choice(&["table"]),
            about: "Only tables are supported.",
        },
        Property {
            name: "path",
            shape: Shape::Path,
            about: "A local sample of such a file, for `messages schema check` and tests.",
        },
        TITLE,
        DESCRIPTION,
        Property {
            name: "encoding",
            shape: Shape::Text,
            about: "Any label of the WHATWG encoding standard; absent: UTF-8, or UTF-16 with a byte order mark.",
        },
        Property {
            name: "compression",
            shape: Shape::Choice(&["gz", "zst"]),
            about: "How files are compressed; for people, because it is detected.",
        },
        Property {
            name: "dialect",
            shape: Shape::Object(&DIALECT),
            about: "How the text is divided into rows and cells.",
        },
        Property {
            name: "schema",
            shape: Shape::Object(&SCHEMA),
            about: "The columns.",
        },
        Property {
            name: "s3:keys",
            shape: Shape::Texts(1),
            about: "Patterns of object keys: `*` stands for anything within a folder, `**` for anything across folders, any \
                    other character, such as `?` and `[`, for itself; absent: every key.",
        },
        Property {
            name: "dynamodb:item",
            shape: Shape::Free,
            about: "Attributes that are added or override those of the fields: values with templates `${field:spec}`; nested \
                    objects make maps.",
        },
        Property {
            name: "dynamodb:unknown",
            shape: Shape::Choice(&["ignore", "keep"]),
            about: "Columns without a field: `ignore` (the default) names them in the report, `keep` stores them as strings.",
        },
        Property {
            name: "dynamodb:write",
            shape: Shape::Choice(&["replace", "latest", "create", "merge", "delete"]),
            about: "How a row is written where an item of its key is already there; absent: as the stack's `WriteMode` says.",
        },
        unsupported(
            "data",
            "rows come from objects; put them into a file and name a local sample in `path`",
        ),
        unsupported("scheme", "rows come from objects; remove it"),
        unsupported(
            "format",
            "the text is recognised and the dialect says the rest; remove it",
        ),
        unsupported("mediatype", "the text is recognised; remove it"),
        unsupported("bytes", NO_EFFECT),
        unsupported("hash", NO_EFFECT),
        unsupported("stats", NO_EFFECT),
        unsupported("licenses", NO_EFFECT),
        unsupported("sources", NO_EFFECT),
        unsupported("homepage", NO_EFFECT),
        unsupported("innerpath", "an object is one file; remove it"),
        unsupported("$schema", NO_EFFECT),
        unsupported(
            "profile",
            "it belongs to version 1 of the standard; write `\"type\": \"table\"` instead",
        ),
    ],
};
