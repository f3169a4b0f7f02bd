//! The tables as Markdown, for the guide.

use super::{PACKAGE, Shape, Vocabulary};

/// The supported properties, and those of the standard that are refused, as tables in Markdown.
#[must_use]
pub fn properties_markdown() -> String {
    let mut out = String::new();
    section(&PACKAGE, &mut out);
    out
}

fn section(vocabulary: &Vocabulary, out: &mut String) {
    let row =
        |name: &str, cells: [&str; 2]| format!("| `{name}` | {} | {} |\n", cells[0], cells[1].replace('|', "\\|"));
    out.push_str("\n| ");
    out.push_str(vocabulary.name);
    out.push_str(" | | |\n|---|---|---|\n");
    for property in vocabulary.properties {
        let value = if property.is_supported() {
            property.shape.words()
        } else {
            "refused".to_owned()
        };
        out.push_str(&row(property.name, [&value, property.about]));
    }
    for property in vocabulary.properties {
        if let Shape::Object(inner) | Shape::Objects(inner) = property.shape {
            section(inner, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_has_a_table() {
        let markdown = properties_markdown();
        for name in ["package", "resource", "dialect", "schema", "field", "constraints"] {
            assert!(markdown.contains(&format!("| {name} | | |")), "{name}");
        }
    }
}
