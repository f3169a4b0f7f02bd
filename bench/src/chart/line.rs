//! A line through a few points.

use super::bars::Range;
use super::number::{ceiling, number};
use super::svg::{Anchor, Drawing, Frame, TOP, WIDTH};

const LEFT: f64 = 60.0;
const RIGHT: f64 = WIDTH - 50.0;
const HEIGHT: f64 = 240.0;
const BOTTOM: f64 = TOP + HEIGHT;
/// From the ends of the grid to the first and the last point.
const INSET: f64 = 30.0;

/// Draws a line through `points`, which are in order: across on a logarithmic scale, upwards on one that begins at
/// nothing.
pub fn line(frame: Frame<'_>, points: &[(f64, Range)], across: &str) -> String {
    let most = points.iter().map(|(_, range)| range.max);
    // A tenth more is room for the number above the highest point.
    let end = ceiling(1.1 * most.fold(f64::MIN_POSITIVE, f64::max));
    let log = |point: Option<&(f64, Range)>| point.map_or(0.0, |(size, _)| size.log10());
    let first = log(points.first());
    let step = (RIGHT - LEFT - 2.0 * INSET) / (log(points.last()) - first).max(f64::MIN_POSITIVE);
    let at_x = |size: f64| LEFT + INSET + (size.log10() - first) * step;
    let at_y = |value: f64| BOTTOM - value / end * HEIGHT;

    let mut drawing = Drawing::default();
    for quarter in 0..=4 {
        let value = end * f64::from(quarter) / 4.0;
        let y = at_y(value);
        drawing.add(&format!(r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/>"#));
        drawing.text((LEFT - 8.0, y + 4.5), Anchor::End, "soft", &number(value));
    }
    let places = points
        .iter()
        .map(|(size, range)| format!("{:.1} {:.1}", at_x(*size), at_y(range.value)));
    let places: Vec<_> = places.collect();
    drawing.add(&format!(r#"<path class="line" d="M{}"/>"#, places.join("L")));
    for (size, range) in points {
        let (x, y) = (at_x(*size), at_y(range.value));
        let (min, max) = (at_y(range.min), at_y(range.max));
        drawing.add(&format!(r#"<path class="range" d="M{x:.1} {min:.1}V{max:.1}"/>"#));
        drawing.add(&format!(r#"<circle class="ours" cx="{x:.1}" cy="{y:.1}" r="4"/>"#));
        drawing.text((x, max - 9.0), Anchor::Middle, "strong", &number(range.value));
        drawing.text((x, BOTTOM + 19.0), Anchor::Middle, "", &number(*size));
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    drawing.text((middle, BOTTOM + 40.0), Anchor::Middle, "soft", across);
    drawing.framed(frame, BOTTOM + 48.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::svg::{FRAME, attributes};

    #[test]
    fn a_line_rises_with_its_values_and_steps_evenly_through_powers() {
        let steady = |value| Range {
            value,
            min: value,
            max: value,
        };
        let points = [(10.0, steady(5.4)), (100.0, steady(3.0)), (1000.0, steady(0.0))];
        let svg = line(FRAME, &points, "rows");
        assert_eq!(attributes(&svg, "<circle", "cx"), [90.0, 435.0, 780.0]);
        assert_eq!(
            attributes(&svg, "<circle", "cy"),
            [TOP + 24.0, TOP + 120.0, TOP + 240.0]
        );
    }
}
