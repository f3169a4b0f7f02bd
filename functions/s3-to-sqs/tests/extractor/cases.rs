//! Files that people really uploaded (`sample_data/cases/`), through the extractor.

use s3_to_sqs::reports::report::Report;
use serde_json::Value;

use crate::files::{HEADER, sample, sums};
use crate::world::World;

/// The outcome of extracting a file.
pub struct Seen {
    pub world: World,
    pub report: Report,
}

impl Seen {
    /// Its warnings: each kind, with the number of rows and the first lines.
    pub fn warnings(&self) -> Vec<(&'static str, u64, Vec<u64>)> {
        let warnings = self.report.warnings.iter();
        warnings
            .map(|warning| {
                (
                    warning.kind.name(),
                    warning.lines.rows,
                    warning.lines.first_lines.clone(),
                )
            })
            .collect()
    }

    pub fn reasons(&self) -> Vec<String> {
        self.world
            .rejected()
            .into_iter()
            .map(|[_, _, reason, _]| reason)
            .collect()
    }

    /// An attribute of the messages, in the alphabetical order of the messages' bodies.
    pub fn attribute(&self, name: &str) -> Vec<String> {
        let taken = self.world.taken().into_iter();
        taken
            .map(|body| {
                let body: Value = serde_json::from_str(&body).unwrap();
                let value = body["Item"][name].as_object().unwrap().values().next().unwrap();
                value.as_str().unwrap().to_owned()
            })
            .collect()
    }
}

pub async fn seen(file: &[u8]) -> Seen {
    let world = World::of(file);
    let report = world.extract().await.unwrap();
    let steps = World::of(file).extract_in_steps().await.unwrap();
    assert_eq!(
        (sums(&steps), &steps.warnings),
        (sums(&report), &report.warnings),
        "in steps"
    );
    assert_eq!(
        (&steps.problem, &steps.unknown_columns),
        (&report.problem, &report.unknown_columns)
    );
    Seen { world, report }
}

async fn case(name: &str) -> Seen {
    seen(&sample(&format!("cases/{name}.csv"))).await
}

#[tokio::test]
async fn harmless_variation_costs_nothing() {
    for (name, rows) in [
        ("two-boms", 2),
        ("bom-after-blank-line", 2),
        ("bom-inside-quotes", 2),
        ("nbsp-header", 1),
        ("excel-short-rows", 4),
        ("rows-end-with-comma", 2),
        ("ctrl-z", 1),
        ("nul-padded", 1),
        ("site-a", 5),
        ("site-b", 5),
    ] {
        let seen = case(name).await;
        assert_eq!(sums(&seen.report), (rows, rows, 0), "{name}: {:?}", seen.reasons());
        assert_eq!(seen.report.problem, None, "{name}");
        assert_eq!(seen.warnings(), [], "{name}");
    }
}

#[tokio::test]
async fn an_empty_file_is_no_fault() {
    for file in [
        "",
        "\u{feff}",
        "\r\n\r\n",
        "\u{1a}",
        "\u{feff}\u{feff}\n\u{1a}",
        ",,,\n,,,\n",
    ] {
        let seen = seen(file.as_bytes()).await;
        assert_eq!(sums(&seen.report), (0, 0, 0), "{file:?}");
        assert_eq!(seen.report.problem, None, "{file:?}");
    }
    let lost = seen(&[0; 100]).await;
    assert!(lost.report.problem.unwrap().contains("NUL characters"));
}

#[tokio::test]
async fn a_file_with_decimal_commas_sends_no_doubtful_number() {
    let seen = case("german").await;
    assert_eq!(sums(&seen.report), (5, 0, 5));
    assert!(
        seen.reasons()[1].contains("may be a thousands separator"),
        "{:?}",
        seen.reasons()
    );

    // One column shows points, which says nothing about the other column.
    let rows = "1084183200,l,s,d,4.39,r,1.234\n1084183201,l,s,d,1.234,r,7\n";
    let points = seen_of(',', rows).await;
    assert_eq!(sums(&points.report), (2, 2, 0), "{:?}", points.reasons());
    let semicolons = seen_of(';', &rows.replace(',', ";")).await;
    assert_eq!(sums(&semicolons.report), (2, 1, 1));
    assert_eq!(semicolons.world.rejected()[0][1], "remote_avg");
    let elsewhere = seen_of(',', &format!("{rows}1084183202,l,s,d,\"12,5\",r,7\n")).await;
    assert_eq!(sums(&elsewhere.report), (3, 0, 3), "{:?}", elsewhere.reasons());
    let zero = seen_of(';', "1084183200;l;s;d;0.125;r;1.5\n1084183201;l;s;d;7;r;-12.345\n").await;
    assert_eq!(sums(&zero.report), (2, 2, 0), "{:?}", zero.reasons());
    // `1,234` is one thousand in a column that shows points. In other columns it is ambiguous.
    let english = "1084183200;l;s;d;4.39;r;7\n1084183201;l;s;d;1,234;r;1,234\n1084183202;l;s;d;4.391;r;4.391\n";
    let english = seen_of(';', english).await;
    assert_eq!(sums(&english.report), (3, 1, 2));
    let columns: Vec<_> = english
        .world
        .rejected()
        .into_iter()
        .map(|[_, columns, ..]| columns)
        .collect();
    assert_eq!(columns, ["local_avg; remote_avg", "remote_avg"]);
}

