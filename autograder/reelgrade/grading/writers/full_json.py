"""report.json: everything a report says, in the schema `reelgrade/report/v1` (report_v1.schema.json beside this file).

Points are multiples of 0.5. The points of the bonus exercise stand beside the others, never in them. What does not
apply is null. Leaves out the curves of the student's training, which belong to the HTML page.
"""

import json
from typing import Any

import reelgrade
from reelgrade.course.exercises import BONUS
from reelgrade.grading.judging import CheckResult
from reelgrade.grading.printable import printable
from reelgrade.grading.provenance import RECORD_LEVELS, Provenance
from reelgrade.grading.report import ExerciseReport, Report
from reelgrade.grading.writers.escape import LONGEST
from reelgrade.grading.writers.words import all_notices, blocked_by, first_hint, is_of_record, number

SCHEMA = "reelgrade/report/v1"
ASSIGNMENT = "reelgrade"


def write(report: Report) -> str:
    """Write a report as JSON.

    >>> json.loads(write(Report("alice", (), 0, 0, False)))["submission"]["id"]
    'alice'
    """
    return json.dumps(content(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def content(report: Report) -> dict[str, Any]:
    """Gather what the JSON says."""
    made = report.provenance
    (points, most), (bonus, most_bonus) = report.points(False), report.points(True)
    return {
        "schema": SCHEMA,
        "assignment": ASSIGNMENT,
        "release": _text(made.release) if made else None,
        "submission": _submission(report, made),
        "grader": _grader(report, made),
        "environment": _environment(made) if made else None,
        "isolation": _isolation(made) if made else None,
        "points": number(points),
        "max_points": number(most),
        "bonus": number(bonus),
        "max_bonus": number(most_bonus),
        "gradable": report.gradable,
        "visible_checks": report.num_checks,
        "hidden_checks": {"number": report.num_hidden, "present": report.hidden_present},
        "exercises": [_exercise(one) for one in report.exercises],
        "notices": [
            {"kind": one.kind, "path": _text(one.path), "action": _text(one.action)} for one in all_notices(report)
        ],
    }


def _submission(report: Report, made: Provenance | None) -> dict[str, Any]:
    return {
        "id": printable(report.submission, LONGEST),
        "commit": _text(made.commit or "") if made else None,
        "files": {printable(file.path, LONGEST): f"sha256:{file.sha256}" for file in made.files} if made else None,
        "at": made.at if made else None,
    }


def _grader(report: Report, made: Provenance | None) -> dict[str, Any]:
    return {
        "version": reelgrade.__version__,
        "tests_sha256": made.tests_sha256 if made else None,
        "seed_id": made.seed_id if made else None,
        "score_of_record": is_of_record(report),
        "against_record": [_text(reason) for reason in made.against_record] if made else [],
    }


def _environment(made: Provenance) -> dict[str, str]:
    ran_on = made.environment
    return {"python": ran_on.python, "torch": ran_on.torch, "platform": ran_on.platform}


def _isolation(made: Provenance) -> dict[str, Any]:
    isolation = made.isolation
    return {
        "level": isolation.level,
        "network": isolation.level not in RECORD_LEVELS,
        "cpu_s": isolation.check_seconds or None,
        "accuracy_cpu_s": isolation.accuracy_seconds or None,
        "memory_mb": isolation.memory_mb or None,
        "missing": list(map(_text, isolation.missing)),
    }


def _exercise(report: ExerciseReport) -> dict[str, Any]:
    return {
        "id": report.exercise.name,
        "stage": report.exercise.stage,
        "title": report.exercise.title,
        "bonus": report.exercise.name == BONUS,
        "points": number(report.points),
        "max_points": number(report.max_points),
        "status": report.status,
        "checks": [_check(report, result) for result in report.results],
    }


def _check(report: ExerciseReport, result: CheckResult) -> dict[str, Any]:
    check, place, hint = result.check, result.place, first_hint(report, result)
    return {
        "id": check.id,
        "title": check.title,
        "hole": check.hole,
        "points": number(result.points),
        "max_points": number(check.points),
        "status": result.status,
        "visibility": "visible",  # a hidden check never appears by name
        "requires": list(check.requires),
        "blocked_by": blocked_by(report, result),
        "message": _text(result.message),
        "call": _text(result.call),
        "expected": _text(result.expected),
        "actual": _text(result.got) if result.expected else None,
        "notes": list(map(_text, result.notes)),
        "hint": {"level": 1, "of": hint[1], "text": hint[0]} if hint else None,
        "where": {"file": _text(place.file), "line": place.line} if place else None,
        "output": _text("\n".join(result.printed)),
        "output_truncated": result.printed_more,
        "duration_s": round(result.seconds, 3),
    }


def _text(text: str) -> str | None:
    """Give text that can be shown, line by line, or null where there is none."""
    return "\n".join(printable(line, LONGEST) for line in text.split("\n")) or None
