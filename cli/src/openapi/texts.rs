//! The descriptions and other texts of the document.

use message::KeyType;

use super::document::{Document, pointer_step};
use super::key::path_name;
use super::shape::Shape;

/// Replaces the texts about dates, times and measurements.
pub fn write(document: &mut Document, shape: &Shape) {
    write_introduction(document, shape);
    write_calls(document, shape);
    write_parameters(document, shape);
    write_schemas(document, shape);
    write_examples(document, shape);
}

fn write_introduction(document: &mut Document, shape: &Shape) {
    let names = shape.key_names();
    document.set("/info/summary", "The items of a table, read and written one by one.");
    let description = "/info/description";
    document.replace(
        description,
        "Every message has a **key**: a UTC date and a UTC time of day. Messages come from CSV files, whose rows are written\n\
         to the same table, and from this API.",
        &format!(
            "An item of the table is called a message here. Every message has a **key**: {names}. Messages come from CSV files,\n\
             whose rows are written to the same table, and from this API."
        ),
    );
    document.replace(description, SAME_PARAMETERS, &same_parameters(shape));
    document.replace(
        description,
        "sets one that is not documented, it\n",
        "sets any beside the key, it\n",
    );
}

fn write_calls(document: &mut Document, shape: &Shape) {
    let names = shape.key_names();
    let partition = &shape.key.partition.name;
    let list = match &shape.key.sort {
        Some(sort) => format!(
            "With `{partition}`, the messages of this partition key in the order of `{sort}`; without, those of the whole table \
             in no order.\n`from`, `to` and `order` need `{partition}`. `from` must not be greater than `to`.\n",
            sort = sort.name
        ),
        None => format!(
            "With `{partition}`, the one message of this key, if there is one; without, those of the whole table in no order.\n"
        ),
    };
    document.set("/paths/~1message/get/description", list);
    document.replace(
        "/paths/~1message/post/description",
        "under the `date` and `time` that it has",
        &format!("under the {names} that it has"),
    );
    let another_path = format!(
        "`route-not-found`: what stands for `{partition}` has a slash\nthat is not percent-encoded, and so it is another path.\n"
    );
    let not_found = format!("`message-not-found`: there is no message of this {names}. Or {another_path}");
    document.set("/components/responses/NotFound/description", not_found);
    document.set("/components/responses/RouteNotFound/description", another_path);
}

fn write_parameters(document: &mut Document, shape: &Shape) {
    let partition = &shape.key.partition.name;
    let mut describe = |name: &str, text: String| {
        document.set(&format!("/components/parameters/{name}/description"), text);
    };
    describe("PathDate", format!("The message's `{partition}`, percent-encoded."));
    describe("ListDate", format!("Only messages of this `{partition}`."));
    describe(
        "CreateOnly",
        format!(
            "`*`: store the message only if there is none of this {}.",
            shape.key_names()
        ),
    );
    if let Some(sort) = &shape.key.sort {
        let order = match sort.key_type {
            KeyType::S => "Texts are compared by their bytes in UTF-8.",
            KeyType::N => "Numbers are compared by their value.",
        };
        let sort = &sort.name;
        describe("Time", format!("The message's `{sort}`."));
        describe(
            "From",
            format!("Only messages of this `{sort}` and greater ones. Needs `{partition}`. {order}"),
        );
        describe(
            "To",
            format!("Only messages of this `{sort}` and smaller ones. Needs `{partition}`. {order}"),
        );
        describe(
            "Order",
            format!("Whether the smallest `{sort}` comes first (`asc`) or the greatest (`desc`). Needs `{partition}`."),
        );
    }
    let same = format!(
        "Where the page begins: the `NextToken` of the page before, unchanged, with the same {}. Any other is refused.\n",
        same_parameters(shape)
    );
    describe("NextToken", same);
}

fn write_schemas(document: &mut Document, shape: &Shape) {
    let names = shape.key_names();
    let schemas = "/components/schemas";
    document.replace(
        &format!("{schemas}/Item/description"),
        "Further\nattributes are free;",
        "The\nattributes have the types that files give them; this API itself takes any JSON beside the key. Further\nattributes \
         are free;",
    );
    document.replace(
        &format!("{schemas}/PlainUpdate/properties/Item/description"),
        "`date` and `time` may be among them when they are those of the address.",
        &format!("{names} may be among them, with the value of the address."),
    );
    document.replace(
        &format!("{schemas}/UpdateExpression/properties/UpdateExpression/description"),
        "where it sets attributes other than\nthose that `Item` names, for",
        "where it sets attributes, for",
    );
}

fn write_examples(document: &mut Document, shape: &Shape) {
    let names = shape.key_names();
    let partition = &shape.key.partition;
    let examples = "/components/examples";
    document.set(&format!("{examples}/Message/summary"), "A message");
    document.set(&format!("{examples}/Page/summary"), "The only page of a list");
    document.set(
        &format!("{examples}/PlainUpdate/summary"),
        "An attribute is set and another one is removed",
    );
    document.set(&format!("{examples}/UpdateExpression/summary"), "An attribute is set");

    let pointer = format!("/Item/{}", pointer_step(&partition.name));
    let mistake = match partition.key_type {
        KeyType::S => "is missing; it must be a string that is not empty, as a part of the key",
        KeyType::N => "is missing; it must be a number, without quotation marks, as a part of the key",
    };
    document.set(
        &format!("{examples}/InvalidBody/value/detail"),
        format!("`{pointer}` {mistake}."),
    );
    document.set(&format!("{examples}/InvalidBody/value/errors/0/pointer"), pointer);
    document.set(&format!("{examples}/InvalidBody/value/errors/0/detail"), mistake);
    document.set(
        &format!("{examples}/MessageNotFound/value/detail"),
        format!("There is no message with this {names}."),
    );
    document.replace(
        &format!("{examples}/RouteNotFound/value/detail"),
        "/message/{date}",
        &format!("/message/{{{}}}", path_name(shape)),
    );
    if shape.key.sort.is_none() {
        // The example is about `order`, which is no parameter of a table without a sort key.
        let invalid = format!("{examples}/InvalidRequest/value/errors/0");
        document.set(&format!("{invalid}/pointer"), "/fields");
        document.set(
            &format!("{invalid}/detail"),
            "must be 1 to 50 names of attributes with commas between them, each of 1 to 255 bytes",
        );
    }
}

/// The parameters that stay the same from page to page.
const SAME_PARAMETERS: &str = "`date`, `from`, `to`, `order` and `fields`";

fn same_parameters(shape: &Shape) -> String {
    let in_order = match shape.key.sort {
        Some(_) => ", `from`, `to`, `order`",
        None => "",
    };
    format!("`{}`{in_order} and `fields`", shape.key.partition.name)
}
