"""A class made by hand: sixty students of different strength over the real checks, and everything that can go wrong."""

import ast
import dataclasses
import random
from datetime import UTC, datetime, timedelta
from functools import cache

from reelgrade.classroom.entries import CRASHED, REFUSED, Entry
from reelgrade.course.exercises import load_exercises
from reelgrade.grading import judging
from reelgrade.grading.catalogue import read_checks
from reelgrade.grading.errors import Place
from reelgrade.grading.judging import FAILED, NOT_STARTED, PASSED, TIMEOUT, CheckResult
from reelgrade.grading.provenance import Notice
from reelgrade.grading.report import make_report
from sample_reports import AUTOGRADER, SCRIPT, provenance

DEADLINE = datetime(2026, 12, 1, 12, tzinfo=UTC)
NAMES = "ada ben cleo dan eva finn gia hal ida jon kim leo mia noa oli pia quin rey sol tess uma vic wes xia yan zoe".split()  # noqa: SIM905


@cache
def known_mistakes():
    """The names of mistakes that each check knows, read from the suites."""
    found = {}
    for name in load_exercises(AUTOGRADER):
        tree = ast.parse((AUTOGRADER / f"test_{name}.py").read_text(encoding="utf-8"))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            words = [node for node in ast.walk(function) if isinstance(node, ast.keyword) and node.arg == "mistakes"]
            keys = [key.value for word in words if isinstance(word.value, ast.Dict) for key in word.value.keys]
            found[f"{name}.{function.name.removeprefix('test_')}"] = keys
    return found


def a_report(student, chance, reached, seed=0):
    """A report of somebody who passes a check with this chance, and has come so far in the course."""
    draw, stages = random.Random(f"{student} {seed}"), len(load_exercises(AUTOGRADER))
    names = list(load_exercises(AUTOGRADER))
    results = [
        a_result(check, chance - 0.03 * names.index(check.exercise), draw)
        if names.index(check.exercise) < reached * stages
        else CheckResult(check, NOT_STARTED, message=f"{check.hole} is not started")
        for check in read_checks(AUTOGRADER)
    ]
    report = make_report(AUTOGRADER, AUTOGRADER.parent / "exercises", results)
    return dataclasses.replace(report, submission=student, provenance=provenance())


def a_result(check, chance, draw):
    if draw.random() < chance:
        return CheckResult(check, PASSED, check.points, seconds=0.01)
    known, kind = known_mistakes()[check.id], draw.random()
    if known and kind < 0.7:
        notes = ("first difference: at [0]: 1 instead of 2", f"looks like {known[0 if kind < 0.5 else -1]}")
        return CheckResult(
            check, FAILED, message=check.title, call=f"{check.hole}(...)", got="1", expected="2", notes=notes
        )
    if kind > 0.95:
        return CheckResult(
            check, TIMEOUT, message=f"{check.hole} took longer than 10 s; is there a loop that never ends?"
        )
    if kind > 0.75:
        place = Place(f"{check.exercise}.py", 12, check.hole)
        return CheckResult(check, FAILED, message=f"TypeError: unsupported operand ({place})", place=place)
    return CheckResult(check, FAILED, message=check.title, notes=("first difference: length 3 instead of 4",))


def with_result(report, place, **fields):
    """The report with one result of its first exercise changed."""
    first, *others = report.exercises
    results = list(first.results)
    results[place] = dataclasses.replace(results[place], **fields)
    return dataclasses.replace(report, exercises=(dataclasses.replace(first, results=tuple(results)), *others))


def an_entry(number):
    draw = random.Random(number)
    student = f"{NAMES[number % len(NAMES)]}{number:02}"
    report = a_report(student, draw.betavariate(6, 2), draw.choice([0.4, 0.7, 1, 1, 1, 1]))
    hours = draw.choice([-40, -20, -3, -1, 5, 30])
    return Entry(
        student,
        f"{student}.zip",
        handed_in=DEADLINE + timedelta(hours=hours),
        report=report,
        seconds=draw.uniform(2, 9),
    )


def odd(entry, notices=(), **fields):
    report = dataclasses.replace(entry.report, notices=tuple(notices))
    if fields:
        report = with_result(report, 1, status=judging.CRASHED, points=0.0, **fields)
    return dataclasses.replace(entry, report=report)


def a_class(size=60):
    """Sixty rows: graded, refused, crashed, not final, late, tried twice, graded again, odd, hostile."""
    rows = [an_entry(number) for number in range(size)]
    rows[3] = Entry(
        rows[3].student, rows[3].source, status=REFUSED, problem=f"{rows[3].source}: the archive is damaged"
    )
    rows[4] = Entry(rows[4].student, rows[4].source, status=CRASHED, problem="its process died three times", tries=3)
    planted = [Notice("ignored", "conftest.py", "ignored: not part of a submission")]
    planted += [Notice("link", "data.py", "refused: a symbolic link"), Notice("ignored", "README.md", "ignored")]
    rows[5] = odd(rows[5], planted)
    rows[6] = odd(
        rows[6], message="load_reviews: the process of your code was killed by signal 11 (Segmentation fault)"
    )
    refused = "PermissionError: [Errno 1] Operation not permitted (data.py, line 9, in load_reviews)"
    rows[7] = odd(rows[7], [Notice("protected_file_changed", "autograder/test_data.py", "ignored")], message=refused)
    rows[8] = dataclasses.replace(rows[8], student=f"mallory {SCRIPT}", seconds=61.5)
    rows[9] = dataclasses.replace(rows[9], report=dataclasses.replace(rows[9].report, faults=("a hidden check broke",)))
    for place in (10, 11, 12):
        before = a_report(rows[place].student, 0.6, 0.5)
        rows[place] = dataclasses.replace(rows[place], before=before if place < 12 else rows[place].report)
    later = dataclasses.replace(an_entry(1), attempt=2, handed_in=DEADLINE + timedelta(hours=50))
    return [*rows, later]
