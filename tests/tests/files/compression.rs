//! Compressed objects.

use std::io::Write;

use end_to_end::Stack;
use end_to_end::case::{Case, Day, lines};
use end_to_end::sample::HEADER;
use flate2::Compression;
use flate2::write::GzEncoder;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

fn zstd(bytes: &[u8], window_log: u32) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("a level of zstd");
    encoder.include_checksum(true).expect("a setting of zstd");
    encoder.window_log(window_log).expect("a setting of zstd");
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

type Pack = fn(&[u8]) -> Vec<u8>;

const FORMATS: [(&str, Pack); 2] = [("gzip", gzip), ("zstd", |bytes| zstd(bytes, 20))];
const BAD: &str = "never,location-03,wireless,router-1,4.39,device-1,9.09";

#[tokio::test]
async fn compressed_files_are_known_by_their_content() {
    let case = |name: &str, format: &str, pack: &dyn Fn(&[u8]) -> Vec<u8>| {
        let day = Day::unique();
        let rows = [day.row(1), day.row(2)];
        let text = lines(&[HEADER, &rows[0], BAD, &rows[1]]);
        Case::new(name, pack(text.as_bytes()))
            .text(text)
            .good(rows.each_ref().map(String::as_str))
            .bad(3, "timestamp", "timestamp must be Unix seconds", BAD)
            .report("compression", format)
    };
    // All members or frames of a file make up one text.
    let in_two = |pack: Pack| {
        move |text: &[u8]| {
            let (first, second) = text.split_at(text.len() / 2);
            [pack(first), pack(b""), pack(second)].concat()
        }
    };
    let [(_, gzip), (_, zstd)] = FORMATS;
    let cases = [
        case("gzip", "gzip", &gzip).ending(".csv.gz"),
        case("zstd", "zstd", &zstd).ending(".csv.zst"),
        case("gzip by another name", "gzip", &gzip),
        case("zstd by another name", "zstd", &zstd).ending(".csv.gz"),
        case("gzip in members", "gzip", &in_two(gzip)).ending(".CSV.GZ"),
        case("zstd in frames", "zstd", &in_two(zstd)).ending(".CSV.ZST"),
    ];
    let row = Day::unique().row(1);
    let plain = Case::new("not compressed", lines(&[HEADER, &row]))
        .good([&*row])
        .ending(".csv.gz");
    let row = Day::unique().row(1);
    let text = lines(&[HEADER, &row]);
    let units: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let utf_16 = Case::new("UTF-16", gzip(&units)).ending(".csv.gz").good([&*row]);
    let utf_16 = utf_16.report("compression", "gzip").report("encoding", "utf-16le");

    Stack::connect()
        .await
        .check(cases.into_iter().chain([plain, utf_16]))
        .await;
}

#[tokio::test]
async fn files_of_tabs_are_known_by_their_names() {
    let [(_, gzip), (_, zstd)] = FORMATS;
    let plain: Pack = <[u8]>::to_vec;
    let named = [
        (".tsv", plain, None),
        (".TSV", plain, None),
        (".tsv.gz", gzip, Some("gzip")),
        (".TSV.GZ", gzip, Some("gzip")),
        (".tsv.zst", zstd, Some("zstd")),
        (".TSV.ZST", zstd, Some("zstd")),
    ];
    let cases = named.map(|(ending, pack, compression)| {
        let row = Day::unique().row(1);
        let text = lines(&[HEADER, &row]).replace(',', "\t");
        let case = Case::new(ending, pack(text.as_bytes())).ending(ending).good([&*row]);
        let case = case.report("delimiter", "tab");
        match compression {
            Some(compression) => case.report("compression", compression),
            None => case,
        }
    });
    let row = Day::unique().row(1);
    let commas = Case::new("commas", lines(&[HEADER, &row])).ending(".tsv").good([&*row]);

    Stack::connect().await.check(cases.into_iter().chain([commas])).await;
}

