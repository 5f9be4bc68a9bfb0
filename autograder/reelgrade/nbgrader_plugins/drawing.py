"""Pictures for the test cells of a graded notebook: points by hole, and how the student's own training went.

They are outputs of their own kind, which formgrader and feedback show and which earn nothing. HTML with an <img>, since
nbconvert gives an SVG no text for those who cannot see it. Leaves out what a training looks like: that is
`reelgrade.grading.writers.pictures`.
"""

import base64
from html import escape
from typing import Any

from nbformat.v4 import new_output

from reelgrade.grading.report import Report, Training
from reelgrade.grading.writers.pictures import Picture, pictures

ROW, BAR, NAME, SIDE = 22, 240, 190, 90  # pixels: height of a row, widths of bar, name and points
FULL, PART, TRACK = "#2f855a", "#dd6b20", "#e2e8f0"
STYLE = "max-width: 100%; height: auto"


def training_outputs(training: Training) -> list[Any]:
    """Show the curves of a training and its confusion matrix, or say why there is none."""
    return [_shown(picture) for picture in pictures(training)]


def points_output(report: Report) -> Any:
    """Show the points of each hole as bars; exercises that were not graded are left out."""
    return _shown(points_picture(points_by_hole(report)))


def points_by_hole(report: Report) -> dict[str, tuple[float, float]]:
    """Give the points of each hole, earned and possible, of the checks that were run."""
    found: dict[str, tuple[float, float]] = {}
    for result in report.results:
        earned, possible = found.get(result.check.hole, (0.0, 0.0))
        found[result.check.hole] = (earned + result.points, possible + result.check.points)
    return found


def points_picture(points: dict[str, tuple[float, float]]) -> Picture:
    """Draw one bar a hole, as SVG.

    >>> points_picture({"encode": (2.0, 4.0)}).text
    'encode 2 of 4'
    """
    width, height = NAME + BAR + SIDE, ROW * len(points)
    rows = "".join(_row(number * ROW, name, *pair) for number, (name, pair) in enumerate(points.items()))
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="13">{rows}</svg>'
    )
    text = "; ".join(f"{name} {earned:g} of {most:g}" for name, (earned, most) in points.items())
    source = "data:image/svg+xml;base64," + base64.b64encode(drawn.encode("utf-8")).decode()
    return Picture("Points of each hole.", source, text, width, height)


def _row(top: float, name: str, earned: float, most: float) -> str:
    share = min(max(earned / most, 0.0), 1.0) if most else 0.0
    line, colour = top + ROW - 7, FULL if share == 1 else PART
    return (
        f'<text x="{NAME - 8}" y="{line}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{NAME}" y="{top + 4}" width="{BAR}" height="{ROW - 8}" fill="{TRACK}"/>'
        f'<rect x="{NAME}" y="{top + 4}" width="{BAR * share:g}" height="{ROW - 8}" fill="{colour}"/>'
        f'<text x="{NAME + BAR + 8}" y="{line}">{earned:g} of {most:g}</text>'
    )


def _shown(picture: Picture) -> Any:
    """Make an output of a picture; all of its text is escaped."""
    words = " ".join(part for part in (picture.caption, picture.text) if part)
    caption, image = f"<figcaption>{escape(picture.caption)}</figcaption>", ""
    if picture.source:
        image = (
            f'<img src="{escape(picture.source)}" alt="{escape(picture.text)}" '
            f'width="{picture.width}" height="{picture.height}" style="{STYLE}">'
        )
    data = {"text/plain": words, "text/html": f"<figure>{image}{caption}</figure>"}
    return new_output("display_data", data=data)  # type: ignore[no-untyped-call]
