"""How nbval compares: what a reader sees, and not how it is marked up or rasterised.

Text is compared letter by letter. An HTML table is compared cell by cell, so that another version
of pandas may mark it up otherwise. A picture is compared in small squares, each with a tolerance,
so that another rasteriser passes and another digit in a label does not.
"""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np

SQUARE = 8  # pixels; about one digit of a label
TOLERANCE = 12.0  # mean difference of grey levels (0 to 255) within a square


class Cells(HTMLParser):
    """The text of every table cell, row by row; text outside tables too, styles not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("style", "script")
        if tag in ("td", "th", "tr", "p", "div", "caption", "summary", "li"):
            self.found.append("")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data):
        if not self.hidden:
            self.found = [*self.found[:-1], (self.found or [""])[-1] + data]


def cells(html: str) -> str:
    """What an HTML output says, one table cell a line."""
    reader = Cells()
    reader.feed(html)
    lines = (re.sub(r"\s+", " ", text).strip() for text in reader.found)
    return "\n".join(line for line in lines if line)


class Picture(str):
    """A PNG in base64 that equals every other that looks the same."""

    __hash__ = str.__hash__

    def __eq__(self, other) -> bool:
        if str(self) == str(other):
            return True
        return bool(furthest(pixels(self), pixels(other)) <= TOLERANCE)

    def __ne__(self, other) -> bool:
        return not self == other


def pixels(png: str) -> np.ndarray:
    """Grey levels, 0 to 255, of a PNG in base64; rows x columns."""
    from matplotlib.image import imread

    image = imread(io.BytesIO(base64.b64decode(png)), format="png")
    return 255 * image[..., :3].mean(axis=-1)


def furthest(first: np.ndarray, second: np.ndarray) -> float:
    """The greatest mean difference of grey levels in any square of two pictures."""
    if max(abs(np.subtract(first.shape, second.shape))) > 2:
        return np.inf
    rows, columns = (min(s) // SQUARE * SQUARE for s in zip(first.shape, second.shape, strict=True))
    gap = np.abs(first[:rows, :columns] - second[:rows, :columns])
    squares = gap.reshape(rows // SQUARE, SQUARE, columns // SQUARE, SQUARE)
    return squares.mean(axis=(1, 3)).max()


def seen(output):
    """An output as a reader sees it: a picture, the cells of a table, or text."""
    if isinstance(output, str) and output.startswith("iVBORw0KGgo"):
        return Picture(output)
    if isinstance(output, str) and re.match(r"\s*<(div|style|table|details|section|p)\b", output):
        return cells(output)
    return output


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        skipped = ("image/png", "text/html")
        collector.skip_compare = tuple(k for k in collector.skip_compare if k not in skipped)


def pytest_itemcollected(item):
    if type(item).__name__ == "IPyNbCell":
        item.sanitize = seen
