"""classroom50.json: a result for Classroom 50, in its schema `classroom50/result/v1`.

That schema wants whole numbers, and points here come in halves: every score and every maximum is twice the points, in
each test as in the sum (200 for the 100 points of this course). Bonus points are extra credit: in the scores, not in
the maxima. A report that is not final has the status `error` and no score. The caller reads the environment variables
that the schema repeats. Leaves out feedback, for which it has no room.
"""

import json
from collections.abc import Mapping
from typing import Any

from reelgrade.course.exercises import BONUS
from reelgrade.grading.judging import PASSED, CheckResult
from reelgrade.grading.printable import printable
from reelgrade.grading.report import Report
from reelgrade.grading.writers.escape import LONGEST
from reelgrade.grading.writers.words import not_final

SCALE = 2
NOTHING: Mapping[str, str] = {}


def write(report: Report, environment: Mapping[str, str] = NOTHING) -> str:
    """Write a report as a result for Classroom 50; `environment` holds CLASSROOM, ASSIGNMENT, USERNAME and the like.

    >>> json.loads(write(Report("alice", (), 0, 0, False), {"CLASSROOM": "nlp"}))["classroom"]
    'nlp'
    """
    return json.dumps(content(report, environment), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def content(report: Report, environment: Mapping[str, str]) -> dict[str, Any]:
    """Gather what the JSON says; what the environment does not tell is null."""

    def told(name: str) -> str | None:
        return printable(environment[name], LONGEST) if environment.get(name) else None

    made = report.provenance
    return {
        "schema": "classroom50/result/v1",
        "classroom": told("CLASSROOM"),
        "assignment": told("ASSIGNMENT"),
        "usernames": [told("USERNAME") or printable(report.submission, LONGEST)],
        "submission": told("SUBMISSION_TAG"),
        "commit": told("COMMIT_URL"),
        "release": told("RELEASE_URL"),
        "review": told("REVIEW_URL") or told("COMMIT_URL"),
        "datetime": made.at.replace("+00:00", "Z") if made else None,
        **(_scores(report) if report.gradable else {"status": "error", "message": not_final(report)}),
    }


def scaled(points: float) -> int:
    """Write points as a whole number, twice their value.

    >>> scaled(37.5)
    75
    """
    return round(points * SCALE)


def _scores(report: Report) -> dict[str, Any]:
    return {
        "score": scaled(report.points(False)[0] + report.points(True)[0]),
        "max-score": scaled(report.points(False)[1]),
        "tests": list(map(_test, report.results)),
    }


def _test(result: CheckResult) -> dict[str, Any]:
    bonus = result.check.exercise == BONUS
    return {
        "test-name": result.check.id + " (bonus)" * bonus,
        "passed": result.status == PASSED,
        "score": scaled(result.points),
        "max-score": 0 if bonus else scaled(result.check.points),
    }
