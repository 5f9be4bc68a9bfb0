"""Before and after: what grading again with a mended check has changed, student by student."""

from collections.abc import Iterable
from dataclasses import dataclass

from reelgrade.classroom.entries import Entry
from reelgrade.grading.report import Report


@dataclass(frozen=True)
class Change:
    """One student's points before and after, bonus included, and the checks whose points are others now."""

    student: str
    before: float
    after: float
    checks: tuple[tuple[str, float, float], ...]  # id, before, after

    @property
    def difference(self) -> float:
        """How many points came or went."""
        return self.after - self.before


def changes(entries: Iterable[Entry]) -> list[Change]:
    """Compare each report with the one it replaces; those that were graded for the first time are left out.

    >>> report = Report("alice", (), 0, 0, False)
    >>> changes([Entry("alice", "alice.zip", report=report, before=report), Entry("bob", "bob.zip", report=report)])
    [Change(student='alice', before=0, after=0, checks=())]
    """
    return [_change(entry.student, entry.before, entry.report) for entry in entries if entry.before and entry.report]


def _change(student: str, before: Report, after: Report) -> Change:
    old, new = _points(before), _points(after)
    ids = [one for one in dict.fromkeys([*new, *old]) if old.get(one, 0.0) != new.get(one, 0.0)]
    checks = tuple((one, old.get(one, 0.0), new.get(one, 0.0)) for one in ids)
    return Change(student, _sum(before), _sum(after), checks)


def _points(report: Report) -> dict[str, float]:
    return {result.check.id: result.points for result in report.results}


def _sum(report: Report) -> float:
    return report.points(False)[0] + report.points(True)[0]
