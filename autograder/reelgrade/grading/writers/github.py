"""github.json: version 3 of the result that GitHub Classroom's reporter reads from an earlier step.

Bonus points are extra credit here as for Gradescope: in the scores, not in the maximum. Every result has a list of
tests, also where nothing ran, since the reporter dies without one; that of a report that is not final is empty, and its
maximum 0, of which the reporter sends nothing on. Leaves out line numbers, which checks do not have.
The reporter prints to a build log, so no text in here can be taken for a command to it.
"""

import base64
import json
from typing import Any

from reelgrade.grading.judging import ERROR, PASSED, CheckResult
from reelgrade.grading.report import ExerciseReport, Report
from reelgrade.grading.writers.escape import log_line
from reelgrade.grading.writers.words import checks_line, not_final, number, record_line, told

VERDICTS = {PASSED: "pass", ERROR: "error"}


def write(report: Report) -> str:
    """Write a report as compact JSON.

    >>> write(Report("alice", (), 0, 0, False))[:28]
    '{"version":3,"status":"error'
    """
    return json.dumps(content(report), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def github_result(report: Report) -> str:
    r"""Write what the step's output `result` has to be: the compact JSON and a line end, in base64.

    >>> base64.b64decode(github_result(Report("alice", (), 0, 0, False)))[-4:]
    b'[]}\n'
    """
    return base64.b64encode(f"{write(report)}\n".encode()).decode()


def content(report: Report) -> dict[str, Any]:
    """Gather what the JSON says."""
    said = [not_final(report), checks_line(report), record_line(report)]
    return {
        "version": 3,
        "status": _status(report),
        "message": " ".join(log_line(line) for line in said if line),
        "max_score": number(report.points(False)[1]) if report.gradable else 0,
        "tests": _tests(report) if report.gradable else [],
    }


def _tests(report: Report) -> list[dict[str, Any]]:
    return [_test(exercise, result) for exercise in report.exercises for result in exercise.results]


def _status(report: Report) -> str:
    """Say `error` where the grader failed or nothing ran, and `pass` where every check passed."""
    if not report.gradable or not report.results:
        return "error"
    return "pass" if all(result.status == PASSED for result in report.results) else "fail"


def _test(exercise: ExerciseReport, result: CheckResult) -> dict[str, Any]:
    return {
        "name": result.check.id,
        "status": VERDICTS.get(result.status, "fail"),
        "message": "" if result.status == PASSED else "\n".join(map(log_line, [result.status, *told(result)])),
        "test_code": log_line(result.call),
        "task_id": exercise.exercise.stage,
        "filename": f"test_{result.check.exercise}.py",
        "line_no": 0,
        "duration": round(result.seconds, 3),
        "score": number(result.points),
        "output": "\n".join([*map(log_line, result.printed), *["..."] * result.printed_more]),
    }
