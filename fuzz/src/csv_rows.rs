//! CSV bytes -> rows -> messages and rejected rows.
//!
//! The first byte of an input says in pieces of how many bytes the file arrives, the second behind which row another
//! invocation goes on, both modulo 64 and 0 for not at all, the third the precision of the key, counted from `0`; the
//! rest is the file. Where rows are packed, a message has two more than a piece has bytes. Files that are long enough for a row
//! to be too long are not found by chance, and take a while to check: [`check_long`] has them.

pub(crate) mod kept;
mod outcomes;
pub(crate) mod places;
mod repeats;

use message::Precision;
use s3_to_sqs::convert::Converter;
use s3_to_sqs::convert::collisions::KeyCollisions;
use s3_to_sqs::convert::columns::Judgement;
use s3_to_sqs::convert::shape::Shape;
use s3_to_sqs::convert::witness::Witness;
use s3_to_sqs::rows::{Dialect, Rows};

use self::kept::{assert_same, read};
use self::repeats::expand;
use crate::packed;
use crate::table::TABLE;

const PRECISIONS: [Precision; 4] = [
    Precision::Seconds,
    Precision::Milliseconds,
    Precision::Microseconds,
    Precision::Nanoseconds,
];
/// 2019-05-28
const UPLOADED: u64 = 1_559_040_909_385;

/// Checks an input.
///
/// # Panics
/// When a byte of the file is in no row, a row is not where it says, a message is none that the writer would take, rows that
/// are packed come to something else, or it matters how the file was cut into pieces or handed from one invocation to another.
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
    places::check(file, &rows);
    outcomes::check(&rows, &converter, precision);
    packed::check(file, begin(), 2 + piece);
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
