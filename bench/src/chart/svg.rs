//! A chart as SVG, by hand: it is little, the same figures come out the same to the byte, and no text has to be
//! measured, which a library would do by the fonts of the machine that it runs on.

use std::fmt::Write as _;

pub const WIDTH: f64 = 860.0;
pub const MARGIN: f64 = 20.0;
/// Where the title ends.
pub const TOP: f64 = 66.0;
/// Room for the caption.
const BOTTOM: f64 = 34.0;
/// A card of its own colour, so that it is as legible on a dark page as on a light one.
const STYLE: &str = "text{font-family:system-ui,'Helvetica Neue',Arial,sans-serif;font-size:13px;fill:#1f2328}\
    .card{fill:#fff;stroke:#d0d7de}.title{font-size:18px;font-weight:600}.strong{font-weight:600}.soft{fill:#59636e}\
    .caption{font-size:11px;fill:#59636e}.ours{fill:#c2410c}.peer{fill:#6b8cae}.limit{fill:#c3ccd5}\
    .range{stroke:#1f2328}.line{stroke:#c2410c;stroke-width:2;fill:none}.grid{stroke:#d8dee4}";

/// What stands around a chart.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'t> {
    pub title: &'t str,
    /// What is shown, and which way is better.
    pub subtitle: &'t str,
    pub caption: &'t str,
}

/// What has been drawn so far.
#[derive(Debug, Default)]
pub struct Drawing(String);

/// Which end of a text is at its place.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    /// Adds an element as it is.
    pub fn add(&mut self, element: &str) {
        self.0.push_str(element);
        self.0.push('\n');
    }

    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        // Writing to a string cannot fail.
        _ = writeln!(
            self.0,
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{}</text>"#,
            escaped(text)
        );
    }

    /// The whole, when its lowest part is at `bottom`.
    pub fn framed(self, frame: Frame<'_>, bottom: f64) -> String {
        let height = bottom + BOTTOM;
        let mut page = Self(format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" role="img"
 width="{WIDTH}" height="{height:.0}" viewBox="0 0 {WIDTH} {height:.0}">
<title>{}</title><style>{STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="{:.1}" height="{:.1}" rx="8"/>
"#,
            escaped(frame.title),
            WIDTH - 1.0,
            height - 1.0,
        ));
        page.text((MARGIN, 30.0), Anchor::Start, "title", frame.title);
        page.text((MARGIN, 50.0), Anchor::Start, "soft", frame.subtitle);
        page.0.push_str(&self.0);
        page.text((MARGIN, height - 14.0), Anchor::Start, "caption", frame.caption);
        page.0 + "</svg>\n"
    }
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The values of an attribute of all elements that begin like this.
#[cfg(test)]
pub fn attributes(svg: &str, element: &str, name: &str) -> Vec<f64> {
    let value = |rest: &str| {
        rest.split(&format!(" {name}=\""))
            .nth(1)?
            .split('"')
            .next()?
            .parse()
            .ok()
    };
    svg.split(element).skip(1).filter_map(value).collect()
}

#[cfg(test)]
pub const FRAME: Frame<'_> = Frame {
    title: "a < b & c?",
    subtitle: "",
    caption: "",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_well_formed_whatever_its_texts_are() {
        let svg = Drawing::default().framed(FRAME, TOP);
        assert!(svg.contains("<title>a &lt; b &amp; c?</title>"), "{svg}");
        assert_eq!(svg.matches('<').count(), svg.matches('>').count());
    }
}
