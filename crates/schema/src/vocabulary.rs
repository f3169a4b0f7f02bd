//! The properties that a descriptor can have: tables of their names, shapes and meanings. Descriptors are checked against the
//! tables; the JSON Schema and the tables in the guide are generated from them.
//!
//! | module | what |
//! |---|---|
//! | `check` | checks a descriptor against the tables |
//! | `json_schema`, `table` | the tables as a JSON Schema and as Markdown |
//! | `package`, `dialect`, `schema`, `field` | the tables |

pub(crate) mod check;
mod dialect;
mod field;
pub(crate) mod json_schema;
mod package;
mod schema;
pub(crate) mod table;

pub(crate) use field::{FIELD, TYPES};
pub(crate) use package::PACKAGE;
pub(crate) use package::RESOURCE;

/// The properties of one kind of object.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// The name of the kind of object.
    pub name: &'static str,
    pub properties: &'static [Property],
    /// The required properties.
    pub required: &'static [&'static str],
}

/// One property.
#[derive(Debug)]
pub(crate) struct Property {
    pub name: &'static str,
    pub shape: Shape,
    /// What it means. For an unsupported property: why it is refused, and what to do.
    pub about: &'static str,
}

const TITLE: Property = Property {
    name: "title",
    shape: Shape::AnyText,
    about: "Title; for people.",
};
const DESCRIPTION: Property = Property {
    name: "description",
    shape: Shape::AnyText,
    about: "Description; for people.",
};

/// The shape of a property's value.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Text that is not empty.
    Text,
    /// Text that may be empty.
    AnyText,
    /// One path.
    Path,
    /// One character.
    Character,
    Bool,
    /// The name of a field's type. Whether the type exists is checked when the field is read.
    TypeName,
    /// A whole number that is not negative.
    Count,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// One of these texts, or an array of one of them.
    ChoiceOrOne(&'static [&'static str]),
    /// Texts: at least this number of them.
    Texts(usize),
    /// One text, or at least one text.
    TextOrTexts,
    /// Row numbers, from 1.
    Rows,
    /// A text, or null.
    TextOrNull,
    /// A text, a number or a boolean.
    Scalar,
    /// At least one scalar.
    Scalars,
    /// An object with any members.
    Free,
    Object(&'static Vocabulary),
    /// At least one object.
    Objects(&'static Vocabulary),
    /// In the standard, but not supported.
    Unsupported,
}

impl Vocabulary {
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

impl Property {
    pub fn is_supported(&self) -> bool {
        !matches!(self.shape, Shape::Unsupported)
    }
}

impl Shape {
    /// What a value must be, in words.
    pub fn words(&self) -> String {
        let listed = |choices: &[&str]| {
            let quoted: Vec<_> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
            format!("one of {}", quoted.join(", "))
        };
        match self {
            Self::Text => "a string that is not empty".to_owned(),
            Self::Path => {
                "one path: several would make one table; give each kind of file a resource with its `s3:keys`"
                    .to_owned()
            }
            Self::AnyText => "a string".to_owned(),
            Self::Character => "a string of one character".to_owned(),
            Self::TypeName => listed(&TYPES),
            Self::Bool => "true or false".to_owned(),
            Self::Count => "a whole number, 0 or more".to_owned(),
            Self::Choice(choices) => listed(choices),
            Self::ChoiceOrOne(choices) => format!("{}, or an array of one of them", listed(choices)),
            Self::Texts(0) => "an array of strings".to_owned(),
            Self::Texts(_) => "an array of one or more strings".to_owned(),
            Self::TextOrTexts => "a string, or an array of one or more strings".to_owned(),
            Self::Rows => "an array of row numbers, counted from 1".to_owned(),
            Self::TextOrNull => "a string that is not empty, or null".to_owned(),
            Self::Scalar => "a string, a number, true or false".to_owned(),
            Self::Scalars => "an array of one or more strings, numbers or booleans".to_owned(),
            Self::Free | Self::Object(_) => "an object".to_owned(),
            Self::Objects(_) => "an array of one or more objects".to_owned(),
            Self::Unsupported => "left out".to_owned(),
        }
    }
}

/// A property of the standard that is not supported, with the reason.
const fn unsupported(name: &'static str, about: &'static str) -> Property {
    Property {
        name,
        shape: Shape::Unsupported,
        about,
    }
}
