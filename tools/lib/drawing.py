"""Draws this repository's pictures with matplotlib, as SVG that is the same whenever the figures are the same.

The background is white, so that a picture can be read on a dark page. Text stays text. It is measured in DejaVu Sans,
which comes with matplotlib and is as wide as Verdana. Places and sizes are in points, from the upper left corner.
"""

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

INK, SOFT, GRID, EDGE, PAPER = "#1f2328", "#59636e", "#d8dee4", "#d0d7de", "#ffffff"
POINTS_PER_INCH = 72

matplotlib.rcParams.update(
    {
        "svg.hashsalt": "messages",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
        "font.size": 12,
        "text.color": INK,
        "text.parse_math": False,
        "axes.edgecolor": GRID,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.bottom": False,
        "xtick.labelcolor": SOFT,
        "ytick.left": False,
        "ytick.right": False,
        "ytick.labelcolor": SOFT,
        "grid.color": GRID,
    }
)


class Picture:
    """A picture of a fixed size."""

    def __init__(self, title: str, width: float, height: float, ground: str = PAPER) -> None:
        self.title, self.width, self.height = title, width, height
        size = width / POINTS_PER_INCH, height / POINTS_PER_INCH
        self.figure = Figure(size, dpi=POINTS_PER_INCH, facecolor=ground, edgecolor=EDGE, linewidth=1)
        # With this canvas, texts are measured as they are drawn.
        FigureCanvasSVG(self.figure)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        bottom = self.height - top - height
        box = left / self.width, bottom / self.height, width / self.width, height / self.height
        axes = self.figure.add_axes(box, facecolor="none")
        axes.set_axisbelow(True)
        return axes

    def text(self, left: float, base: float, content: str, **style) -> Text:
        """Writes a line of text whose baseline is `base`."""
        return self.figure.text(left / self.width, 1 - base / self.height, content, **style)

    def save(self, file: Path) -> None:
        self.figure.savefig(file, format="svg", metadata={"Title": self.title, "Date": None, "Creator": None})


def number(value: float) -> str:
    """A number with three significant digits, in groups of three: 1,490,000; 7.46."""
    return f"{float(f'{value:.3g}'):,.10g}"
