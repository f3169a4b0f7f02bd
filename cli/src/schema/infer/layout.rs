//! The layout of a text, detected by its beginning: its delimiter, its comments and the row of names.

use message::invisible::{is_blank, trim};
use s3_to_sqs::rows;

use super::declaration::Dialect;
use super::division::{Division, Record, is_data};
use super::remark::{Remark, quoted};

/// The possible delimiters. If several fit equally well, the first is chosen.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// The delimiters for a text of one column. The first that does not occur in the text is chosen.
const UNUSED: [u8; 3] = *b"\t|;";
/// The texts that comments may begin with.
const COMMENTS: [&str; 3] = ["#", "//", "%"];

/// The layout of a text.
#[derive(Debug, Default)]
pub struct Layout {
    /// The dialect.
    pub dialect: Dialect,
    /// The line of the names; `None` when no line has them.
    pub header_line: Option<u64>,
    /// The beginning of the comment that has the names, if they are in a comment.
    pub commented_header: Option<&'static str>,
    /// Remarks about what was detected.
    pub remarks: Vec<Remark>,
}

impl Layout {
    /// Detects the layout of a text by its beginning.
    pub fn of(head: &str) -> Self {
        let text = head
            .trim_start_matches('\u{FEFF}')
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let lines: Vec<&str> = text.split('\n').collect();
        let leading = COMMENTS
            .into_iter()
            .find(|comment| first_text(&lines).is_some_and(|line| line.starts_with(comment)));
        let is_before = |line: &&&str| is_blank(line) || leading.is_some_and(|comment| line.starts_with(comment));
        let body = lines.iter().take_while(is_before).count();
        let body = if body == lines.len() { 0 } else { body };
        let divisions = DELIMITERS.map(|delimiter| Division::of(&lines[body..], body as u64, delimiter));
        // `max_by_key` returns the last of several maxima, so `rev` makes it the first delimiter.
        let Some(division) = divisions.into_iter().rev().max_by_key(Division::goodness) else {
            return Self::default();
        };
        let unused = UNUSED
            .into_iter()
            .find(|delimiter| !text.contains(char::from(*delimiter)));
        let one_column = unused.filter(|_| division.is_one_column());
        let remark = one_column.map(|_| one_column_remark(&division));
        let division = one_column.map_or(division, |unused| Division::of(&lines[body..], body as u64, unused));
        let mut layout = Self {
            dialect: Dialect {
                delimiter: char::from(division.delimiter).to_string(),
                ..Dialect::default()
            },
            remarks: remark.into_iter().collect(),
            ..Self::default()
        };
        layout.find_comments(&division, leading);
        layout.find_header(&division, &lines[..body], leading);
        layout.find_spaces(&division);
        layout
    }

    /// The dialect in the extractor's type.
    pub fn rows(&self) -> rows::Dialect {
        let Dialect {
            delimiter,
            header,
            header_rows,
            comment_char,
            comment_rows,
            skip_initial_space,
        } = &self.dialect;
        rows::Dialect {
            delimiter: delimiter.bytes().next().and_then(rows::Delimiter::new),
            header_row: header.unwrap_or(true).then(|| header_rows.map_or(1, |[row]| row)),
            comment: comment_char.clone(),
            comment_rows: comment_rows.clone(),
            skip_initial_space: skip_initial_space.unwrap_or_default(),
            columns: Vec::new(),
        }
    }

    /// Skips the row of names, so that the fields are the columns in their order.
    pub fn without_names(&mut self) {
        let Some(line) = self.header_line else {
            return;
        };
        self.dialect.header = Some(false);
        self.dialect.header_rows = None;
        self.dialect.comment_rows = (1..=line).collect();
    }

    fn find_comments(&mut self, division: &Division, leading: Option<&'static str>) {
        let behind = &division.records[division.first.min(division.records.len())..];
        let begins =
            |record: &&Record, comment: &str| record.cells.first().is_some_and(|cell| cell.starts_with(comment));
        let candidates = leading
            .into_iter()
            .chain(COMMENTS.into_iter().filter(|_| leading.is_none() && division.width > 1));
        for comment in candidates {
            let among: Vec<_> = behind.iter().filter(|record| begins(record, comment)).collect();
            // A row with the usual number of cells is data, even if it begins like a comment.
            let is_data = among.iter().any(|record| record.cells.len() == division.width);
            if !is_data && (leading.is_some() || !among.is_empty()) {
                self.dialect.comment_char = Some(comment.to_owned());
                self.remarks.push(Remark::of_property(
                    "commentChar",
                    format!("lines that begin with {} are skipped", quoted(comment)),
                ));
                return;
            }
        }
    }

    fn find_header(&mut self, division: &Division, before: &[&str], leading: Option<&'static str>) {
        let Some(first) = division.records.get(division.first) else {
            return;
        };
        let behind = &division.records[division.first + 1..];
        let commented = leading.and_then(|comment| commented_names(before, comment, division));
        if !is_data(&first.cells, behind, division.width) {
            self.header_line = Some(first.line);
            if let Some((line, comment)) = commented.filter(|_| division.width > 1) {
                self.remarks.push(Remark::of_property(
                    "commentChar",
                    format!(
                        "line {} is taken for the names; if line {line} has them, write \"headerRows\": [{line}] instead, and \
                         name the fields as it does, the first one with {}",
                        first.line,
                        quoted(comment)
                    ),
                ));
            }
            let is_passed = |line: &&str| !is_blank(line) && self.dialect.comment_char.is_none();
            if division.first > 0 || before.iter().any(is_passed) {
                self.dialect.header_rows = Some([first.line]);
                self.remarks.push(Remark::of_property(
                    "headerRows",
                    format!(
                        "line {} has the names; the lines before it are skipped in every file",
                        first.line
                    ),
                ));
            }
            return;
        }
        if let Some((line, comment)) = commented {
            self.header_line = Some(line);
            self.commented_header = Some(comment);
            self.dialect.comment_char = None;
            self.dialect.header_rows = Some([line]);
            self.remarks.retain(|remark| remark.about != "commentChar");
            self.remarks.push(Remark::of_property(
                "headerRows",
                format!("line {line} has the names, behind {}", quoted(comment)),
            ));
            return;
        }
        self.dialect.header = Some(false);
        // Without a comment character, the lines before the first row must be skipped by their numbers.
        let skipped = if self.dialect.comment_char.is_some() {
            0
        } else {
            first.line - 1
        };
        self.dialect.comment_rows = (1..=skipped).collect();
    }

