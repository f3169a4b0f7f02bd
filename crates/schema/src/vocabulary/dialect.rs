//! The properties of a dialect.

use super::{Property, Shape, Vocabulary, unsupported};

pub(crate) static DIALECT: Vocabulary = Vocabulary {
    name: "dialect",
    required: &[],
    properties: &[
        Property {
            name: "delimiter",
            shape: Shape::Character,
            about: "The ASCII character between cells; absent: detected from the names of the columns.",
        },
        Property {
            name: "header",
            shape: Shape::Bool,
            about: "Whether there is a row of names. Without one, the columns are the fields in order, and `delimiter` is required.",
        },
        Property {
            name: "headerRows",
            shape: Shape::Rows,
            about: "The number of the line that has the names, as an array of one. The lines before it are skipped, whatever quotes \
                    they have.",
        },
        Property {
            name: "commentChar",
            shape: Shape::Text,
            about: "Rows that begin with it are skipped. If it begins with a comma, a semicolon or a tab, `delimiter` is required.",
        },
        Property {
            name: "commentRows",
            shape: Shape::Rows,
            about: "Rows that are skipped, by their numbers. Before the header, or the first row that is read, each line counts; from there on, a row of several \
                    lines counts once. Blank lines and comments count, too.",
        },
        Property {
            name: "nullSequence",
            shape: Shape::Text,
            about: "The text of a cell that has no value, such as `\\N`.",
        },
        Property {
            name: "skipInitialSpace",
            shape: Shape::Bool,
            about: "Whether spaces after a delimiter are dropped.",
        },
        Property {
            name: "quoteChar",
            shape: Shape::Choice(&["\""]),
            about: "Only the quotation mark is supported.",
        },
        Property {
            name: "doubleQuote",
            shape: Shape::Bool,
            about: "A quotation mark within a quoted cell is written twice; `false` is refused.",
        },
        unsupported(
            "escapeChar",
            "a quotation mark in a quoted cell is written twice; write the file without escapes",
        ),
        unsupported("headerJoin", "the names are in one row"),
        unsupported("lineTerminator", "line ends are recognised; remove it"),
        unsupported(
            "caseSensitiveHeader",
            "names are matched exactly first, then without regard to case; remove it",
        ),
        unsupported("csvddfVersion", "it belongs to version 1 of the standard; remove it"),
        unsupported("property", "it is about JSON files"),
        unsupported("itemType", "it is about JSON files"),
        unsupported("itemKeys", "it is about JSON files"),
        unsupported("sheetNumber", "it is about spreadsheets; save the sheet as CSV"),
        unsupported("sheetName", "it is about spreadsheets; save the sheet as CSV"),
        unsupported("table", "it is about databases"),
        unsupported("csv", "write its properties into the dialect itself"),
        unsupported("$schema", "nothing here reads it; remove it"),
    ],
};
