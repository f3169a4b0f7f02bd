use super::*;
use crate::cell::span::Buffers;

fn read(notation: Notation, text: &str) -> Result<String, CellViolation> {
    let mut scratch = String::from("before");
    let cell = Cell {
        text,
        span: Span::new(Buffer::Record, 0, text.len()),
    };
    let span = notation.read(cell, &mut scratch)?;
    let buffers = Buffers {
        record: text,
        defaults: "",
        scratch: &scratch,
    };
    Ok(span.text(buffers).to_owned())
}

const GERMAN: Notation = Notation {
    decimal: ',',
    group: Some('.'),
    bare: true,
    integer: false,
};

#[test]
fn digits_are_kept_in_every_notation() {
    let comma = Notation {
        decimal: ',',
        ..Notation::default()
    };
    for (notation, text, wanted) in [
        (Notation::default(), " 10.10\u{a0}", "10.10"),
        (Notation::default(), "+4", "4"),
        (Notation::default(), ".5", "0.5"),
        (GERMAN, "1.234,5", "1234.5"),
        (GERMAN, "-1.234.567,50", "-1234567.50"),
        (GERMAN, "1234,5", "1234.5"),
        (GERMAN, ",5", "0.5"),
        (GERMAN, "007", "7"),
        (GERMAN, "1,5e3", "1.5e3"),
        (comma, "0,4390", "0.4390"),
    ] {
        assert_eq!(read(notation, text).unwrap(), wanted, "{text}");
    }
}

#[test]
fn groups_are_of_three_digits() {
    for text in [
        "1.5",
        "1.2345",
        "12.34,5",
        "1234.567",
        ".123",
        "1..234",
        "1.234.",
        "1,234.567",
    ] {
        let refused = read(GERMAN, text).unwrap_err();
        assert_eq!(refused, CellViolation::Grouping('.'), "{text}");
    }
    for text in [
        "0.500",
        "-0.250",
        "+0.123",
        "0.123.456",
        "00.123",
        "000.123",
        "0.123,5",
        "0.5",
    ] {
        assert_eq!(read(GERMAN, text), Err(CellViolation::GroupedZero('.')), "{text}");
    }
    // Such a character is a decimal sign nowhere.
    let french = Notation {
        group: Some(' '),
        ..GERMAN
    };
    assert_eq!(read(french, "001 234").unwrap(), "1234");
    for text in ["", "-", "1,2,3", "x", "1.234 €", "1e", "1'234"] {
        assert_eq!(
            read(GERMAN, text).unwrap_err().to_string(),
            "must be a number such as 1.234,5",
            "{text}"
        );
    }
}

#[test]
fn integers_have_no_fraction() {
    let integer = Notation {
        integer: true,
        ..Notation::default()
    };
    let grouped = Notation {
        group: Some(','),
        ..integer
    };
    assert_eq!(read(integer, "0042").unwrap(), "42");
    assert_eq!(read(integer, "-7").unwrap(), "-7");
    assert_eq!(read(grouped, "1,234").unwrap(), "1234");
    assert_eq!(read(grouped, "1,23"), Err(CellViolation::Grouping(',')));
    assert_eq!(read(grouped, "0,500"), Err(CellViolation::GroupedZero(',')));
    for text in ["1.0", "1e3", "", "x", "1,234"] {
        assert_eq!(
            read(integer, text).unwrap_err().to_string(),
            "must be an integer such as 1234",
            "{text}"
        );
    }
    assert!(read(grouped, "1,234.5").is_err() && read(grouped, "1,234e5").is_err());
    assert!(read(integer, &"9".repeat(39)).is_err());
}

fn with_units() -> Notation {
    Notation {
        bare: false,
        ..Notation::default()
    }
}

#[test]
fn what_stands_around_a_number_is_dropped_only_when_it_cannot_be_a_sign() {
    for (text, wanted) in [
        ("95%", "95"),
        ("EUR 1.50", "1.50"),
        ("€-3", "-3"),
        ("$.5 ", "0.5"),
        ("-2 kg", "-2"),
        ("5 m²", "5"),
        ("5 CO₂", "5"),
        ("5 三", "5"),
    ] {
        assert_eq!(read(with_units(), text).unwrap(), wanted, "{text}");
    }
    for text in [
        "(95)",
        "\u{FF08}95\u{FF09}",
        "-$5",
        "5-",
        "kg",
        "EUR - 5",
        "1 234 kg",
        "5½",
        "5 ½ in",
        "½5",
        "10³ m",
        "10\u{2076}",
        "10\u{207A}³ m",
        "5\u{0665}",
        "\u{FF11}5",
        "5 \u{FF11}",
    ] {
        assert_eq!(
            read(with_units(), text).unwrap_err().to_string(),
            "must be a number such as 4.39 kg or EUR -4.39, with its sign directly before its digits",
            "{text}"
        );
    }
}

