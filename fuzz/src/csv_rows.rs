//! CSV bytes -> rows -> messages and rejected rows.
//!
//! The first byte of an input says in pieces of how many bytes the file arrives, the second behind which row another
//! invocation goes on, both modulo 64 and 0 for not at all, the third the precision of the key, counted from `0`; the
//! rest is the file. Files that are long enough for a row to be too long are not found by chance, and take a while to
//! check: [`check_long`] has them.

use std::collections::HashSet;
use std::fmt;

use aws_lambda_events::sqs::{SqsMessage, SqsMessageAttribute};
use message::{Key, Precision, WriteMode, invisible, names};
use s3_to_sqs::convert::collisions::KeyCollisions;
use s3_to_sqs::convert::columns::Judgement;
use s3_to_sqs::convert::shape::Shape;
use s3_to_sqs::convert::witness::Witness;
use s3_to_sqs::convert::{Converted, Converter};
use s3_to_sqs::queue::message::MAX_BYTES;
use s3_to_sqs::rows::{Checkpoint, Dialect, MAX_HEADER_BYTES, MAX_ROW_BYTES, Position, Row, Rows, Unreadable};
use sqs_to_dynamodb::operation::{Change, Operation, Write, parse};
use sqs_to_dynamodb::record::METHOD;

const TABLE: &str = "messages";
const PRECISIONS: [Precision; 4] = [
    Precision::Seconds,
    Precision::Milliseconds,
    Precision::Microseconds,
    Precision::Nanoseconds,
];
/// The longest file that the repetitions make: enough for a row to be too long, and for others behind it.
const MAX_FILE_BYTES: usize = 5 * MAX_ROW_BYTES / 2;
/// The most lines that they make, because all rows are kept here.
const MAX_LINES: usize = 50_000;
const REPEAT: u8 = 0xFF;
/// Of more rows only every n-th is given to the writer: they are repetitions.
const MAX_PARSED: usize = 256;
/// 2019-05-28
const UPLOADED: u64 = 1_559_040_909_385;

/// A row, kept.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    position: Position,
    length: u64,
    text: Text,
    fields: Result<Vec<Text>, Unreadable>,
    behind: Checkpoint,
    outcome: Outcome,
}

/// Bytes that are shown as text, and not all of them.
#[derive(Clone, PartialEq)]
struct Text(Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(200)];
        write!(f, "\"{}\" ({} bytes)", shown.escape_ascii(), self.0.len())
    }
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Header,
    Blank,
    Message(String),
    Rejected(String, String),
}

/// Checks an input.
///
/// # Panics
/// When a byte of the file is in no row, a row is not where it says, a message is none that the writer would take, or it
/// matters how the file was cut into pieces or handed from one invocation to another.
pub fn check(input: &[u8]) {
    if let [piece, stop, precision, file @ ..] = input {
        check_file(*piece, *stop, *precision, file);
    }
}

/// Checks an input with repetitions: `FF n` stands for what is between it and the `FF n` before, n² times more.
///
/// # Panics
/// As [`check`].
pub fn check_long(input: &[u8]) {
    if let [piece, stop, precision, file @ ..] = input {
        check_file(*piece, *stop, *precision, &expand(file));
    }
}

fn check_file(piece: u8, stop: u8, precision: u8, file: &[u8]) {
    let (piece, stop) = (usize::from(piece % 64), usize::from(stop % 64));
    let precision = PRECISIONS[usize::from(precision.wrapping_sub(b'0')) % PRECISIONS.len()];
    let judgement = Judgement::of(&Shape::BuiltIn, std::iter::once(file), true);
    let begin = || {
        let mut converter = Converter::new(TABLE, precision).uploaded(UPLOADED);
        converter.judge(judgement.clone());
        converter
    };
    let mut converter = begin();
    let mut reader = Rows::default();
    let rows = read(&mut reader, &mut converter, file, file.len().max(1));
    check_places(file, &rows);
    check_outcomes(&rows, &converter, precision);
    if piece > 0 {
        let in_pieces = read(&mut Rows::default(), &mut begin(), file, piece);
        assert_same(&in_pieces, &rows);
    }
    if let Some(last) = stop.checked_sub(1).and_then(|stop| rows.get(stop)) {
        let delimiter = reader.delimiter();
        let mut before = begin();
        read_rows(&mut before, file, stop);
        let header = before.header().unwrap_or_default().to_owned();
        let problem = before.problem().map(str::to_owned);
        let collisions = (KeyCollisions::default(), &[][..]);
        let witness = serde_json::to_value(before.witness()).and_then(serde_json::from_value);
        let witness: Witness = witness.unwrap_or_else(|error| panic!("what was seen is lost: {error}"));
        let mut resumed = Converter::new(TABLE, precision)
            .uploaded(UPLOADED)
            .resume(header, delimiter, problem, collisions, witness);
        let from = usize::try_from(last.behind.byte).unwrap_or(usize::MAX);
        let rest = read(
            &mut Rows::resume(Dialect::default(), delimiter, last.behind),
            &mut resumed,
            &file[from..],
            file.len().max(1),
        );
        assert_same(&rest, &rows[stop..]);
        assert_eq!(
            resumed.witness(),
            converter.witness(),
            "what was seen in two invocations"
        );
    }
}

