//! Rows: their fields, their quotes, their lengths.

use end_to_end::Stack;
use end_to_end::case::{Case, Day, lines};
use end_to_end::sample::{self, HEADER};

const MEBIBYTE: usize = 1024 * 1024;

#[tokio::test]
async fn rows_of_other_than_the_headers_fields() {
    let day = Day::unique();
    let good = [day.row(1), day.row(2)];
    let few = "0,location-03,wireless,router-1,4.39,device-1";
    let many = format!("{},9", day.row(3));
    let comma_at_the_end = format!("{},", day.row(4));
    let empty_cells_at_the_end = format!("{}, ,", day.row(6));
    let decimal_comma = day.row(5).replace("4.39", "4,39");
    let file = lines(&[
        HEADER,
        few,
        &good[0],
        &many,
        &comma_at_the_end,
        &empty_cells_at_the_end,
        &decimal_comma,
        " ",
        "\"\"",
        &good[1],
    ]);
    let fields = |count: u32| {
        let plural = if count == 1 { "" } else { "s" };
        format!("the row has {count} field{plural} where the header has 7")
    };
    let case = Case::new("fields", file)
        .good([&*good[0], &good[1], &day.row(4), &day.row(6)])
        .bad(2, "", fields(6), few)
        .bad(4, "", fields(8), many)
        .bad(7, "", fields(8), decimal_comma);
    let day = Day::unique();
    let short = [day.row(7), day.row(8)];
    let file = lines(&[&format!("{HEADER},note,"), &short[0], &format!("{},x", short[1])]);
    let short_rows = Case::new("short rows", file)
        .good(short.each_ref().map(String::as_str))
        .report("unknown_columns", serde_json::json!(["note", ""]));

    Stack::connect().await.check([case, short_rows]).await;
}

#[tokio::test]
async fn quotes_that_are_in_order() {
    let day = Day::unique();
    let locations = [
        "\"Hall 3, \"\"A\"\"\"",
        "\"Hall 3,\r\nnorth\n\"",
        "5\" pipe",
        " \"Hall 3\"",
    ];
    let rows: Vec<_> = (1..)
        .zip(locations)
        .map(|(second, location)| day.row_of(location, second))
        .collect();
    let all: Vec<_> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let file = lines(&all);
    let mut items = sample::items(&file);
    let expected = ["Hall 3, \"A\"", "Hall 3,\r\nnorth\n", "5\" pipe", " \"Hall 3\""];
    for (item, location) in items.iter_mut().zip(expected) {
        item.insert(
            "location".to_owned(),
            aws_sdk_dynamodb::types::AttributeValue::S(location.to_owned()),
        );
    }

    Stack::connect()
        .await
        .check([Case::new("quotes", file)
            .items(items)
            .warned("spaces_before_quotes", 1, &[7])])
        .await;
}

