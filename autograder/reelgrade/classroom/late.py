"""Lateness and attempts: which attempt of a student counts, and how many points of it.

An attempt is late by the days that have begun since its deadline and the grace after it: one second is one day. Each
day takes the same share of the points that were earned, bonus included, up to the cap; what is left is rounded down to
half a point, like all points here. Where nobody knows when something was handed in, it is not late.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from reelgrade.classroom.entries import GRADED, Entry

BEST, LAST = "best", "last"
DAY = timedelta(days=1)
NOT_FINAL = "not final"


@dataclass(frozen=True)
class LateRule:
    """What lateness costs; without a deadline, nothing. Shares are exact: a tenth is `Fraction(1, 10)`."""

    deadline: datetime | None = None
    grace: timedelta = timedelta()
    per_day: Fraction = Fraction(0)
    cap: Fraction = Fraction(1)
    extensions: Mapping[str, datetime] = field(default_factory=dict)  # a student's own deadline
    attempts: str = LAST  # or BEST

    def days_late(self, student: str, handed_in: datetime | None) -> int:
        """Count the days that have begun after this student's deadline and the grace.

        >>> rule = LateRule(datetime(2026, 12, 1, tzinfo=UTC), grace=timedelta(hours=1))
        >>> [rule.days_late("alice", datetime(2026, 12, 1, hour, tzinfo=UTC)) for hour in (1, 2)]
        [0, 1]
        """
        deadline = self.extensions.get(student, self.deadline)
        if deadline is None or handed_in is None:
            return 0
        return max(0, math.ceil((handed_in - deadline - self.grace) / DAY))

    def share(self, days: int) -> Fraction:
        """Give the share of the points that so many days cost.

        >>> LateRule(per_day=Fraction(1, 10), cap=Fraction(1, 4)).share(3)
        Fraction(1, 4)
        """
        return min(self.cap, days * self.per_day, Fraction(1))


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
        """Points to be had, without bonus."""
        return self.entry.report.points(False)[1] if self.entry.report else 0.0

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


def standings(entries: Iterable[Entry], rule: LateRule) -> list[Standing]:
    """Choose for each student the attempt that counts, sorted by student.

    The last one, or the one with most points after lateness (the earlier of two equal ones). An attempt without a
    report counts only where no other has one.
    """
    by_student: dict[str, list[Entry]] = {}
    for entry in entries:
        by_student.setdefault(entry.student, []).append(entry)
    return [_chosen(by_student[student], rule) for student in sorted(by_student)]


def _chosen(entries: Sequence[Entry], rule: LateRule) -> Standing:
    in_order = [_standing(entry, rule, len(entries)) for entry in sorted(entries, key=_when)]
    usable = [one for one in in_order if one.counts] or [one for one in in_order if one.entry.report] or in_order
    chosen = max(usable, key=lambda one: one.final) if rule.attempts == BEST else usable[-1]
    last = in_order[-1].entry
    if chosen.entry is last or rule.attempts == BEST:
        return chosen
    note = f"attempt {last.attempt} does not count: {last.problem or 'its report is not final'}"
    return Standing(chosen.entry, chosen.days, chosen.share, chosen.attempts, note)


def _when(entry: Entry) -> tuple[int, datetime]:
    return entry.attempt, entry.handed_in or datetime.min.replace(tzinfo=UTC)


def _standing(entry: Entry, rule: LateRule, attempts: int) -> Standing:
    days = rule.days_late(entry.student, entry.handed_in)
    return Standing(entry, days, rule.share(days), attempts)
