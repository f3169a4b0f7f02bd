//! Forms in which times are written.

use super::moment::TimePiece;

/// Parses the form of a written time: the directives `%Y %m %d %H %M %S %j %3f %6f %9f`, and text. Fails with the first
/// unknown directive.
pub(crate) fn written(text: &str) -> Result<Vec<TimePiece>, char> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        push_literal(&mut pieces, &rest[..at]);
        let directive = &rest[at + 1..];
        let fraction = [("3f", 3), ("6f", 6), ("9f", 9)]
            .into_iter()
            .find_map(|(name, digits)| Some((TimePiece::Fraction(digits), directive.strip_prefix(name)?)));
        let (piece, behind) = if let Some(found) = fraction {
            found
        } else {
            let name = directive.chars().next().unwrap_or('%');
            let piece = match name {
                'Y' => TimePiece::Year,
                'm' => TimePiece::Month,
                'd' => TimePiece::Day,
                'H' => TimePiece::Hour,
                'M' => TimePiece::Minute,
                'S' => TimePiece::Second,
                'j' => TimePiece::DayOfYear,
                other => return Err(other),
            };
            (piece, &directive[1..])
        };
        pieces.push(piece);
        rest = behind;
    }
    push_literal(&mut pieces, rest);
    Ok(pieces)
}

fn push_literal(pieces: &mut Vec<TimePiece>, text: &str) {
    match *text.as_bytes() {
        [] => {}
        [sign] if sign.is_ascii() => pieces.push(TimePiece::Sign(sign)),
        _ => pieces.push(TimePiece::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_times_have_few_directives() {
        assert_eq!(written("%Y-%j.%3f").unwrap().len(), 5);
        assert_eq!(written("%f"), Err('f'));
        assert_eq!(written("%é"), Err('é'));
        assert_eq!(written("100%"), Err('%'));
    }
}