#[tokio::test]
async fn compressed_files_of_nothing_or_of_something_else() {
    let empty = FORMATS
        .map(|(format, pack)| Case::new(format!("{format} of nothing"), pack(b"")).report("compression", format));
    let twice = zstd(&gzip(b"a,b\n"), 20);
    let twice = Case::new("compressed twice", twice)
        .report("compression", "zstd")
        .problem("the header lacks");
    // Too short to be recognised as compressed.
    let stubs = [&b"\x1f"[..], b"\x28\xb5\x2f"]
        .map(|stub| Case::new(format!("stub {}", stub.escape_ascii()), stub).problem("the header lacks"));

    Stack::connect()
        .await
        .check(empty.into_iter().chain([twice]).chain(stubs))
        .await;
}

#[tokio::test]
async fn what_can_be_read_of_a_file_that_breaks_off_is_sent() {
    let broken = "the file breaks off in this row; see the report's `problem`";
    let cases = FORMATS.map(|(format, pack)| {
        let day = Day::unique();
        let rows = [day.row(1), day.row(2)];
        let text = [lines(&[HEADER, &rows[0], BAD, &rows[1]]), day.row(3)].concat();
        let mut object = pack(text.as_bytes());
        // The whole text is there, but not the whole checksum after it.
        object.truncate(object.len() - 1);
        let byte = object.len();
        let problem =
            format!("the {format} data end early, at byte {byte} of the object: compress and upload the file again");
        Case::new(format, object)
            .text(text)
            .good(rows.each_ref().map(String::as_str))
            .bad(3, "timestamp", "timestamp must be Unix seconds", BAD)
            .bad(5, "", broken, day.row(3))
            .report("compression", format)
            .problem(problem)
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn what_is_before_the_damage_is_sent() {
    let cases = FORMATS.map(|(format, pack)| {
        let day = Day::unique();
        let (row, behind) = (day.row(1), day.row(2));
        let text = lines(&[HEADER, &row]);
        let mut damaged = pack(behind.as_bytes());
        // Damages the compression method of gzip's next member or the content of zstd's next frame.
        let place = if format == "gzip" { 2 } else { damaged.len() / 2 };
        damaged[place] ^= 0xff;
        let case = Case::new(format, [pack(text.as_bytes()), damaged].concat());
        let problem = format!("the {format} data are corrupt near byte");
        case.text(text)
            .good([&*row])
            .report("compression", format)
            .problem(problem)
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn what_follows_compressed_data_is_a_problem_and_costs_no_row() {
    let cases = FORMATS.map(|(format, pack)| {
        let day = Day::unique();
        let (row, behind) = (day.row(1), day.row(2));
        let text = lines(&[HEADER, &row]);
        Case::new(format, [pack(text.as_bytes()), behind.into_bytes()].concat())
            .text(text)
            .good([&*row])
            .report("compression", format)
            .problem(format!("the {format} data are corrupt near byte"))
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn compressed_data_that_cannot_be_read_at_all_have_no_rows() {
    let row = Day::unique().row(1);
    let text = lines(&[HEADER, &row]);
    let window = |log| zstd(text.as_bytes(), log);
    let zstd = |name: &str, object: Vec<u8>| Case::new(name, object).report("compression", "zstd");
    let gzip = |name: &str, object: Vec<u8>| Case::new(name, object).report("compression", "gzip");
    let cases = [
        zstd("largest window", window(25)).text(&*text).good([&*row]),
        zstd("larger window", window(26))
            .problem("need a window of more than 32 MiB: compress the file with `zstd --long=25` or less"),
        gzip("two bytes of gzip", b"\x1f\x8b".to_vec()).problem("the gzip data end early, at byte 2 of the object"),
        gzip(
            "no gzip behind its first bytes",
            [b"\x1f\x8b", &[b'x'; 100][..]].concat(),
        )
        .problem("the gzip data are corrupt near byte"),
    ];

    Stack::connect().await.check(cases).await;
}
