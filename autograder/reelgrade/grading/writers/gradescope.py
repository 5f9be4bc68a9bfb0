"""results.json for Gradescope.

The top-level score overrides the sum of the tests, and both agree. Bonus points are extra credit: they are in the
score, while a bonus check has a maximum of 0, so that the maxima add up to the points of the assignment (100 of this
course) and a full bonus shows as 120 of 100. All text is marked as plain text, which Gradescope escapes. A hidden test
would hide the total from students: there are none. A report that is not final has neither score nor tests. Leaves out
the leaderboard.
"""

import json
from collections import Counter
from typing import Any

from reelgrade.course.exercises import BONUS
from reelgrade.grading.judging import PASSED, CheckResult
from reelgrade.grading.printable import printable
from reelgrade.grading.report import ExerciseReport, Report
from reelgrade.grading.writers.escape import LONGEST
from reelgrade.grading.writers.full_json import SCHEMA
from reelgrade.grading.writers.words import (
    all_notices,
    checks_line,
    doubts,
    is_of_record,
    isolation_line,
    not_final,
    notice_text,
    number,
    record_line,
    told,
)

MOST_NOTICES = 20


def write(report: Report) -> str:
    """Write a report as Gradescope's results.json.

    >>> json.loads(write(Report("alice", (), 0, 0, False)))["stdout_visibility"]
    'hidden'
    """
    return json.dumps(content(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def content(report: Report) -> dict[str, Any]:
    """Gather what the JSON says."""
    made = report.provenance
    return {
        "execution_time": round(sum(result.seconds for result in report.results)),
        "output": _plain(_output(report)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "schema": SCHEMA,
            "isolation": made.isolation.level if made else None,
            "score_of_record": is_of_record(report),
            "final": report.gradable,
            **(_sums(report) if report.gradable else {}),
        },
        **(_scores(report) if report.gradable else {}),
    }


def _scores(report: Report) -> dict[str, Any]:
    """Write what Gradescope takes points from; of a report that is not final nothing of it is there."""
    return {"score": number(report.points(False)[0] + report.points(True)[0]), "tests": _tests(report)}


def _sums(report: Report) -> dict[str, Any]:
    (points, most), (bonus, most_bonus) = report.points(False), report.points(True)
    sums = {"points": points, "max_points": most, "bonus": bonus, "max_bonus": most_bonus}
    return {name: number(value) for name, value in sums.items()}


def _output(report: Report) -> list[str]:
    doubtful = [not_final(report), *doubts(report)] if not report.gradable else []
    notices = [f"notice: {notice_text(notice)}" for notice in all_notices(report)[:MOST_NOTICES]]
    return [*doubtful, checks_line(report), record_line(report), isolation_line(report), *notices]


def _tests(report: Report) -> list[dict[str, Any]]:
    """Write the checks, numbered within their stage, which two exercises may share."""
    numbers: Counter[int] = Counter()
    tests = []
    for exercise in report.exercises:
        for result in exercise.results:
            numbers[exercise.exercise.stage] += 1
            number_of_check = f"{exercise.exercise.stage}.{numbers[exercise.exercise.stage]}"
            tests.append(_test(exercise, result, number_of_check))
    return tests


def _test(exercise: ExerciseReport, result: CheckResult, number_of_check: str) -> dict[str, Any]:
    bonus = exercise.exercise.name == BONUS
    return {
        "score": number(result.points),
        "max_score": 0 if bonus else number(result.check.points),
        "status": "passed" if result.status == PASSED else "failed",
        "name": result.check.id + " (bonus)" * bonus,
        "number": number_of_check,
        "output": _plain(told(result) if result.status == PASSED else [result.status, *told(result)]),
        "tags": ["bonus"] if bonus else [],
        "visibility": "visible",
    }


def _plain(lines: list[str]) -> str:
    return "\n".join(printable(line, LONGEST) for line in lines)