#[tokio::test]
async fn one_decimal_comma_by_mistake_rejects_no_row_of_a_column_of_points() {
    let rows = "1084183200,l,s,d,4.39,r,7\n1084183201,l,s,d,0.5,r,7\n1084183202,l,s,d,\"1,5\",r,7\n1084183203,l,s,d,87.213,r,7\n";
    let seen = seen_of(',', rows).await;
    assert_eq!(sums(&seen.report), (4, 3, 1));
    assert_eq!(seen.warnings(), [("doubtful_decimal_points", 1, vec![5])]);
}

pub async fn seen_of(separator: char, rows: &str) -> Seen {
    let header = HEADER.replace(',', &separator.to_string());
    seen(format!("{header}\n{rows}").as_bytes()).await
}

#[tokio::test]
async fn commas_that_come_later_warn() {
    let count = 20_000_u64;
    let row = |second: u64| format!("{},l,s,d,1.{:03},r,4.39\n", 1_084_183_200 + second, second % 1000);
    let rows: String = (0..count).map(row).collect();
    assert!(rows.len() < 1024 * 1024);
    let other = |second: u64| format!("{},long-name-{second},s,d,7,r,4.39\n", 1_085_000_000 + second);
    let filler: String = (0..count).map(other).collect();
    let file = format!("{rows}{filler}1086000000,l,s,d,\"12,5\",r,4.39\n1086000001,l,s,d,2.345,r,4.39\n");
    let world = World::of(format!("{HEADER}\n{file}").as_bytes());
    let report = world.extract().await.unwrap();
    let seen = Seen { world, report };
    assert_eq!(sums(&seen.report), (2 * count + 2, 2 * count + 1, 1));
    assert_eq!(
        seen.warnings(),
        [("doubtful_decimal_points", count + 1, vec![2, 3, 4, 5, 6])]
    );
}

#[tokio::test]
async fn implausible_times_are_suspicious() {
    assert_eq!(
        case("excel-serial").await.warnings(),
        [("implausible_times", 2, vec![2, 3])]
    );
    assert_eq!(
        case("uptime").await.warnings(),
        [("implausible_times", 3, vec![2, 3, 4])]
    );
    // The file was uploaded in May 2019.
    let rows = "1590490500,l,s,d,1,r,1\n1592000000,l,s,d,1,r,1\n631152000,l,s,d,1,r,1\n631151999,l,s,d,1,r,1\n";
    assert_eq!(
        seen_of(',', rows).await.warnings(),
        [("implausible_times", 2, vec![3, 5])]
    );
}

#[tokio::test]
async fn a_space_before_a_quote_is_suspicious_and_told_apart() {
    let seen = case("space-before-quote").await;
    assert_eq!(sums(&seen.report), (3, 2, 1));
    assert_eq!(seen.warnings(), [("spaces_before_quotes", 1, vec![2])]);
    assert!(
        seen.reasons()[0].contains("space before a quote"),
        "{:?}",
        seen.reasons()
    );
    assert_eq!(seen.attribute("location"), [" \"hall-1\"", " hall-1 "]);
}

#[tokio::test]
async fn null_words_are_suspicious_in_texts_and_named_in_numbers() {
    let seen = case("null-words").await;
    assert_eq!(sums(&seen.report), (6, 3, 3));
    assert_eq!(seen.warnings(), [("null_words", 3, vec![2, 4, 5])]);
    let reasons = seen.reasons();
    assert!(reasons[0].ends_with("and is the null word `\\N`"), "{reasons:?}");
    assert!(reasons[1].ends_with("and is the null word `NULL`"), "{reasons:?}");
    assert_eq!(reasons[2], "location is empty");
}

