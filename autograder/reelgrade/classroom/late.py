"""Lateness and attempts: which attempt of a student counts, and how many points of it.

An attempt is late by the days that have begun since its deadline and the grace after it: one second is one day. Each
day takes the same share of the points that were earned, bonus included, up to the cap; what is left is rounded down to
half a point, like all points here. A report on several exercises is due with the last of them; an extension only ever
moves a deadline back. Where nobody knows when something was handed in, it is not late.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from reelgrade.classroom.entries import GRADED, Entry
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.settings import Late, Settings

BEST = "best"
DAY = timedelta(days=1)
NOT_FINAL = "not final"


@dataclass(frozen=True)
class Standing:
    """The attempt that counts for one student, and what lateness takes from it."""

    entry: Entry
    days: int = 0
    share: Fraction = Fraction(0)
    attempts: int = 1  # how many there were
    note: str = ""  # why a later attempt does not count

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.entry.student

    @property
    def status(self) -> str:
        """Say what became of it; a report that the grader could not finish is not final."""
        report = self.entry.report
        return NOT_FINAL if report is not None and not report.gradable else self.entry.status

    @property
    def counts(self) -> bool:
        """Whether there are points that can be entered anywhere."""
        return self.entry.report is not None and self.status == GRADED

    @property
    def earned(self) -> float:
        """Points before lateness, bonus included; 0 without a report."""
        report = self.entry.report
        return report.points(False)[0] + report.points(True)[0] if report else 0.0

    @property
    def most(self) -> float:
        """Points to be had in the exercises that were graded, without bonus."""
        return self.entry.report.graded(bonus=False) if self.entry.report else 0.0

    @property
    def most_bonus(self) -> float:
        """Bonus points to be had, where the bonus exercise was graded."""
        return self.entry.report.graded(bonus=True) if self.entry.report else 0.0

    @property
    def final(self) -> float:
        """Points after lateness, bonus included."""
        return after(self.earned, self.share)

    @property
    def sentence(self) -> str:
        """Say in words what counts and why.

        >>> Standing(Entry("alice", "alice.zip", report=None), days=2, share=Fraction(1, 5)).sentence
        '0 of 0, 2 days late, 20 % less: 0'
        """
        line = f"{self.earned:g} of {self.most:g}"
        if self.days:
            days = f"{self.days} day" + "s" * (self.days != 1)
            line += f", {days} late, {percent(self.share)} less: {self.final:g}"
        return line


def due(settings: Settings, student: str, exercises: Iterable[str]) -> datetime | None:
    """Give the deadline of one student for these exercises; None where there is none.

    >>> one, two = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)
    >>> settings = Settings(deadlines={"data": one, "03_vocab": two}, extensions={"bob": two})
    >>> [due(settings, *each).day for each in (("alice", ["data"]), ("alice", ["data", "vocab"]), ("bob", ["data"]))]
    [1, 8, 8]
    """
    own = {exercise: time for name, time in settings.deadlines.items() for exercise in NOTEBOOKS.get(name, ())}
    own |= settings.deadlines
    known = [own.get(exercise, settings.deadline) for exercise in exercises] or [settings.deadline]
    latest = max((time for time in known if time is not None), default=None)
    extension = settings.extensions.get(student)
    return max(latest, extension) if latest and extension else latest


def days_late(settings: Settings, entry: Entry) -> int:
    """Count the days that have begun after the deadline and the grace; 0 where either time is not known."""
    graded = [one.exercise.name for one in entry.report.exercises if one.results] if entry.report else []
    deadline = due(settings, entry.student, graded)
    if deadline is None or entry.handed_in is None:
        return 0
    grace = timedelta(minutes=settings.late.grace_minutes)
    return max(0, math.ceil((entry.handed_in - deadline - grace) / DAY))


def share(late: Late, days: int) -> Fraction:
    """Give the share of the points that so many days cost.

    >>> share(Late(percent_per_day=10, cap_percent=25), 3)
    Fraction(1, 4)
    """
    percent_off = min(days * Fraction(str(late.percent_per_day)), Fraction(str(late.cap_percent)), Fraction(100))
    return percent_off / 100


def after(points: float, share: Fraction) -> float:
    """Take a share off, and round down to half a point.

    >>> after(15.0, Fraction(1, 5)), after(0.5, Fraction(1, 10)), after(7.5, Fraction(0))
    (12.0, 0.0, 7.5)
    """
    return math.floor(2 * Fraction(points) * (1 - share)) / 2


def percent(share: Fraction) -> str:
    """Write a share.

    >>> percent(Fraction(1, 5)), percent(Fraction(1, 8))
    ('20 %', '12.5 %')
    """
    return f"{float(100 * share):g} %"


def standings(entries: Iterable[Entry], settings: Settings) -> list[Standing]:
    """Choose for each student the attempt that counts, sorted by student.

    The last one, or the one with most points after lateness (the earlier of two equal ones). An attempt without a
    report counts only where no other has one.
    """
    by_student: dict[str, list[Entry]] = {}
    for entry in entries:
        by_student.setdefault(entry.student, []).append(entry)
    return [_chosen(by_student[student], settings) for student in sorted(by_student)]


def _chosen(entries: Sequence[Entry], settings: Settings) -> Standing:
    in_order = [_standing(entry, settings, len(entries)) for entry in sorted(entries, key=_when)]
    usable = [one for one in in_order if one.counts] or [one for one in in_order if one.entry.report] or in_order
    chosen = max(usable, key=lambda one: one.final) if settings.attempt == BEST else usable[-1]
    last = in_order[-1].entry
    if chosen.entry is last or settings.attempt == BEST:
        return chosen
    why = last.problem or "its report is not final"
    return replace(chosen, note=f"attempt {last.attempt} does not count: {why}")


def _when(entry: Entry) -> tuple[int, datetime]:
    return entry.attempt, entry.handed_in or datetime.min.replace(tzinfo=UTC)


def _standing(entry: Entry, settings: Settings, attempts: int) -> Standing:
    days = days_late(settings, entry)
    return Standing(entry, days, share(settings.late, days), attempts)
