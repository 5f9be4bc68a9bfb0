"""What a class has and has not understood: every check as an item of a test, points by exercise, named mistakes.

Works on one graded entry a student. Leaves out how any of it is shown, and what is odd about a submission, which is
in `signals.py`.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reelgrade.classroom.entries import Entry
from reelgrade.course.exercises import Exercise
from reelgrade.grading.catalogue import Check
from reelgrade.grading.judging import CRASHED, FAILED, NOT_STARTED, PASSED, TIMEOUT, CheckResult
from reelgrade.grading.report import Report

FEWEST = 5  # submissions; a correlation of fewer says nothing
LOOKS_LIKE = "looks like "


@dataclass(frozen=True)
class Item:
    """One check over the class; shares are of all submissions, or of those in which it was started."""

    check: Check
    counts: Counter[str]  # of statuses
    mean_points: float
    discrimination: float | None

    @property
    def submissions(self) -> int:
        """How many submissions it was run on."""
        return self.counts.total()

    @property
    def started(self) -> int:
        """In how many of them there was something to judge."""
        return self.submissions - self.counts[NOT_STARTED]

    @property
    def pass_rate(self) -> float:
        """The share of all submissions that pass."""
        return self.counts[PASSED] / self.submissions

    @property
    def started_rate(self) -> float | None:
        """The share of those that started that pass; None where nobody did."""
        return self.counts[PASSED] / self.started if self.started else None


@dataclass(frozen=True)
class Spread:
    """How the points of one exercise lie: least, quartiles, most, and the mean."""

    exercise: Exercise
    most: float
    least: float
    lower: float
    median: float
    upper: float
    largest: float
    mean: float


@dataclass(frozen=True)
class Mistake:
    """What went wrong in one check, and for whom."""

    check: Check
    what: str
    students: tuple[str, ...]


def items(reports: Sequence[Report]) -> list[Item]:
    """Analyse each check that was run on any of the reports, in course order."""
    by_exercise: dict[str, dict[Check, list[tuple[CheckResult, float]]]] = {}
    for report in reports:
        total = sum(result.points for result in report.results)
        for one in report.exercises:
            found = by_exercise.setdefault(one.exercise.name, {})
            for result in one.results:
                found.setdefault(result.check, []).append((result, total))
    return [_item(check, pairs) for found in by_exercise.values() for check, pairs in found.items()]


def _item(check: Check, pairs: list[tuple[CheckResult, float]]) -> Item:
    points = [result.points for result, _ in pairs]
    return Item(
        check,
        Counter(result.status for result, _ in pairs),
        statistics.fmean(points),
        discrimination(points, [total for _, total in pairs]),
    )


def discrimination(points: Sequence[float], totals: Sequence[float]) -> float | None:
    """Tell how well a check separates strong from weak submissions, from -1 to 1.

    The corrected item-total correlation (Henrysson 1963, Psychometrika 28, 211-218): Pearson's r between the points of
    the check and the points of all the others; for a check with two outcomes, their point-biserial correlation. What is
    not started has 0 points. None for fewer than five submissions, and where either side is the same for all.

    >>> round(discrimination([0, 0, 1, 1, 1], [0, 1, 3, 4, 5]), 3)
    0.866
    >>> discrimination([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]) is None
    True
    """
    if len(points) < FEWEST:
        return None
    others = [total - own for own, total in zip(points, totals, strict=True)]
    try:
        return statistics.correlation(points, others)
    except statistics.StatisticsError:  # no variance
        return None


def spreads(reports: Sequence[Report]) -> list[Spread]:
    """Describe the points of each exercise that was graded."""
    found: dict[str, list[tuple[Exercise, float, float]]] = {}
    for report in reports:
        for one in report.exercises:
            if one.results:
                found.setdefault(one.exercise.name, []).append((one.exercise, one.max_points, one.points))
    return [_spread(rows[0][0], rows[0][1], [points for *_, points in rows]) for rows in found.values()]


def _spread(exercise: Exercise, most: float, points: list[float]) -> Spread:
    low, median, high = quartiles(points)
    return Spread(exercise, most, min(points), low, median, high, max(points), statistics.fmean(points))


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the quartiles, by linear interpolation between the values (method 7 of Hyndman and Fan).

    >>> quartiles([1, 2, 3, 4, 5]), quartiles([3])
    ((2.0, 3.0, 4.0), (3, 3, 3))
    """
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def histogram(points: Sequence[float], most: float, bins: int = 10) -> list[int]:
    """Count points in equal bins from 0 to `most`; each begins with its lower end, the last has its upper end too.

    >>> histogram([0, 9.5, 10, 99, 100], 100)
    [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    """
    counts = [0] * bins
    for one in points:
        counts[min(bins - 1, max(0, int(bins * one / most)))] += 1
    return counts


def mistakes(entries: Sequence[Entry]) -> list[Mistake]:
    """Gather the mistakes that have a name, the most frequent first; ties in course order."""
    found: dict[tuple[Check, str], list[str]] = {}
    for entry in entries:
        for check, what in _told(entry.report.results if entry.report else ()):
            found.setdefault((check, what), []).append(entry.student)
    gathered = [Mistake(check, what, tuple(students)) for (check, what), students in found.items()]
    return sorted(gathered, key=lambda one: -len(one.students))


def _told(results: Iterable[CheckResult]) -> list[tuple[Check, str]]:
    """List the named mistakes of one student, each once; a file that cannot be loaded fails all of its checks."""
    seen: set[str] = set()
    told = []
    for result in results:
        if not (result.broken_module and result.check.exercise in seen):
            told += [(result.check, what) for what in named(result)]
        if result.broken_module:
            seen.add(result.check.exercise)
    return list(dict.fromkeys(told))


def named(result: CheckResult) -> list[str]:
    """Name what went wrong, as far as it has a name: a known mistake, an error that was raised, an end of the process.

    >>> check = Check("batching.pad", "batching", "pad", 1.0, "It pads.")
    >>> named(CheckResult(check, FAILED, notes=("first difference: at [0]", "looks like pad_id is ignored")))
    ['pad_id is ignored']
    """
    known = [note.removeprefix(LOOKS_LIKE) for note in result.notes if note.startswith(LOOKS_LIKE)]
    if known or result.status not in (FAILED, TIMEOUT, CRASHED):
        return known
    if result.status == TIMEOUT:
        return ["takes too long"]
    if result.status == CRASHED:
        return ["ends the process"]
    if result.broken_module:
        return [f"{result.check.exercise}.py cannot be loaded"]
    kind, colon, _ = result.message.partition(":")
    return [f"raises {kind}"] if result.place is not None and colon else []
