//! The header, and the separators of fields.

use end_to_end::Stack;
use end_to_end::case::{Case, Day, lines};
use end_to_end::sample::{self, HEADER};
use serde_json::json;

#[tokio::test]
async fn headers_that_are_understood() {
    let headers = [
        (
            "letter case and spaces",
            " TimeStamp,LOCATION , source,Local_Dest,\tlocal_avg,remote_dest,remote_avg ",
        ),
        (
            "quoted",
            "\"timestamp\",\"location\",source,local_dest,local_avg,remote_dest,\"remote_avg\"",
        ),
        (
            "byte order mark",
            "\u{feff}timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg",
        ),
        (
            "byte order mark and quotes",
            "\u{feff}\"timestamp\",location,source,local_dest,local_avg,remote_dest,remote_avg",
        ),
        (
            "two byte order marks",
            "\u{feff}\u{feff}timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg",
        ),
        (
            "a byte order mark in quotes",
            "\"\u{feff}timestamp\",location,source,local_dest,local_avg,remote_dest,remote_avg",
        ),
        (
            "a byte order mark behind blank lines, and lines of separators",
            ",,,,,,\n\n\u{feff}timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg",
        ),
        (
            "invisible characters",
            "timestamp\u{a0},\u{200b}location,source,local_dest,local_avg\u{3000},remote_dest,remote_avg",
        ),
        (
            "behind blank lines",
            "\n\r\ntimestamp,location,source,local_dest,local_avg,remote_dest,remote_avg",
        ),
    ];
    let mut cases = headers.map(|(name, header)| {
        let row = Day::unique().row(1);
        Case::new(name, lines(&[header, &row])).good([&*row])
    });
    let day = Day::unique();
    let shuffled = lines(&[
        "location,remote_avg,timestamp,source,local_avg,remote_dest,local_dest",
        &format!("l,9.09,{},s,4.39,r,d", day.timestamp(1)),
    ]);
    let items = sample::items(&shuffled);
    cases[0] = Case::new("any order", shuffled).items(items);

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn columns_that_are_unknown_are_left_out_and_named() {
    let columns = [
        (
            "unknown columns",
            "note,\"a,b\"",
            "never mind,1",
            json!(["note", "a,b"]),
        ),
        ("a comma at the end of each line", "", "", json!([""])),
        ("a control character", "\u{1}", "\u{1}", json!(["\u{1}"])),
    ];
    let cases = columns.map(|(name, more, cells, unknown)| {
        let row = Day::unique().row(1);
        let file = lines(&[&format!("{HEADER},{more}"), &format!("{row},{cells}")]);
        Case::new(name, file).good([&*row]).report("unknown_columns", unknown)
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn headers_that_are_not_understood_keep_every_row() {
    let long = format!("{HEADER},{}", "x".repeat(64 * 1024));
    let headers: [(&str, &str, &str); 7] = [
        (
            "missing columns",
            "timestamp,location,local_dest,local_avg,remote_dest",
            "the header lacks `source`, `remote_avg`; it must name each of timestamp,location,source,",
        ),
        (
            "a duplicate column",
            "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg,SOURCE,source",
            "the header has `source` more than once",
        ),
        (
            "two duplicate columns",
            "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg,source,location",
            "the header has `source`, `location` more than once",
        ),
        (
            "an open quote",
            "timestamp,location,source,local_dest,local_avg,remote_dest,\"remote_avg",
            "the header cannot be read: it has a quote that does not belong",
        ),
        (
            "a stray quote",
            "timestamp,location,source,local_dest,local_avg,\"remote\"_dest,remote_avg",
            "the header cannot be read: it has a quote that does not belong",
        ),
        (
            "a name in other words",
            "time stamp,location,source,local_dest,local_avg,remote_dest,remote_avg",
            "the header lacks `timestamp`",
        ),
        (
            "too long",
            &long,
            "the header cannot be read: it is 65606 bytes long, the most is 65536",
        ),
    ];
    let rows = ["0,l,s,d,1,d,1", "", "1,l,s,d,1,d,1"];
    let cases = headers.map(|(name, header, problem)| {
        let file = lines(&[header, rows[0], rows[1], rows[2]]);
        let case = Case::new(name, file).problem(problem);
        case.bad(2, "", problem, rows[0]).bad(4, "", problem, rows[2])
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn fields_are_separated_by_what_the_header_has() {
    let cases = [("semicolon", ";"), ("tab", "\t")].map(|(name, separator)| {
        let day = Day::unique();
        let with = |text: &str| text.replace(',', separator);
        let (first, second) = (day.row(1), day.row(2));
        let quoted = day.row_of(&format!("\"Hall 3{separator} south, \"\"A\"\"\""), 3);
        let quoted_in_file = quoted.replace("south, ", "south\u{0} ");
        let quoted_in_file = with(&quoted_in_file).replace('\u{0}', ",");
        let decimal_comma = with(&day.row(4)).replace("9.09", "9,09");
        let rows = [
            with(HEADER),
            with(&first),
            quoted_in_file,
            decimal_comma.clone(),
            second.clone(),
        ];
        let file = lines(&rows.each_ref().map(String::as_str));
        Case::new(name, file)
            .good([&*first, &quoted])
            .bad(4, "remote_avg", "remote_avg must be a decimal number", decimal_comma)
            .bad(5, "", "the row has 1 field where the header has 7", &second)
            .report("delimiter", name)
    });

    Stack::connect().await.check(cases).await;
}
