//! Numbers as people read them.

/// Three digits that mean something, in groups of three: 1,490,000; 7.46.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scale = 10_f64.powf(2.0 - value.abs().log10().floor());
    let rounded = (value * scale).round() / scale;
    if rounded.abs() < 1000.0 {
        return rounded.to_string();
    }
    let digits = format!("{rounded:.0}");
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// The next end of a scale that is no less: every quarter of it is a short number.
pub fn ceiling(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let ends = [1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0].map(|end| end * power);
    ends.into_iter().find(|end| *end >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, shown) in [
            (0.0, "0"),
            (0.012_345, "0.0123"),
            (7.456, "7.46"),
            (120.0, "120"),
            (999.9, "1,000"),
            (1234.0, "1,230"),
            (12_345_678.0, "12,300,000"),
        ] {
            assert_eq!(number(value), shown);
        }
    }

    #[test]
    fn scales_end_above_what_is_on_them() {
        for (value, end) in [(10.6, 12.0), (7.0, 8.0), (0.5, 0.6), (100.0, 100.0), (96.0, 100.0)] {
            assert!((ceiling(value) - end).abs() < 1e-9, "{value}");
        }
    }
}
