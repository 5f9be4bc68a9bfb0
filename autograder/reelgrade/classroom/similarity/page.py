"""The page of similar pairs: complete in itself, no script, the shared lines of two students side by side.

The template is similarity.html.j2; the style is that of the report, with similarity.css. Every text is escaped by the
template. Leaves out what is not shared, but for a line around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Template

from reelgrade.classroom.similarity.compare import Comparison
from reelgrade.classroom.similarity.pairs import ALL, Overlap, Pair
from reelgrade.grading.printable import printable
from reelgrade.grading.writers.templates import templates

CONTEXT = 1  # lines around what is shared
MOST_LINES = 400  # of one module; a longer one is no answer to an exercise
WIDTH = 300
OPEN = 3  # pairs whose closest exercise is open at first


@dataclass(frozen=True)
class Line:
    """A line of code; one without a number stands for lines left out."""

    number: int = 0
    text: str = "..."
    shared: bool = False


@dataclass(frozen=True)
class SideBySide:
    """One exercise of a pair."""

    overlap: Overlap
    left: list[Line]
    right: list[Line]


def write(comparison: Comparison, title: str) -> str:
    """Write a comparison as one HTML page."""
    return _template().render(
        comparison=comparison,
        title=title,
        pairs=[(pair, list(sides(comparison, pair))) for pair in comparison.pairs],
        all_exercises=ALL,
        open_pairs=OPEN,
    )


def sides(comparison: Comparison, pair: Pair) -> Iterator[SideBySide]:
    """Give the exercises of a pair, the largest share first."""
    for overlap in sorted(pair.overlaps, key=lambda one: -one.share):
        numbers = comparison.modules[overlap.exercise].shared_lines(pair.first, pair.second)
        texts = [comparison.handed_in.texts[student][overlap.exercise] for student in (pair.first, pair.second)]
        left, right = (excerpt(text, shared) for text, shared in zip(texts, numbers, strict=True))
        yield SideBySide(overlap, left, right)


def excerpt(text: str, shared: set[int]) -> list[Line]:
    r"""Give the shared lines of a text with those around them.

    >>> [(line.number, line.text) for line in excerpt("a\nb\nc\nd\ne", {4})]
    [(0, '...'), (3, 'c'), (4, 'd'), (5, 'e')]
    """
    near = {number + step for number in shared for step in range(-CONTEXT, CONTEXT + 1)}
    found: list[Line] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if number in near and len(found) < MOST_LINES:
            found.append(Line(number, printable(line, WIDTH), number in shared))
        elif not found or found[-1].number:
            found.append(Line())
    return found


def _template() -> Template:
    environment = templates("reelgrade.classroom.similarity", "reelgrade.grading.writers")
    environment.filters["percent"] = percent
    return environment.get_template("similarity.html.j2")


def percent(share: float) -> str:
    """Write a share in whole percent.

    >>> percent(0.947)
    '95 %'
    """
    return f"{100 * share:.0f} %"
