//! CSV bytes -> rows -> messages and rejected rows.
//!
//! An input begins with three bytes; the rest is the file:
//!
//! 1. the size of the pieces in which the file arrives, modulo 64; 0 means in one piece
//! 2. the number of rows after which another invocation continues, modulo 64; 0 means none does
//! 3. the precision of the key, counted from `0`
//!
//! When rows are packed, a message has two more rows than a piece has bytes. [`check_long`] is for files with rows that are too
//! long: libFuzzer does not find them by chance, and they take a while to check.

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
/// # Panics If a byte of the file is in no row, a row has a wrong position, the writer would not accept a message, or packed rows
/// differ from single rows. Also if the result depends on the pieces or on the change of invocation.
pub fn check(input: &[u8]) {
    if let [piece, stop, precision, file @ ..] = input {
        check_file(*piece, *stop, *precision, file);
    }
}

/// Checks an input with repetitions: `FF n` repeats the bytes since the previous `FF n` n² more times.
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

/// Converts the first `count` rows of a file.
fn read_rows(converter: &mut Converter, mut file: &[u8], count: usize) {
    let mut reader = Rows::default();
    for _ in 0..count {
        if !reader.advance(&mut file) && !reader.finish() {
            return;
        }
        converter.convert(&reader.row());
    }
}
