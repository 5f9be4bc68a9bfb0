"""What became of each submission of a class: the rows that every output is made of."""

from dataclasses import dataclass
from datetime import datetime

from reelgrade.grading.report import Report

GRADED, REFUSED, CRASHED = "graded", "refused", "crashed"


@dataclass(frozen=True)
class Entry:
    """One submission: its report, or the reason why there is none.

    `refused`: it cannot be taken (damaged, empty, too large); `crashed`: no try gave a verdict, as a rule since its process died.

    >>> Entry("alice", "alice.zip", status=REFUSED, problem="damaged").report is None
    True
    """

    student: str
    source: str  # its path within the folder of submissions
    attempt: int = 1  # counted by time for each student
    handed_in: datetime | None = None  # aware, in UTC; None where nobody knows
    status: str = GRADED
    report: Report | None = None
    problem: str = ""
    tries: int = 1
    seconds: float = 0.0  # of wall-clock time, the report's checks included
    before: Report | None = None  # the former report on the same files, when a check was mended