#[tokio::test]
async fn a_quote_that_is_never_closed_costs_its_line() {
    let open =
        "a quoted field that begins in this line ends neither within 1048576 bytes nor before the end of the file";
    let case = |name: &str, text: &str, rows: u32| {
        let day = Day::unique();
        let good: Vec<_> = (1..=rows).map(|second| day.row_of(text, second)).collect();
        let stray = day.row_of("\"Hall 3", 0);
        let mut all: Vec<_> = std::iter::once(HEADER).chain(good.iter().map(String::as_str)).collect();
        all.insert(2, &stray);
        Case::new(name, lines(&all))
            .good(good.iter().map(String::as_str))
            .bad(3, "", open, &stray)
    };
    let cases = [
        case("in the last line", "Hall 4", 1),
        case("in the middle", "Hall 4", 3),
        // The rest of the file is longer than a row may be.
        case("far from the end", &"x".repeat(100_000), 12),
    ];

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn a_quote_that_another_field_closes_costs_its_line() {
    let stray =
        "a quote in this line, or one that closes what a quote in this line opens, is followed by something other";
    let day = Day::unique();
    let good = ["Hall 3", "Hall 4", "\"Hall 5\"", "\"Hall 6,\nnorth\"", "Hall 7"];
    let good: Vec<_> = (1..).zip(good).map(|(second, hall)| day.row_of(hall, second)).collect();
    let bad = ["\"Hall 3", "\"Hall\" 3", "\"Hall 3\" "].map(|hall| day.row_of(hall, 0));
    let rows = [
        HEADER, &good[0], &bad[0], &good[1], &good[2], &good[3], &bad[1], &good[4], &bad[2],
    ];
    let case = Case::new("stray quotes", lines(&rows))
        .good(good.iter().map(String::as_str))
        .bad(3, "", stray, &bad[0])
        .bad(8, "", stray, &bad[1])
        .bad(10, "", stray, &bad[2]);

    Stack::connect().await.check([case]).await;
}

#[tokio::test]
async fn stray_quotes_that_make_a_field_make_one_row() {
    let day = Day::unique();
    let (first, between, last) = (day.row(1), day.row(2), day.row(3));
    let opened = day.row(4).replace("wireless", "\"wireless");
    let closed = day.row_of("Hall 4\"", 5);
    let shifted = [&*opened, &between, &closed].join("\n");
    let shifted = Case::new("of other columns", lines(&[HEADER, &first, &shifted, &last]))
        .good([&*first, &last])
        .bad(3, "", "the row has 8 fields where the header has 7", &shifted);

    let day = Day::unique();
    let (first, last) = (day.row(1), day.row(9));
    let field = [&*day.row_of("\"Hall 3", 2), &day.row(3), &day.row_of("Hall 4\"", 4)].join("\n");
    let same = Case::new("of one column", lines(&[HEADER, &first, &field, &last]))
        .good([&*first, &field, &last])
        .warned("rows_in_cells", 1, &[3]);

    Stack::connect().await.check([shifted, same]).await;
}

#[tokio::test]
async fn rows_longer_than_may_be() {
    let too_long = |length: usize| {
        format!("the row is {length} bytes long, the most is 1048576; make it shorter; only its beginning is kept here")
    };
    let cases = [
        ("too long", "x"),
        ("too long, of quotes", "\""),
        ("too long, of fields", ","),
    ]
    .map(|(name, text)| {
        let day = Day::unique();
        let (first, last) = (day.row(1), day.row(2));
        let long = format!("{},{}", day.row(3), text.repeat(2 * MEBIBYTE));
        Case::new(name, lines(&[HEADER, &first, &long, &last]))
            .good([&*first, &last])
            .long(3, "", too_long(long.len()), &long[..1024], long.len())
    });

    let day = Day::unique();
    let unknown = |length: usize| {
        let row = day.row(1);
        format!("{row},{}", "x".repeat(length - row.len() - 1))
    };
    let (longest, longer) = (unknown(MEBIBYTE), unknown(MEBIBYTE + 1));
    let header = format!("{HEADER},note");
    let limit = Case::new(
        "as long as may be, and one byte more",
        lines(&[&header, &longest, &longer]),
    )
    .good([&*day.row(1)])
    .long(3, "", too_long(longer.len()), &longer[..1024], longer.len())
    .report("unknown_columns", vec!["note"]);

    Stack::connect().await.check(cases.into_iter().chain([limit])).await;
}

#[tokio::test]
async fn items_and_messages_larger_than_may_be() {
    let day = Day::unique();
    // The bytes of an item in these rows besides `location`, with a time in nanoseconds.
    let others = "datetimelocationsourcelocal_destlocal_avgremote_destremote_avg".len()
        + "YYYY-MM-DDHH:MM:SS.nnnnnnnnn".len()
        + "wirelessrouter-1device-14.399.09".len();
    let most = 400 * 1024 - others;
    let (largest, larger) = (day.row_of(&"x".repeat(most), 1), day.row_of(&"x".repeat(most + 1), 2));
    // On the queue each such character takes six bytes.
    let controls = day.row_of(&"\u{1}".repeat(180_000), 3);
    let file = lines(&[HEADER, &largest, &larger, &controls]);
    let case = Case::new("sizes", file)
        .good([&*largest])
        .bad(
            3,
            "",
            "the row makes an item of 409601 bytes; DynamoDB takes 409600: shorten its cells",
            &larger,
        )
        .bad(4, "", "; SQS takes 1048576: shorten its cells", &controls);

    Stack::connect().await.check([case]).await;
}
