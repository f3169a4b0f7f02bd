//! Cells: timestamps, numbers, texts.

use aws_sdk_dynamodb::types::AttributeValue;
use end_to_end::Stack;
use end_to_end::case::{Case, Day, lines};
use end_to_end::sample::{self, HEADER};
use end_to_end::table::Item;

/// The sample's row with another timestamp.
fn with_timestamp(timestamp: &str) -> String {
    format!("{timestamp},location-03,wireless,router-1,4.39,device-1,9.09")
}

/// The item of a day's good row, with another value of an attribute.
fn item_with(day: Day, second: u32, attribute: &str, value: AttributeValue) -> Item {
    let mut item = sample::items(&lines(&[HEADER, &day.row(second)])).remove(0);
    item.insert(attribute.to_owned(), value);
    item
}

/// The items of good rows, with other keys.
fn keyed(keys: &[(&str, &str)]) -> Vec<Item> {
    let item = |&(date, time): &(&str, &str)| {
        let key =
            [("date", date), ("time", time)].map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())));
        let mut item = sample::items(&lines(&[HEADER, &with_timestamp("0")])).remove(0);
        item.extend(key);
        item
    };
    keys.iter().map(item).collect()
}

#[tokio::test]
async fn timestamps_that_are_instants() {
    let stack = Stack::connect().await;
    // These days are fixed, but no other test uses them. (Files of `sample_data/cases/` have the first day of 1970.)
    let instants = [
        ("-62135596800", ("0001-01-01", "00:00:00")),
        ("-62135596799.5", ("0001-01-01", "00:00:00")),
        ("-1", ("1969-12-31", "23:59:59")),
        ("-0.25", ("1969-12-31", "23:59:59")),
        (" +86400.999999999999 ", ("1970-01-02", "00:00:00")),
        ("\"086401\"", ("1970-01-02", "00:00:01")),
        ("253402300799.9", ("9999-12-31", "23:59:59")),
        ("8.6402e4", ("1970-01-02", "00:00:02")),
        ("86403.", ("1970-01-02", "00:00:03")),
        ("\u{a0}.86404e5\u{feff}", ("1970-01-02", "00:00:04")),
    ];
    let rows = instants.map(|(timestamp, _)| with_timestamp(timestamp));
    // Of two rows with one key either may remain, since the items are equal.
    let mut items = keyed(&instants.map(|(_, key)| key));
    items.dedup();
    stack.delete(&items).await;
    let rows: Vec<_> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let pair = |line: u32, (date, time): (&str, &str)| serde_json::json!({"line": line, "earlier_line": line - 1, "date": date, "time": time});
    let case = Case::new("instants", lines(&rows))
        .items(items)
        .report("rows_read", 10)
        .report("rows_sent", 10)
        .report(
            "key_collisions",
            serde_json::json!({"rows": 2, "exact": true, "first": [pair(3, instants[0].1), pair(5, instants[2].1)]}),
        );

    stack.check([case]).await;
}

#[tokio::test]
async fn timestamps_that_are_none() {
    let form = "timestamp must be Unix seconds with an optional fraction, such as 1559040909.3853335";
    let range = "timestamp must lie in the years 0001 to 9999: Unix seconds, not milliseconds or smaller units";
    let timestamps = [
        ("1559040909385", range),
        ("1559040909385333", range),
        ("253402300800", range),
        ("-62135596801", range),
        ("99999999999999999999999", range),
        ("NaN", form),
        ("inf", form),
        ("-Infinity", form),
        ("1e12", range),
        ("1e", form),
        ("0x5CED13CD", form),
        (".", form),
        ("15590\u{200b}40909", "and has the invisible character U+200B"),
        ("\"1,559,040,909\"", form),
        ("2019-05-28T10:55:09Z", form),
        ("1559040909 s", form),
        ("１５５９", form),
        ("", "timestamp is empty"),
        (" ", "timestamp is empty"),
        ("\u{a0}", "timestamp is empty, and has the invisible character U+00A0"),
    ];
    let rows = timestamps.map(|(timestamp, _)| with_timestamp(timestamp));
    let all: Vec<_> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let case = Case::new("no timestamps", lines(&all));
    let bad = (2..).zip(&rows).zip(timestamps);
    let case = bad.fold(case, |case, ((line, row), (_, reason))| {
        case.bad(line, "timestamp", reason, row)
    });

    Stack::connect().await.check([case]).await;
}

