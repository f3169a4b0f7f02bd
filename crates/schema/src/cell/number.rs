//! Reads numbers in the notation of their field.

mod surrounded;
#[cfg(test)]
mod tests;

use message::Number;
use message::invisible::is_like_minus;

use super::span::{Buffer, Cell, Span};
use super::violation::CellViolation;
use surrounded::Surrounded;

/// The notation of a field's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notation {
    pub decimal: char,
    pub group: Option<char>,
    /// Whether a cell has nothing around its number.
    pub bare: bool,
    /// Whether a number has neither fraction nor exponent.
    pub integer: bool,
}

impl Default for Notation {
    fn default() -> Self {
        Self {
            decimal: '.',
            group: None,
            bare: true,
            integer: false,
        }
    }
}

impl Notation {
    /// Reads a number. The span says where its text in JSON's notation is: in the cell, or in `scratch` if it had to be
    /// rewritten.
    pub fn read(&self, cell: Cell<'_>, scratch: &mut String) -> Result<Span, CellViolation> {
        let cell = cell.trimmed();
        let cell = if self.bare {
            cell
        } else {
            cell.part(self.without_surroundings(cell.text)?)
        };
        if self.integer {
            return self.integer(cell, scratch);
        }
        if self.decimal == '.' && self.group.is_none() {
            return match Number::parse(cell.text) {
                Ok(number) => Ok(place(&number, cell, scratch)),
                Err(message::NumberError::Form) => Err(self.form()),
                Err(error) => Err(error.into()),
            };
        }
        let start = scratch.len();
        self.rewrite(cell.text, scratch)?;
        rewritten(start, scratch)
    }

    /// The number in a cell that has something around it, even if the number cannot be read. A cell without digits is returned
    /// whole.
    pub fn number_in<'t>(&self, cell: &'t str) -> &'t str {
        Surrounded::of(cell, self.decimal).map_or(cell, |found| found.number)
    }

    /// Reads a sign and digits.
    fn integer(&self, cell: Cell<'_>, scratch: &mut String) -> Result<Span, CellViolation> {
        let digits = cell.text.strip_prefix(['-', '+']).unwrap_or(cell.text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(place(&Number::parse(cell.text)?, cell, scratch));
        }
        if self.group.is_none() {
            return Err(self.form());
        }
        let start = scratch.len();
        self.rewrite(cell.text, scratch)?;
        rewritten(start, scratch)
    }

    /// Appends a number that has its own group and decimal characters, in JSON's notation.
    fn rewrite(&self, text: &str, out: &mut String) -> Result<(), CellViolation> {
        let sign = usize::from(text.starts_with(['-', '+']));
        out.push_str(if text.starts_with('-') { "-" } else { "" });
        let rest = &text[sign..];
        let whole_end = rest
            .find(|character: char| !character.is_ascii_digit() && Some(character) != self.group)
            .unwrap_or(rest.len());
        let (whole, rest) = rest.split_at(whole_end);
        self.ungroup(whole, out)?;
        let behind_point = rest.strip_prefix(self.decimal);
        let (fraction, rest) = match behind_point {
            Some(behind) => {
                let end = behind
                    .find(|character: char| !character.is_ascii_digit())
                    .unwrap_or(behind.len());
                behind.split_at(end)
            }
            None => ("", rest),
        };
        if whole.len() + fraction.len() == 0 || (self.integer && (behind_point.is_some() || !rest.is_empty())) {
            return Err(self.form());
        }
        if self.group.is_some_and(|group| rest.starts_with(group)) {
            return Err(CellViolation::Grouping(self.group.unwrap_or_default()));
        }
        if !rest.is_empty() && !is_exponent(rest) {
            return Err(self.form());
        }
        if whole.is_empty() {
            out.push('0');
        }
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        out.push_str(rest);
        Ok(())
    }

    /// Appends digits without their group characters. Refuses groups that do not have three digits, and a zero before a point or
    /// comma: in `0.500`, the point of a notation with decimal commas is no group character.
    fn ungroup(&self, whole: &str, out: &mut String) -> Result<(), CellViolation> {
        let Some(group) = self.group.filter(|group| whole.contains(*group)) else {
            out.push_str(whole);
            return Ok(());
        };
        if matches!(group, '.' | ',') && whole.starts_with('0') {
            return Err(CellViolation::GroupedZero(group));
        }
        for (index, digits) in whole.split(group).enumerate() {
            let right = if index == 0 {
                (1..=3).contains(&digits.len())
            } else {
                digits.len() == 3
            };
            if !right {
                return Err(CellViolation::Grouping(group));
            }
            out.push_str(digits);
        }
        Ok(())
    }

    /// The number in a text with something around it, such as `95 %` or `EUR 1.50`.
    fn without_surroundings<'t>(&self, text: &'t str) -> Result<&'t str, CellViolation> {
        let found = Surrounded::of(text, self.decimal).ok_or_else(|| self.form())?;
        if may_negate(found.before) || may_negate(found.behind) || found.has_numerals_outside() {
            return Err(self.form());
        }
        // A space beside the digits separates number and unit. Beside any other group character, digits are missing.
        if let Some(group) = self.group.filter(|group| !group.is_whitespace())
            && found.touches(group)
        {
            return Err(CellViolation::Grouping(group));
        }
        if let Some(separator) = found.doubtful_separator(self.decimal) {
            return Err(CellViolation::SeparatorBeside(separator));
        }
        // A decimal sign behind the last digit changes nothing, not even in an integer.
        Ok(found.number.strip_suffix(self.decimal).unwrap_or(found.number))
    }

    /// The violation of a text that is not a number.
    fn form(&self) -> CellViolation {
        let group = self.group.map(String::from).unwrap_or_default();
        let number = match self.group {
            _ if self.integer => format!("1{group}234"),
            Some(_) => format!("1{group}234{}5", self.decimal),
            None => format!("4{}39", self.decimal),
        };
        let example = if !self.bare {
            format!("{number} kg or EUR -{number}, with its sign directly before its digits")
        } else if *self == Self::default() {
            "4.39 or -1.5e3, without separators or units".to_owned()
        } else {
            number
        };
        if self.integer {
            CellViolation::IntegerForm(example)
        } else {
            CellViolation::NumberForm(example)
        }
    }
}