#[tokio::test]
async fn a_later_header_has_the_columns_of_the_rows_behind_it() {
    let found = case("second-header-other-order").await;
    assert_eq!(sums(&found.report), (2, 2, 0));
    assert_eq!(found.warnings(), [("repeated_headers", 1, vec![3])]);
    assert_eq!(found.attribute("local_avg"), ["4.39", "1.5"]);
    assert_eq!(found.attribute("location"), ["hall-1", "hall-2"]);

    // The header of another file that lacks a column: the rows after it are rejected, not misread.
    let other = HEADER.replace("local_avg", "mean");
    let good = |second: u32| format!("108445000{second},l,s,d,4.39,r,{second}\n");
    let rows = format!(
        "{}{other}\n{}\u{feff}{HEADER},note\n{}",
        good(1),
        good(2),
        good(3).replace('\n', ",x\n")
    );
    let found = seen_of(',', &rows).await;
    assert_eq!(sums(&found.report), (3, 2, 1));
    let problem = found.report.problem.clone().unwrap();
    assert!(
        problem.starts_with("line 3 is a header of other columns: the header lacks `local_avg`"),
        "{problem}"
    );
    assert_eq!(found.attribute("remote_avg"), ["1", "3"]);
    assert_eq!(found.report.unknown_columns, ["note"]);
}

#[tokio::test]
async fn invisible_characters_do_not_count_and_are_named() {
    let found = case("nbsp-cells").await;
    assert_eq!(sums(&found.report), (4, 3, 1));
    assert_eq!(found.attribute("local_avg"), ["4.39"; 3]);
    assert_eq!(found.attribute("location"), ["hall-1", "hall-1", "hall\u{a0}1"]);
    assert!(
        found.reasons()[0].starts_with("location is empty"),
        "{:?}",
        found.reasons()
    );
    assert!(found.reasons()[0].contains("U+00A0"), "{:?}", found.reasons());
    let rows = "1084183200,l,s,d,1\u{202f}234,r,1\n1084183200,l,s,d,\u{2212}4.39,r,1\n10841\u{200b}83200,l,s,d,1,r,1\n\
                \u{feff}1084183200\u{2060},l,s,d,\u{3000}1\u{ad},r,1\n";
    let found = seen_of(',', rows).await;
    assert_eq!(sums(&found.report), (4, 1, 3));
    for (reason, part) in found.reasons().iter().zip(["U+202F", "U+2212", "U+200B"]) {
        assert!(reason.contains(part), "{reason}");
    }
    let header = HEADER.replace("local_avg", "local\u{200b}_avg");
    let report = World::of(format!("{header}\n").as_bytes()).extract().await.unwrap();
    assert!(report.problem.unwrap().contains("U+200B"));
}

#[tokio::test]
async fn a_header_that_is_further_down_is_named() {
    for (name, line, rows) in [("instrument-comments", 4, 5), ("sas-title", 3, 2)] {
        let found = case(name).await;
        assert_eq!(sums(&found.report), (rows, 0, rows), "{name}");
        let problem = found.report.problem.clone().unwrap();
        assert!(
            problem.starts_with(&format!("line {line} has the header: remove the lines before it")),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_row_in_a_cell_is_suspicious() {
    let swallowed = "1084450000,\"Hall 3,wireless,router-1,4.39,device-1,9.09\n1084450001,hall-4\",wireless,router-1,4.39,device-1,9.09\n";
    let address = "1084450002,\"Hall 3, north\nby the window\",wireless,router-1,4.39,device-1,9.09\n";
    let found = seen_of(',', &format!("{swallowed}{address}")).await;
    assert_eq!(sums(&found.report), (2, 2, 0));
    assert_eq!(found.warnings(), [("rows_in_cells", 1, vec![2])]);
}

#[tokio::test]
async fn lines_of_separators_are_blank_wherever_they_stand() {
    let row = "1084450000,l,s,d,4.39,r,1\n";
    let found = seen(format!(",,,,,,\n{HEADER}\n{row}, , ,\u{a0},,,\n,,\n{row},,,,,,\n").as_bytes()).await;
    assert_eq!(sums(&found.report), (2, 2, 0));
    assert_eq!(
        (found.report.problem, found.report.counts.first_rejected_line),
        (None, None)
    );
}
