"""Checks of a picture for tests: its texts, their places, and whether they can be read."""

import io
from itertools import combinations
from unittest import mock

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.transforms import Bbox

from drawing import Picture


def texts(picture: Picture) -> list[tuple[str, Bbox]]:
    """Every text of a picture, with its place."""
    drawn = []

    def note(_renderer, _context, _x, _y, content, *_style, mtext, **_more) -> None:
        if content.strip():
            drawn.append((content, mtext.get_window_extent()))

    with mock.patch.object(RendererSVG, "draw_text", note):
        svg(picture)
    return drawn


def svg(picture: Picture) -> str:
    file = io.StringIO()
    picture.save(file)
    return file.getvalue()


def illegible(picture: Picture) -> list[str]:
    """The texts that overlap another text or are cut off."""
    drawn = texts(picture)
    whole = Bbox([[0, 0], [picture.width, picture.height]])
    cut_off = [content for content, place in drawn if Bbox.union([whole, place]).bounds != whole.bounds]
    # The boxes of neighbours may touch.
    pairs = combinations([(content, place.padded(-1)) for content, place in drawn], 2)
    return cut_off + [f"{one} / {other}" for (one, box), (other, place) in pairs if box.overlaps(place)]
