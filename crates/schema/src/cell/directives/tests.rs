use super::*;

fn read(format: &str, text: &str) -> Result<Parts, Refusal> {
    Directives::parse(format, MomentKind::DateTime).unwrap().read(text)
}

#[test]
fn forms_are_read_as_python_reads_them() {
    let whole = read("%d.%m.%Y %H:%M:%S.%f %z", "31.3.2024  01:30:09.25 +0200").unwrap();
    assert_eq!((whole.date.year, whole.date.month, whole.date.day), (2024, 3, 31));
    assert_eq!(
        (whole.clock.hour, whole.clock.nanosecond, whole.offset),
        (1, 250_000_000, Some(7200))
    );
    let american = read("%a %B %d, %y %I:%M %p", "sun march 31, 24 12:05 pm").unwrap();
    assert_eq!(
        (american.date.year, american.date.month, american.clock.hour),
        (2024, 3, 12)
    );
    assert_eq!(read(" %d  %m \t%Y %H\u{a0} ", "31 3  2024 7").unwrap().clock.hour, 7);
    assert_eq!(read("%b %d %Y %I%p", "Mar 1 1999 12am").unwrap().clock.hour, 0);
    assert_eq!(read("%y%j%H", "6936500").unwrap().date.year, 1969);
    assert_eq!(read("100%% %Y-%m-%dT%H", "100% 2024-03-31T07").unwrap().clock.hour, 7);
}

#[test]
fn texts_of_another_form_are_refused() {
    for text in [
        "",
        "31.03.24 01",
        "31.03.2024 01x",
        "31.03.2024",
        "31.03.202401",
        "xx.03.2024 01",
    ] {
        assert_eq!(read("%d.%m.%Y %H", text), Err(Refusal::Form), "{text}");
    }
    assert_eq!(read("%Y%m%d%I%p", "2024033113PM"), Err(Refusal::Form));
}

#[test]
fn directives_must_describe_their_type() {
    for (format, kind, error) in [
        ("%d.%m.%Y", MomentKind::DateTime, "has no hour"),
        ("%d.%m %H", MomentKind::DateTime, "has no year"),
        (
            "%H:%M %Y",
            MomentKind::Time,
            "has a day, which a time does not have; use the type datetime",
        ),
        (
            "%Y-%m-%d %H",
            MomentKind::Date,
            "has a time of day, which a date does not have; use the type datetime",
        ),
        ("%Y-%m-%d %I", MomentKind::DateTime, "has no %p beside %I"),
        ("%Y-%Y", MomentKind::Date, "names the year twice"),
        (
            "%H:%M%",
            MomentKind::Time,
            "ends with `%`; a percent sign is written `%%`",
        ),
        ("HH:MM", MomentKind::Time, "has no directive such as %Y"),
    ] {
        assert_eq!(
            Directives::parse(format, kind).unwrap_err().to_string(),
            error,
            "{format}"
        );
    }
    assert_eq!(
        Directives::parse("%s", MomentKind::DateTime),
        Err(DirectivesError::Unknown('s'))
    );
}