#[tokio::test]
async fn numbers_are_kept_digit_for_digit() {
    let digits_38 = "-1234567890.1234567890123456789012345678";
    let large = format!("99{}", "0".repeat(124));
    let small = format!("0.{}1", "0".repeat(129));
    let zeros = format!("1{}", "0".repeat(60));
    let numbers = [
        (digits_38, digits_38),
        ("9.9E125", &large),
        ("1e-130", &small),
        (&zeros, &zeros),
        ("-1.5e3", "-1500"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("10.10", "10.1"),
        ("+4", "4"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        (" 4.39\t", "4.39"),
        ("\u{202f}4.39\u{a0}", "4.39"),
        ("1.234", "1.234"),
        ("\"4.39\"", "4.39"),
        ("-0.00e5", "0"),
    ];
    let day = Day::unique();
    let rows: Vec<_> = (0..)
        .zip(numbers)
        .map(|(second, (number, _))| day.row(second).replace("4.39", number))
        .collect();
    let all: Vec<_> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let items = (0..)
        .zip(numbers)
        .map(|(second, (_, stored))| item_with(day, second, "local_avg", AttributeValue::N(stored.to_owned())));

    Stack::connect()
        .await
        .check([Case::new("numbers", lines(&all)).items(items)])
        .await;
}

#[tokio::test]
async fn numbers_that_are_none() {
    let form = "local_avg must be a decimal number such as 4.39 or -1.5e3, without separators or units";
    let range = "local_avg is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude";
    let digits_39 = "1".repeat(39);
    let numbers = [
        ("\"1,000\"", form),
        ("1 000", form),
        ("1'000", form),
        ("\"4,39\"", form),
        ("4.39 ms", form),
        ("50%", form),
        ("NaN", form),
        ("inf", form),
        ("-Infinity", form),
        ("0x1F", form),
        ("1e", form),
        ("-", form),
        ("1.2.3", form),
        ("4\0", form),
        (&digits_39, "local_avg has 39 significant digits; DynamoDB keeps 38"),
        ("1e126", range),
        ("-1e126", range),
        ("9.9e-131", range),
        ("1e99999999999999999999", range),
        ("", "local_avg is empty"),
        ("\t", "local_avg is empty"),
        (
            "\u{2212}4.39",
            "and has U+2212, which looks like a minus sign but is not one",
        ),
        ("1\u{a0}234", "and has the invisible character U+00A0"),
        ("NULL", "and is the null word `NULL`"),
    ];
    let rows = numbers.map(|(number, _)| with_timestamp("0").replace("4.39", number));
    let all: Vec<_> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let case = Case::new("no numbers", lines(&all));
    let bad = (2..).zip(&rows).zip(numbers);
    let case = bad.fold(case, |case, ((line, row), (_, reason))| {
        case.bad(line, "local_avg", reason, row)
    });

    Stack::connect().await.check([case]).await;
}

#[tokio::test]
async fn texts_are_kept_whatever_they_hold() {
    let texts = [
        "Zürich 測定 🏔",
        " spaces around ",
        "null",
        // Characters that SQS does not accept in a message.
        "\0\u{1}\u{8}\u{b}\u{1f}\u{fffe}\u{ffff}",
        "\u{7f}\u{85}\u{2028}\u{fffd}\u{feff}",
        "{\"S\":\"x\"}\\u0041",
        "=1+1",
    ];
    let day = Day::unique();
    let rows: Vec<_> = (0..)
        .zip(texts)
        .map(|(second, text)| day.row_of(&format!("\"{}\"", text.replace('"', "\"\"")), second))
        .collect();
    let all: Vec<_> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let items = (0..)
        .zip(texts)
        .map(|(second, text)| item_with(day, second, "location", AttributeValue::S(text.to_owned())));

    Stack::connect()
        .await
        .check([Case::new("texts", lines(&all))
            .items(items)
            .warned("null_words", 1, &[4])])
        .await;
}

#[tokio::test]
async fn empty_cells_are_named() {
    let cells = [
        ("0,,wireless,router-1,4.39,device-1,9.09", "location"),
        ("0,location-03,\"\",router-1,4.39,device-1,9.09", "source"),
        ("0,location-03,wireless, \t ,4.39,device-1,9.09", "local_dest"),
        ("0,location-03,wireless,router-1,4.39,,9.09", "remote_dest"),
        ("0,location-03,wireless,router-1,4.39,device-1,", "remote_avg"),
    ];
    let all: Vec<_> = std::iter::once(HEADER)
        .chain(cells.iter().map(|(row, _)| *row))
        .chain([",,,,,,", " ,\u{a0},,,,,"])
        .collect();
    let case = Case::new("empty cells", lines(&all));
    let case = (2..).zip(cells).fold(case, |case, (line, (row, column))| {
        case.bad(line, column, format!("{column} is empty"), row)
    });

    Stack::connect().await.check([case]).await;
}