#[test]
fn a_character_like_a_minus_may_be_in_a_unit() {
    for text in [
        "12.5 m s\u{207B}\u{B9}",
        "12.5 kg·m\u{207B}³",
        "12.5 kg CO\u{2082}\u{2011}eq",
    ] {
        assert_eq!(read(with_units(), text).unwrap(), "12.5", "{text}");
    }
    for text in ["5 kg \u{2013} net", "5 kg\u{2013}", "A\u{2013}5"] {
        assert!(read(with_units(), text).is_err(), "{text}");
    }
}

#[test]
fn a_character_like_a_minus_is_no_surrounding() {
    let form = "with its sign directly before its digits";
    for notation in [Notation::default(), GERMAN] {
        for integer in [false, true] {
            let with_units = Notation {
                bare: false,
                integer,
                ..notation
            };
            for dash in "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{207B}\u{208B}\u{2212}\u{2796}\u{FE58}\u{FE63}\u{FF0D}".chars() {
                for text in [
                    format!("{dash}5"),
                    format!("{dash}5 °C"),
                    format!("{dash} 5 °C"),
                    format!("{dash}€5"),
                    format!("EUR {dash} 5"),
                    format!("5{dash}"),
                    format!("5 {dash}"),
                ] {
                    let refused = read(with_units, &text).unwrap_err().to_string();
                    assert!(refused.ends_with(form), "{text}: {refused}");
                }
            }
        }
    }
}

#[test]
fn a_group_character_beside_the_digits_is_no_surrounding() {
    let german = Notation { bare: false, ..GERMAN };
    for text in [".5", "Nr.5", ".-5", "5.", "1.234.", "5. kg"] {
        assert_eq!(read(german, text), Err(CellViolation::Grouping('.')), "{text}");
    }
    let integer = Notation {
        decimal: '.',
        group: Some(','),
        integer: true,
        ..german
    };
    assert_eq!(read(integer, ",5 kg"), Err(CellViolation::Grouping(',')));
    assert_eq!(read(german, "ca. 1.234,5 kg").unwrap(), "1234.5");
    let french = Notation {
        group: Some(' '),
        ..german
    };
    assert_eq!(read(french, "EUR 1 234,5 netto").unwrap(), "1234.5");
}

#[test]
fn a_separator_beside_the_digits_is_no_surrounding() {
    let point = with_units();
    let comma = Notation { decimal: ',', ..point };
    let integer = Notation { integer: true, ..point };
    for (notation, text, separator) in [
        (point, "€ ,5", ','),
        (point, ",5 kg", ','),
        (point, "-,5 kg", ','),
        (point, "5, EUR", ','),
        (point, "1.234, EUR", ','),
        (point, "Rs.500", '.'),
        (point, "$..5", '.'),
        (point, "5.. kg", '.'),
        (comma, ".5 kg", '.'),
        (comma, "5. kg", '.'),
        (comma, "EUR,50", ','),
        (integer, ",5 kg", ','),
        (integer, "Rs.500", '.'),
    ] {
        let wanted = CellViolation::SeparatorBeside(separator);
        assert_eq!(read(notation, text), Err(wanted), "{text}");
    }
    for (notation, text, wanted) in [
        (point, "Rs. 500", "500"),
        (point, "Rs.-500", "-500"),
        (comma, "Nr.5", "5"),
        (comma, "Fr.12,50", "12.50"),
        (point, "€ .5", "0.5"),
        (point, "€-.5", "-0.5"),
        (point, "5. kg", "5"),
        (point, "5 kg, net.", "5"),
        (comma, "€ ,5", "0.5"),
        (comma, "ca. 5,0 kg", "5.0"),
        (comma, "5, EUR", "5"),
        (integer, "5. floor", "5"),
    ] {
        assert_eq!(read(notation, text).unwrap(), wanted, "{text}");
    }
    // The dash of a price may be a sign behind the number.
    for (notation, text) in [
        (comma, "5,- EUR"),
        (comma, "5,\u{2013}"),
        (point, "5.-"),
        (point, "Fr. 5.\u{2014}"),
    ] {
        assert!(
            matches!(read(notation, text), Err(CellViolation::NumberForm(_))),
            "{text}"
        );
    }
    assert!(read(integer, ".5 kg").is_err());
}