/// Whether the text around a number may make it negative: a round bracket or a `-` may, and a character that looks like a minus,
/// unless it stands between two letters or numerals. There it belongs to a unit, as in `m s⁻¹`.
fn may_negate(around: &str) -> bool {
    let is_in_word = |at: usize, dash: char| {
        let (before, behind) = (&around[..at], &around[at + dash.len_utf8()..]);
        before.ends_with(char::is_alphanumeric) && behind.starts_with(char::is_alphanumeric)
    };
    around.char_indices().any(|(at, character)| match character {
        '-' | '(' | ')' | '\u{FF08}' | '\u{FF09}' => true,
        other => is_like_minus(other) && !is_in_word(at, other),
    })
}

fn is_exponent(text: &str) -> bool {
    text.strip_prefix(['e', 'E']).is_some_and(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Where the text of a number is: in its cell or, if it had to be rewritten, in `scratch`.
fn place(number: &Number<'_>, cell: Cell<'_>, scratch: &mut String) -> Span {
    let text = number.as_str();
    if text.as_ptr() == cell.text.as_ptr() {
        return cell.span;
    }
    let start = scratch.len();
    scratch.push_str(text);
    Span::new(Buffer::Scratch, start, scratch.len())
}

/// Checks the number that `scratch` has from `start` on.
fn rewritten(start: usize, scratch: &mut String) -> Result<Span, CellViolation> {
    let number = Number::parse(&scratch[start..])?;
    if number.as_str().len() != scratch.len() - start {
        let text = number.to_string();
        scratch.truncate(start);
        scratch.push_str(&text);
    }
    Ok(Span::new(Buffer::Scratch, start, scratch.len()))
}