/// Converts the first rows of a file.
fn read_rows(converter: &mut Converter, mut file: &[u8], count: usize) {
    let mut reader = Rows::default();
    for _ in 0..count {
        if !reader.advance(&mut file) && !reader.finish() {
            return;
        }
        converter.convert(&reader.row());
    }
}

fn expand(input: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(input.len());
    let mut begin = 0;
    let mut bytes = input.iter();
    while let Some(&byte) = bytes.next() {
        if byte != REPEAT {
            file.push(byte);
            continue;
        }
        let times = usize::from(*bytes.next().unwrap_or(&0)).pow(2);
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| is_line_end(**byte)).count();
        let segment = file[begin..].to_vec();
        if !segment.is_empty() {
            let by_bytes = MAX_FILE_BYTES.saturating_sub(file.len()) / segment.len();
            let by_lines = MAX_LINES.saturating_sub(lines(&file)) / lines(&segment).max(1);
            file.extend_from_slice(&segment.repeat(times.min(by_bytes).min(by_lines)));
        }
        begin = file.len();
    }
    file
}

fn read(reader: &mut Rows, converter: &mut Converter, file: &[u8], piece: usize) -> Vec<Kept> {
    let mut rows = Vec::new();
    for mut input in file.chunks(piece) {
        while reader.advance(&mut input) {
            rows.push(keep(&reader.row(), reader.checkpoint(), converter));
        }
        assert!(input.is_empty(), "{} bytes are left", input.len());
    }
    while reader.finish() {
        rows.push(keep(&reader.row(), reader.checkpoint(), converter));
        assert!(rows.len() <= file.len(), "there is no end");
    }
    rows
}

fn keep(row: &Row<'_>, behind: Checkpoint, converter: &mut Converter) -> Kept {
    let outcome = match converter.convert(row) {
        Converted::Header => Outcome::Header,
        Converted::Blank => Outcome::Blank,
        Converted::Message(body) => {
            assert!(body.message_bytes() <= MAX_BYTES, "{} bytes", body.message_bytes());
            let text: Result<String, _> = serde_json::from_str(&format!("\"{}\"", body.json));
            let text = text.unwrap_or_else(|error| panic!("{} is no content of a JSON string: {error}", body.json));
            assert_eq!(text.len(), body.bytes);
            Outcome::Message(text)
        }
        Converted::Rejected(rejection) => Outcome::Rejected(rejection.columns, rejection.reason),
    };
    Kept {
        position: row.position,
        length: row.length,
        text: Text(row.text.to_owned()),
        fields: row
            .record
            .map(|record| record.fields().map(|field| Text(field.to_owned())).collect()),
        behind,
        outcome,
    }
}

fn assert_same(found: &[Kept], expected: &[Kept]) {
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "rows");
}

/// Every byte is in a row or in a line end between rows, and every row where it says.
fn check_places(file: &[u8], rows: &[Kept]) {
    let (mut end, mut line) = (0, 1);
    for (index, row) in rows.iter().enumerate() {
        let start = usize::try_from(row.position.byte).unwrap_or(usize::MAX);
        let length = usize::try_from(row.length).unwrap_or(usize::MAX);
        let between = &file[end..start];
        assert!(
            between.iter().all(|byte| is_line_end(*byte)) || index == 0 && is_empty(between),
            "bytes before row {index} are lost"
        );
        line += lines(file, end, start);
        assert_eq!(row.position.line, line, "the line of row {index}");
        line += lines(file, start, start + length);
        end = start + length;

        let most = if index == 0 { MAX_HEADER_BYTES } else { MAX_ROW_BYTES };
        let too_long = matches!(row.fields, Err(Unreadable::TooLong { .. }));
        assert_eq!(too_long, length > most, "row {index} has {length} bytes");
        assert!(
            too_long || row.text.0.len() == length,
            "the text of row {index} is not whole"
        );
        assert!(file[start..end].starts_with(&row.text.0), "the text of row {index}");
        assert!(
            row.behind.byte >= end as u64 && row.behind.byte <= file.len() as u64,
            "{:?}",
            row.behind
        );
    }
    let padding = |byte: &u8| is_line_end(*byte) || [0, 0x1A].contains(byte);
    let behind = &file[end..];
    let text = behind.len() - behind.iter().rev().take_while(|byte| padding(byte)).count();
    assert!(
        text == 0 || rows.is_empty() && is_empty(&behind[..text]),
        "bytes at the end are lost"
    );
}

