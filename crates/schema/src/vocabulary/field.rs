//! The properties of a field and of its constraints.

use super::{DESCRIPTION, Property, Shape, TITLE, Vocabulary, unsupported};

/// The supported types of fields.
pub(crate) const TYPES: [&str; 12] = [
    "string",
    "number",
    "integer",
    "boolean",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
    "list",
    "object",
    "array",
];
const NO_EFFECT: &str = "nothing here reads it; remove it";

pub(crate) static FIELD: Vocabulary = Vocabulary {
    name: "field",
    required: &["name", "type"],
    properties: &[
        Property {
            name: "name",
            shape: Shape::Text,
            about: "Name of the column; matched exactly first, then ignoring letter case and the white space and quotes around it.",
        },
        Property {
            name: "type",
            shape: Shape::TypeName,
            about: "Type of the cells.",
        },
        TITLE,
        DESCRIPTION,
        Property {
            name: "format",
            shape: Shape::Text,
            about: "`default`; for a string, `binary` (base64, stored as B); for a date, time or datetime, strptime directives.",
        },
        Property {
            name: "missingValues",
            shape: Shape::Texts(0),
            about: "Texts of cells that have no value, instead of the schema's.",
        },
        Property {
            name: "decimalChar",
            shape: Shape::Character,
            about: "Decimal character of a number; absent: a point.",
        },
        Property {
            name: "groupChar",
            shape: Shape::Character,
            about: "Character between groups of three digits. A number that has it must be grouped rightly, and must not begin with 0 if the character is a point or comma.",
        },
        Property {
            name: "bareNumber",
            shape: Shape::Bool,
            about: "`false`: text around a number, such as a unit, is dropped.",
        },
        Property {
            name: "trueValues",
            shape: Shape::Texts(1),
            about: "Texts that mean true, without white space around them; none may be one of the `missingValues`; absent: true, True, TRUE, 1.",
        },
        Property {
            name: "falseValues",
            shape: Shape::Texts(1),
            about: "Texts that mean false, without white space around them; none may be one of the `missingValues`; absent: false, False, FALSE, 0.",
        },
        Property {
            name: "delimiter",
            shape: Shape::Text,
            about: "The text between the elements of a list; absent: a comma.",
        },
        Property {
            name: "itemType",
            shape: Shape::Choice(&["string", "integer", "boolean", "number", "datetime", "date", "time"]),
            about: "Type of a list's elements; absent: string.",
        },
        Property {
            name: "constraints",
            shape: Shape::Object(&CONSTRAINTS),
            about: "Rules that cells must satisfy.",
        },
        Property {
            name: "dynamodb:attribute",
            shape: Shape::TextOrNull,
            about: "Name of the attribute; absent: the field's; `null`: not stored.",
        },
        Property {
            name: "dynamodb:default",
            shape: Shape::Scalar,
            about: "The text of the cell that replaces a missing one; not a template.",
        },
        Property {
            name: "dynamodb:missing",
            shape: Shape::Choice(&["omit", "null", "remove"]),
            about: "What a missing value does: `omit` (the default) writes no attribute, `null` writes NULL, `remove` \
                    removes the attribute (with `merge` only).",
        },
        Property {
            name: "dynamodb:type",
            shape: Shape::Choice(&["S", "N", "SS", "NS"]),
            about: "Type of the attribute where there is a choice: SS or NS for a list, S for a number, an integer or a year.",
        },
        Property {
            name: "dynamodb:epoch",
            shape: Shape::Choice(&["s", "ms", "us", "ns"]),
            about: "Unit of a number that is a time since 1970.",
        },
        Property {
            name: "dynamodb:timeZone",
            shape: Shape::Text,
            about: "IANA name of the zone of local times, such as Europe/Berlin.",
        },
        Property {
            name: "dynamodb:ambiguous",
            shape: Shape::Choice(&["reject", "earlier", "later"]),
            about: "Which instant is meant by a local time that exists twice; `reject` (the default) refuses the cell.",
        },
        unsupported("example", NO_EFFECT),
        unsupported("rdfType", NO_EFFECT),
        unsupported("categories", "write the values as `enum` in `constraints`"),
        unsupported("categoriesOrdered", NO_EFFECT),
    ],
};

static CONSTRAINTS: Vocabulary = Vocabulary {
    name: "constraints",
    required: &[],
    properties: &[
        Property {
            name: "required",
            shape: Shape::Bool,
            about: "Whether a cell must have a value.",
        },
        Property {
            name: "enum",
            shape: Shape::Scalars,
            about: "The allowed values.",
        },
        Property {
            name: "minLength",
            shape: Shape::Count,
            about: "The fewest characters of a string, elements of a list or array, or members of an object.",
        },
        Property {
            name: "maxLength",
            shape: Shape::Count,
            about: "The most characters of a string, elements of a list or array, or members of an object.",
        },
        Property {
            name: "minimum",
            shape: Shape::Scalar,
            about: "The least number or earliest time.",
        },
        Property {
            name: "maximum",
            shape: Shape::Scalar,
            about: "The greatest number or latest time.",
        },
        unsupported("exclusiveMinimum", "use `minimum`"),
        unsupported("exclusiveMaximum", "use `maximum`"),
        unsupported(
            "unique",
            "rows are not compared with each other; equal keys of the table are counted as collisions",
        ),
        unsupported(
            "pattern",
            "texts are not matched; list the values in `enum`, or check where the data is made",
        ),
        unsupported(
            "jsonSchema",
            "objects and arrays are not checked; check them where the data is made",
        ),
    ],
};