    fn find_spaces(&mut self, division: &Division) {
        let records = &division.records[division.first.min(division.records.len())..];
        let cells = || {
            records
                .iter()
                .flat_map(|record| record.cells.iter().skip(1))
                .filter(|cell| !is_blank(cell))
        };
        let spaced = cells().filter(|cell| cell.starts_with(' ')).count();
        if spaced > 0 && spaced * 10 >= cells().count() * 9 {
            self.dialect.skip_initial_space = Some(true);
            self.remarks.push(Remark::of_property(
                "skipInitialSpace",
                "spaces behind delimiters are dropped",
            ));
        }
    }
}

/// The line of the last comment before the rows, if it may have their names.
fn commented_names(before: &[&str], comment: &'static str, division: &Division) -> Option<(u64, &'static str)> {
    let at = before.iter().rposition(|line| !is_blank(line))?;
    let names = split(before[at].trim_start_matches(comment), division.delimiter);
    let may_be_names = names.len() == division.width && names.iter().all(|name| !is_blank(name));
    (may_be_names && !is_data(&names, &[], 0)).then_some((at as u64 + 1, comment))
}

/// The remark that a text is read as one column, with the alternative.
fn one_column_remark(division: &Division) -> Remark {
    let delimiter = char::from(division.delimiter).to_string();
    Remark::of_property(
        "delimiter",
        format!(
            "the first line is one word, so the file has one column, and {0} is part of its cells; if {0} stands between \
             cells, make it the `delimiter`",
            quoted(&delimiter)
        ),
    )
}

fn first_text<'t>(lines: &[&'t str]) -> Option<&'t str> {
    lines.iter().copied().find(|line| !is_blank(line))
}

fn split(line: &str, delimiter: u8) -> Vec<String> {
    line.split(char::from(delimiter))
        .map(|cell| trim(cell).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(head: &str) -> (String, Option<u64>, Option<u64>) {
        let Layout {
            dialect, header_line, ..
        } = Layout::of(head);
        (dialect.delimiter, header_line, dialect.header_rows.map(|[row]| row))
    }

    #[test]
    fn delimiters_and_names_are_found() {
        for (head, delimiter, line, row) in [
            ("a,b\n1,2\n", ",", Some(1), None),
            ("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n", ";", Some(1), None),
            ("a\tb, c\n1\tx, y\n", "\t", Some(1), None),
            ("a|b\n1|2", "|", Some(1), None),
            ("only\n1\n2\n", ",", Some(1), None),
            ("Export of today\n\na,b,c\n1,2,3\n4,5,6\n", ",", Some(3), Some(3)),
            ("sep=;\na;b\n1;2\n3;4\n", ";", Some(2), Some(2)),
            ("1,x\n2,y\n", ",", None, None),
            ("country,2019,2020\nDE,1.5,2.5\nFR,1,2\n", ",", Some(1), None),
            ("# unit 7\r\n\r\na,b\r\n1,2\r\n", ",", Some(3), None),
            ("a,b\n1,2\n# low\n3,4\n", ",", Some(1), None),
            ("# a,b\n1,2\n3,4\n", ",", Some(1), Some(1)),
            ("\u{FEFF}a,b\n1,2\n", ",", Some(1), None),
            ("tag,n\n#red,1\n#blue,2\n", ",", Some(1), None),
            ("name\nDoe, John\nRoe, Jane\nPoe, Ann\n", "\t", Some(1), None),
            ("name\nDoe, a\tJohn\nRoe, Jane\n", "|", Some(1), None),
            ("wert\n1,5\n2,25\n3,5\n", "\t", Some(1), None),
            ("rfc0\nMon, 10 Jan\nTue, 11 Jan\nNULL\nNULL\n", "\t", Some(1), None),
            ("a,b\n1\n2\n3\n", ",", Some(1), None),
            ("Report\na,b\n1,2\n3,4\n", ",", Some(2), Some(2)),
            ("Report\na, b\nx, 2\ny, 4\n", ",", Some(2), Some(2)),
            ("Report\n\n1,5\n2,6\n", ",", None, None),
            ("Report\n1;5\n2;6\n", ";", None, None),
        ] {
            assert_eq!(layout(head), (delimiter.to_owned(), line, row), "{head:?}");
        }
        assert_eq!(Layout::of("tag,n\n#red,1\n").dialect.comment_char, None);
        assert_eq!(
            Layout::of("a,b\n1,2\n# low\n3,4\n").dialect.comment_char.as_deref(),
            Some("#")
        );
        assert_eq!(
            Layout::of("a, b\n1, \"x, y\"\n2, z\n").dialect.skip_initial_space,
            Some(true)
        );
        assert_eq!(Layout::of("# a,b\n1,2\n3,4\n").commented_header, Some("#"));
    }

    #[test]
    fn any_text_has_a_layout() {
        for head in ["", "\n", "\u{FEFF}", "#", "# a\n# b\n", "\"", ",", ",,\n,,\n"] {
            Layout::of(head);
        }
    }
}