/// Whether nothing but separators and what nobody sees is there.
fn is_empty(bytes: &[u8]) -> bool {
    let is_empty = |c: char| matches!(c, ',' | ';') || invisible::is_invisible(c);
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_empty))
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The line ends in `file[from..to]`, those that began before `from` left out.
fn lines(file: &[u8], from: usize, to: usize) -> u64 {
    let ends = (from..to).filter(|&at| match file[at] {
        b'\r' => true,
        b'\n' => at == 0 || file[at - 1] != b'\r',
        _ => false,
    });
    ends.count() as u64
}

fn check_outcomes(rows: &[Kept], converter: &Converter, precision: Precision) {
    let mut keys: HashSet<Key> = HashSet::new();
    let mut collisions = 0;
    let step = rows.len() / MAX_PARSED + 1;
    for (index, row) in rows.iter().enumerate() {
        assert!(
            index > 0 || row.outcome == Outcome::Header,
            "the first row is the header"
        );
        match &row.outcome {
            Outcome::Header => assert!(index == 0 || names_columns(row), "{row:?} is no header"),
            Outcome::Blank => {
                let fields = row.fields.as_deref().unwrap_or_default();
                assert!(fields.iter().all(|field| is_empty(&field.0)), "{row:?} is not blank");
            }
            Outcome::Rejected(columns, reason) => {
                assert!(reason.len() > 10, "no reason: {reason}");
                for column in columns.split("; ").filter(|column| !column.is_empty()) {
                    assert!(reason.contains(column), "{column} is not in: {reason}");
                }
            }
            Outcome::Message(body) => {
                assert!(row.fields.is_ok());
                if index % step == 0 {
                    collisions += u64::from(!keys.insert(check_message(body, row, precision)));
                }
            }
        }
    }
    let counted = converter.collisions().counted().rows;
    assert!(
        counted == collisions || step > 1,
        "{counted} rows with the key of an earlier one, not {collisions}"
    );
}

fn names_columns(row: &Kept) -> bool {
    let fields = row.fields.as_deref().unwrap_or_default();
    let named = fields.iter().filter(|field| {
        let text = String::from_utf8_lossy(&field.0).to_lowercase();
        text.contains(names::TIMESTAMP)
            || names::TEXTS
                .iter()
                .chain(&names::NUMBERS)
                .any(|name| text.contains(name))
    });
    named.count() > 2
}

/// The body is one that SQS and the writer take, with what stands in the row. Its key.
fn check_message(body: &str, row: &Kept, precision: Precision) -> Key {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    assert!(body.chars().all(allowed), "SQS refuses a character of {body:?}");
    let mut method = SqsMessageAttribute::default();
    method.string_value = Some("POST".to_owned());
    let mut record = SqsMessage::default();
    record.message_attributes.insert(METHOD.to_owned(), method);
    record.body = Some(body.to_owned());
    let operation = parse(&record, TABLE, WriteMode::Replace);
    let Ok(Operation::Write(Write {
        key,
        change: Change::Put(item),
    })) = operation
    else {
        panic!("the writer makes {operation:?} of {body}");
    };
    let item = item.attributes();
    assert_eq!(item.len(), names::TEXTS.len() + names::NUMBERS.len() + 2, "{item:?}");
    let digits = [0, 4, 7, 10][precision as usize];
    assert_eq!(key.time.to_string().len(), "HH:MM:SS".len() + digits);
    for name in names::TEXTS {
        let text = item[name].as_s().map_or("", String::as_str);
        let fields = row.fields.as_deref().unwrap_or_default();
        assert!(
            fields.iter().any(|field| field.0 == text.as_bytes()),
            "{name} is {text:?} in {row:?}"
        );
    }
    key
}
