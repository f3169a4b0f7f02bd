//! Finds the number in a text that has something around it, such as `95 %` or `EUR 1.50`.

/// A text with a number in it. Its three parts together are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Surrounded<'t> {
    /// The text before the number.
    pub before: &'t str,
    /// Everything from the first digit to the last, with the sign and the separators that touch these digits.
    pub number: &'t str,
    /// The text behind the number.
    pub behind: &'t str,
}

impl<'t> Surrounded<'t> {
    /// Finds the number of a text with at least one digit. `decimal` is the decimal sign of its field.
    pub fn of(text: &'t str, decimal: char) -> Option<Self> {
        let is_digit = |character: char| character.is_ascii_digit();
        let is_separator = |character| is_separator(character, decimal);
        let (first, last) = (text.find(is_digit)?, text.rfind(is_digit)?);
        let (head, tail) = (&text[..first], &text[last + 1..]);
        let unsigned = match head.strip_suffix(is_separator) {
            // Behind a letter, a point may end an abbreviation, as in `Rs.500`.
            Some(rest) if !rest.ends_with(char::is_alphabetic) => rest,
            _ => head,
        };
        let before = unsigned.strip_suffix(['-', '+']).unwrap_or(unsigned);
        let behind = tail.strip_prefix(is_separator).unwrap_or(tail);
        Some(Self {
            before,
            number: &text[before.len()..text.len() - behind.len()],
            behind,
        })
    }

    /// Whether a character is at an end of the number, inside or outside of it.
    pub fn touches(self, character: char) -> bool {
        self.outside().chain(self.ends()).any(|touching| touching == character)
    }

    /// A separator that touches the digits and may change the number: one outside of it, or one at its end that is not the
    /// decimal sign.
    pub fn doubtful_separator(self, decimal: char) -> Option<char> {
        let ends = self.ends().filter(|end| *end != decimal);
        let word = self.before.strip_suffix('.').unwrap_or_default();
        let may_be_decimal = decimal == '.' && !self.number.starts_with(['-', '+']);
        // The point of `Nr.5` ends an abbreviation, unless it may be a decimal point.
        let is_abbreviated = word.ends_with(char::is_alphabetic) && !may_be_decimal;
        let outside = self.outside().skip(usize::from(is_abbreviated));
        outside.chain(ends).find(|character| is_separator(*character, decimal))
    }

    /// Whether the text around the number has numerals that may be a part of it: `5½`, `10³`, `5 ½ in`. A superscript or subscript
    /// that does not touch the number belongs to a unit, as in `m²`.
    pub fn has_numerals_outside(self) -> bool {
        let mut around = self.before.chars().chain(self.behind.chars());
        around.any(|character| character.is_numeric() && !is_index(character)) || self.outside().any(is_index)
    }

    fn outside(self) -> impl Iterator<Item = char> {
        let ends = [self.before.chars().next_back(), self.behind.chars().next()];
        ends.into_iter().flatten()
    }

    /// The characters at both ends of the number without its sign.
    fn ends(self) -> impl Iterator<Item = char> {
        let digits = self.number.strip_prefix(['-', '+']).unwrap_or(self.number);
        let ends = [digits.chars().next(), digits.chars().next_back()];
        ends.into_iter().flatten()
    }
}

/// Whether a character separates the whole part or the fraction of a number in some notation.
fn is_separator(character: char, decimal: char) -> bool {
    character == decimal || matches!(character, '.' | ',')
}

/// Whether a character is a superscript or subscript digit or sign.
fn is_index(character: char) -> bool {
    matches!(character, '²' | '³' | '¹' | '\u{2070}'..='\u{207E}' | '\u{2080}'..='\u{208E}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_has_its_sign_and_the_separators_that_touch_it() {
        for (text, before, number, behind) in [
            ("95 %", "", "95", " %"),
            ("EUR 1.234,5 netto", "EUR ", "1.234,5", " netto"),
            ("€-3", "€", "-3", ""),
            ("€ ,5", "€ ", ",5", ""),
            ("$-.5", "$", "-.5", ""),
            ("Rs.500", "Rs.", "500", ""),
            ("Rs. 500", "Rs. ", "500", ""),
            ("$..5", "$.", ".5", ""),
            ("5,- EUR", "", "5,", "- EUR"),
            ("5. kg", "", "5.", " kg"),
            ("1 kg, 2 g", "", "1 kg, 2", " g"),
        ] {
            let found = Surrounded { before, number, behind };
            assert_eq!(Surrounded::of(text, '.'), Some(found), "{text}");
        }
        assert_eq!(Surrounded::of("kg", '.'), None);
    }

    proptest! {
        #[test]
        fn the_parts_are_the_text(text in "[-+.,5a€ \u{2013}]{0,8}", decimal in "[.,;]") {
            let decimal = decimal.chars().next().unwrap();
            let parts = Surrounded::of(&text, decimal);
            prop_assert_eq!(parts.is_some(), text.contains('5'));
            if let Some(Surrounded { before, number, behind }) = parts {
                prop_assert_eq!(format!("{before}{number}{behind}"), text.as_str());
                prop_assert!(!before.contains('5') && !behind.contains('5'));
            }
        }
    }
}
