//! Horizontal bars with their values beside them.

use super::number::number;
use super::svg::{Anchor, Drawing, Frame, MARGIN, TOP, escaped};

/// Where the bars begin, right of their labels, and how long the longest is; behind it is its value.
const LEFT: f64 = 236.0;
const LONGEST: f64 = 300.0;
const HEIGHT: f64 = 18.0;
/// From one bar to the next.
const ROW: f64 = 27.0;
/// From the middle of a bar to the foot of a text beside it.
const FOOT: f64 = 4.5;

/// Who a bar is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ours,
    Peer,
    Limit,
}

/// A median, and from where to where the rounds went.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub value: f64,
    pub min: f64,
    pub max: f64,
}

#[derive(Debug)]
pub struct Bar {
    pub label: String,
    pub kind: Kind,
    pub range: Range,
    /// What is said behind the value.
    pub note: String,
}

/// Bars under a heading, which may be empty.
pub type Group = (String, Vec<Bar>);

/// Draws all groups on one scale, which begins at nothing.
pub fn bars(frame: Frame<'_>, unit: &str, groups: &[Group]) -> String {
    let most = groups.iter().flat_map(|(_, bars)| bars).map(|bar| bar.range.max);
    let scale = LONGEST / most.fold(f64::MIN_POSITIVE, f64::max);
    let (mut drawing, mut y) = (Drawing::default(), TOP);
    for (heading, bars) in groups {
        if !heading.is_empty() {
            drawing.text((MARGIN, y + HEIGHT / 2.0 + FOOT), Anchor::Start, "strong", heading);
            y += ROW;
        }
        for bar in bars {
            draw(&mut drawing, bar, unit, scale, y);
            y += ROW;
        }
        y += ROW / 3.0;
    }
    drawing.framed(frame, y)
}

fn draw(drawing: &mut Drawing, bar: &Bar, unit: &str, scale: f64, y: f64) {
    let [width, min, max] = [bar.range.value, bar.range.min, bar.range.max].map(|value| value * scale);
    let middle = y + HEIGHT / 2.0;
    let class = match bar.kind {
        Kind::Ours => "ours",
        Kind::Peer => "peer",
        Kind::Limit => "limit",
    };
    drawing.text((LEFT - 8.0, middle + FOOT), Anchor::End, "", &bar.label);
    drawing.add(&format!(
        r#"<rect class="bar {class}" x="{LEFT}" y="{y:.1}" width="{width:.2}" height="{HEIGHT}"/>"#
    ));
    let (from, to) = (LEFT + min, LEFT + max);
    drawing.add(&format!(r#"<path class="range" d="M{from:.1} {middle:.1}H{to:.1}"/>"#));
    // In one text: nobody here knows how wide the value is.
    drawing.add(&format!(
        r#"<text x="{:.1}" y="{:.1}"><tspan class="strong">{} {}</tspan><tspan class="soft" dx="8">{}</tspan></text>"#,
        to.max(LEFT + width) + 8.0,
        middle + FOOT,
        number(bar.range.value),
        escaped(unit),
        escaped(&bar.note),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::svg::{FRAME, attributes};

    fn bar(value: f64, most: f64) -> Bar {
        Bar {
            label: String::new(),
            kind: Kind::Ours,
            range: Range {
                value,
                min: value,
                max: most,
            },
            note: String::new(),
        }
    }

    #[test]
    fn bars_are_as_long_as_their_values_and_the_longest_fits() {
        let groups = [
            ("one".to_owned(), vec![bar(200.0, 400.0), bar(100.0, 100.0)]),
            (String::new(), vec![bar(1.0, 1.0)]),
        ];
        let svg = bars(FRAME, "rows/s", &groups);
        assert_eq!(attributes(&svg, "<rect class=\"bar", "width"), [150.0, 75.0, 0.75]);
        assert!(
            svg.contains("H536.0"),
            "the range of the first one is the longest: {svg}"
        );
        assert_eq!(svg, bars(FRAME, "rows/s", &groups), "always the same");
    }
}
