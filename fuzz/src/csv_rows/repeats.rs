//! Long files from short inputs.

use s3_to_sqs::rows::MAX_ROW_BYTES;

use super::places::is_line_end;

/// The longest file that the repetitions make: enough for a row that is too long and for others after it.
const MAX_FILE_BYTES: usize = 5 * MAX_ROW_BYTES / 2;
/// The most lines that they make, since all rows are kept in memory.
const MAX_LINES: usize = 50_000;
const REPEAT: u8 = 0xFF;

/// The file that an input stands for: see [`check_long`](super::check_long).
pub(super) fn expand(input: &[u8]) -> Vec<u8> {
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
