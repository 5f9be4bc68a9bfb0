"""What several formats say in the same words: whether the score counts, how far code was confined, what went wrong.

Leaves out every escape: these are plain lines, some of them with text that students control.
"""

from collections import Counter

from reelgrade.course.exercises import find_hole
from reelgrade.grading.judging import BLOCKED, CRASHED, ERROR, FAILED, NOT_STARTED, PASSED, TIMEOUT, CheckResult
from reelgrade.grading.provenance import Notice
from reelgrade.grading.report import ExerciseReport, Report

STATUSES = (PASSED, FAILED, NOT_STARTED, BLOCKED, TIMEOUT, CRASHED, ERROR)
CONFINEMENT = {
    "none": "student code ran inside the grader, unconfined",
    "process": "student code ran in a process of its own, otherwise unconfined",
    "landlock": "student code had no network, and only the files it needs",
    "bwrap": "student code had a file system of its own and no network",
}


def number(value: float) -> int | float:
    """Give a whole number without its fraction.

    >>> number(5.0), number(2.5)
    (5, 2.5)
    """
    return int(value) if value == int(value) else value


def points_text(points: float, most: float) -> str:
    """Write points of a maximum.

    >>> points_text(1.0, 1.0), points_text(2.5, 6.0)
    ('1 of 1 point', '2.5 of 6 points')
    """
    return f"{points:g} of {most:g} point" + "s" * (most != 1)


def doubts(report: Report) -> list[str]:
    """List why the score is not final, one line each; nothing where the grader did its part.

    >>> doubts(Report("alice", (), 0, 0, False, faults=("a hidden check of pad: it broke",)))
    ['a hidden check of pad: it broke']
    """
    return [f"{result.check.id}: {result.message}" for result in report.results if result.status == ERROR] + list(
        report.faults
    )


def not_final(report: Report) -> str:
    """Say that the score is not final, or nothing where it is.

    >>> not_final(Report("alice", (), 0, 0, False))
    ''
    """
    if report.gradable:
        return ""
    return "This score is not final: the grader itself failed, which is not the student's fault. Grade again."


def is_of_record(report: Report) -> bool:
    """Tell whether this is the score that counts."""
    return report.provenance is not None and report.provenance.score_of_record and report.gradable


def record_line(report: Report) -> str:
    """Say whether this is the score of record, and if not, why.

    >>> record_line(Report("alice", (), 0, 0, False))
    'Not a score of record: nothing vouches for where it was made. reelgrade grade makes one.'
    """
    if is_of_record(report):
        return "Score of record."
    return f"Not a score of record: {_why_not(report)}"


def _why_not(report: Report) -> str:
    if not report.gradable:
        return "it is not final."
    if report.provenance is None:
        return "nothing vouches for where it was made. reelgrade grade makes one."
    return "; ".join(report.provenance.against_record) + "."


def isolation_line(report: Report) -> str:
    """Name the isolation level and what it means."""
    if report.provenance is None:
        return "Isolation: not known."
    level = report.provenance.isolation.level
    return f"Isolation: {level}; {CONFINEMENT.get(level, 'not known')}."


def checks_line(report: Report) -> str:
    """Count visible checks, and never say that all is well where hidden ones are still to come.

    >>> checks_line(Report("alice", (), 41, 7, False))
    '0 of 41 visible checks passed; 7 hidden checks will confirm at grading'
    """
    passed = count_statuses(report)[PASSED]
    line = f"{passed} of {report.num_checks} visible checks passed"
    return line + f"; {report.num_hidden} hidden checks will confirm at grading" * bool(
        report.num_hidden and not report.hidden_present
    )


def count_statuses(report: Report) -> Counter[str]:
    """Count the results of each status."""
    return Counter(result.status for result in report.results)


def told(result: CheckResult) -> list[str]:
    """Write the feedback of one check: what went wrong, what the check is about, and the details.

    >>> from reelgrade.grading.catalogue import Check
    >>> told(CheckResult(Check("a.b", "a", "pad", 1.0, "A title."), PASSED))
    ['A title.']
    """
    message = [result.message] if result.message and result.message != result.check.title else []
    return [*message, result.check.title, *result.detail]


def to_tell(report: Report) -> list[CheckResult]:
    """Choose the results that need more than a line: not what is not started or waits, and a broken file once."""
    chosen: list[CheckResult] = []
    broken: set[str] = set()
    for result in report.results:
        if result.is_full or result.status in (NOT_STARTED, BLOCKED) or result.check.exercise in broken:
            continue
        chosen.append(result)
        if result.broken_module:
            broken.add(result.check.exercise)
    return chosen


def blocked_by(exercise: ExerciseReport, result: CheckResult) -> str | None:
    """Name the hole that a blocked check waits for."""
    if result.status != BLOCKED:
        return None
    waiting = (
        other.check.hole
        for other in exercise.results
        if other.check.hole in result.check.requires and not other.check.requires and other.status != PASSED
    )
    return next(waiting, (*result.check.requires, result.check.hole)[0])


def first_hint(exercise: ExerciseReport, result: CheckResult) -> tuple[str, int] | None:
    """Give the first hint for the hole of a check, and how many there are; nothing where a hint would not help."""
    hole = find_hole({exercise.exercise.name: exercise.exercise}, result.check.hole)
    return (hole.hints[0], len(hole.hints)) if result.hint and hole is not None and hole.hints else None


def all_notices(report: Report) -> list[Notice]:
    """Give the notices, with the grader's own faults among them.

    >>> all_notices(Report("alice", (), 0, 0, False, faults=("it broke",)))
    [Notice(kind='fault', path='', action='it broke')]
    """
    return [*report.notices, *(Notice("fault", "", fault) for fault in report.faults)]


def notice_text(notice: Notice) -> str:
    """Write a notice as one line.

    >>> notice_text(Notice("too_large", "big.csv", "ignored"))
    'too large: big.csv, ignored'
    """
    return f"{notice.kind.replace('_', ' ')}: " + ", ".join(part for part in (notice.path, notice.action) if part)
