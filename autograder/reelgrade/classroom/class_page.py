"""class.html: what an instructor wants to know of a class, on one page that loads nothing and works without its script.

The script sorts tables and is named by its hash in the page's policy, so that no other one can run. The template is
class.html.j2, its style report.css and class.css. Every text is escaped by the template.
"""

import base64
import hashlib
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from reelgrade.classroom.analysis import Item, Mistake, Spread, histogram, items, mistakes, quartiles, spreads
from reelgrade.classroom.changes import Change, changes
from reelgrade.classroom.late import NOT_FINAL, Standing, percent
from reelgrade.classroom.names import file_stem
from reelgrade.classroom.signals import Signal, signals
from reelgrade.course.exercises import BONUS
from reelgrade.grading.report import Report
from reelgrade.grading.writers import words
from reelgrade.grading.writers.templates import templates

BINS = 10
MOST_MISTAKES, MOST_SLOW = 12, 5
TALLEST = 150  # pixels of a histogram's largest bar


@dataclass(frozen=True)
class Bar:
    """One bar of the histogram, in per cent of its width and pixels of its height."""

    x: float
    height: int
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class Overview:
    """A class as its page shows it."""

    standings: Sequence[Standing]
    title: str
    absent: Sequence[str] = ()  # who is in a roster and handed nothing in
    notices: Sequence[str] = ()
    names: dict[str, str] | None = None  # of students, where a roster tells

    @cached_property
    def graded(self) -> list[Standing]:
        """Those with a report."""
        return [one for one in self.standings if one.entry.report]

    @cached_property
    def reports(self) -> list[Report]:
        """The reports."""
        return [one.entry.report for one in self.standings if one.entry.report]

    @property
    def lost(self) -> list[Standing]:
        """Those without a report."""
        return [one for one in self.standings if not one.entry.report]

    @property
    def doubtful(self) -> list[Standing]:
        """Those whose report the grader could not finish."""
        return [one for one in self.standings if one.status == NOT_FINAL]

    @property
    def late(self) -> list[Standing]:
        """Those that lost something to lateness, or could have."""
        return [one for one in self.graded if one.days]

    @property
    def most(self) -> float:
        """Points to be had, without bonus."""
        return max((one.most for one in self.graded), default=0.0)

    @cached_property
    def points(self) -> list[float]:
        """Points without bonus and before lateness: what the work is worth."""
        return [report.points(False)[0] for report in self.reports]

    @property
    def median(self) -> float:
        """The median of the points."""
        return statistics.median(self.points)

    @property
    def middle(self) -> tuple[float, float]:
        """Between what half of the class lies."""
        low, _, high = quartiles(self.points)
        return low, high

    @property
    def mean(self) -> float:
        """The mean of the points."""
        return statistics.fmean(self.points)

    @property
    def of_record(self) -> int:
        """How many are scores of record."""
        return sum(map(words.is_of_record, self.reports))

    @property
    def bars(self) -> list[Bar]:
        """The histogram of the points."""
        counts, width = histogram(self.points, self.most, BINS), self.most / BINS
        return [
            Bar(100 * i / BINS, round(TALLEST * count / max(counts)), count, i * width, (i + 1) * width)
            for i, count in enumerate(counts)
        ]

    @property
    def spreads(self) -> list[Spread]:
        """Points by exercise."""
        return spreads(self.reports)

    @cached_property
    def items(self) -> list[Item]:
        """The checks."""
        return items(self.reports)

    @property
    def hardest(self) -> list[tuple[int, Item]]:
        """The checks with their places in the course, those that fewest pass first."""
        return sorted(enumerate(self.items, start=1), key=lambda pair: pair[1].pass_rate)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """What went wrong, the most frequent first."""
        return mistakes([one.entry for one in self.standings])

    @property
    def signals(self) -> list[Signal]:
        """What is odd."""
        return signals([one.entry for one in self.standings])

    @property
    def changes(self) -> list[Change]:
        """What a mended check has changed."""
        return changes([one.entry for one in self.standings])

    @property
    def slowest(self) -> list[Standing]:
        """Those that took longest."""
        return sorted(self.graded, key=lambda one: -one.entry.seconds)[:MOST_SLOW]

    def name(self, student: str) -> str:
        """Give the name that a roster has for a student."""
        return (self.names or {}).get(student, "")


def write(overview: Overview) -> str:
    """Write the page of a class.

    >>> "Nobody has points yet" in write(Overview([], "nlp"))
    True
    """
    script = Path(__file__).with_name("sort.js").read_text(encoding="utf-8")
    page = templates("reelgrade.classroom", "reelgrade.grading.writers").get_template("class.html.j2")
    return page.render(
        overview=overview,
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        bonus_name=BONUS,
        most_mistakes=MOST_MISTAKES,
        tallest=TALLEST,
        file_stem=file_stem,
        percent=percent,
    )
