"""Write the report of one submission into its notebook and into the gradebook, as if nbgrader had run the notebook.

Test cells get our feedback, points and pictures as their output, holes get comments; answers in words are left to a
person. The notebook itself is never run. What nbgrader does in a dozen passes, each with a database of its own, is one here.
"""

import ast
import json
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_output
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_task

from reelgrade.course.files import PRIVATE, output_folder
from reelgrade.grading.catalogue import Check, checks_of
from reelgrade.grading.judging import NOT_STARTED, CheckResult
from reelgrade.grading.notebook_check import tell
from reelgrade.grading.report import Report, block
from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import Refused
from reelgrade.nbgrader_plugins.cells import Released, nbgraders
from reelgrade.nbgrader_plugins.drawing import points_output, training_outputs
from reelgrade.nbgrader_plugins.gradebooks import NbCourse
from reelgrade.nbgrader_plugins.repairing import repair_notebook
from reelgrade.nbgrader_plugins.sanitizing import NoScripts
from reelgrade.nbgrader_plugins.submitted import LINE_BYTES, TIMESTAMP


def begin(gradebook: Any, course: NbCourse, student: str, assignment: str, timestamp: datetime | None) -> None:
    """Enter student and submission, and forget what an earlier run gave for the code."""
    step = course.directory.autograded_directory
    shutil.rmtree(course.folder(step, student, assignment), ignore_errors=True)
    known = {"timestamp": timestamp} if timestamp else {}
    gradebook.update_or_create_student(student)
    submission = gradebook.update_or_create_submission(assignment, student, **known)
    for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
        grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()


def prepare(notebook: Any, released: list[Released], kernelspec: str) -> None:
    """Mend a submitted notebook in place, clear its outputs, and sanitize what would become HTML: a student wrote all of it."""
    repair_notebook(notebook, released)
    NoScripts().preprocess(notebook, {})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if kernelspec:
        notebook.metadata["kernelspec"] = json.loads(kernelspec)


def show_points(notebook: Any, report: Report, autograder: Path) -> float:
    """Put feedback, points and pictures into the test cells, and give the sum of the points."""
    trainings = {training.exercise: training for training in report.trainings}
    shown: list[Any] = []
    total = 0.0
    for cell in notebook.cells:
        asked = asked_by(cell.source) if nbgraders(cell).get("grade") and cell.cell_type == "code" else None
        if asked is not None:
            checks = checks_of(autograder, *asked)
            points, cell.outputs = _told(asked[1], checks, report)
            if asked[0] in trainings and any(check.requires for check in checks):
                cell.outputs += training_outputs(trainings[asked[0]])
            shown, total = cell.outputs, total + points
    if shown:
        shown.append(points_output(report))  # on the last test cell
    return total


def _told(holes: list[str], checks: list[Check], report: Report) -> tuple[float, list[Any]]:
    """Give the points of a test cell, and as its outputs what it says and its points."""
    results = {result.check.id: result for result in report.results}
    outcome = tell(holes, [results[check.id] for check in checks if check.id in results], [], report.hidden_present)
    left_out = sum(check.points for check in checks if check.id not in results)
    text = outcome.text + f"\nnot run, since accuracy checks were left out: {left_out:g} points" * bool(left_out)
    return outcome.points, [
        new_output("stream", name="stdout", text=text + "\n"),  # type: ignore[no-untyped-call]
        new_output("execute_result", data={"text/plain": repr(outcome.points)}),  # type: ignore[no-untyped-call]
    ]


def asked_by(source: str) -> tuple[str, list[str]] | None:
    r"""Read from a test cell which holes of which exercise it checks; None for a cell that is not the course's.

    >>> asked_by('from reelgrade import check\n\ncheck("vocab", holes=["encode"])')
    ('vocab', ['encode'])
    """
    try:
        statements = ast.parse(source).body
        call = statements[-1].value  # type: ignore[attr-defined]
        if call.func.id != "check":
            return None
        return ast.literal_eval(call.args[0]), list(ast.literal_eval(call.keywords[0].value))
    except (SyntaxError, ValueError, AttributeError, IndexError):
        return None


def save(gradebook: Any, course: NbCourse, notebook: Any, report: Report, student: str, assignment: str) -> None:
    """Write scores and comments; what a person entered stays, and has to be looked at again."""
    submission = gradebook.find_submission(assignment, student)
    submitted = next(one for one in submission.notebooks if one.name == assignment)
    grades = {grade.name: grade for grade in submitted.grades}
    comments = {comment.name: comment for comment in submitted.comments}
    told = comments_on_holes(report)
    for cell in notebook.cells:
        name = nbgraders(cell).get("grade_id", "")
        if name in grades:
            points = None if is_task(cell) else determine_grade(cell)[0]
            grade = grades[name]
            grade.auto_score = points
            grade.needs_manual_grade = grade.manual_score is not None or points is None
        if name in comments:
            unchanged = nbgraders(cell).get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[name].auto_comment = "No response." if unchanged else told.get(name)
    submitted.late_submission_penalty = None
    late = submission.total_seconds_late > 0
    gradebook.db.commit()  # the penalties have a connection of their own, which would wait for this one for ever
    if late:
        place = {
            "student": student,
            "assignment": assignment,
            "notebook": assignment,
            "db_url": course.directory.db_url,
        }
        AssignLatePenalties(config=course.config).preprocess(notebook, {"nbgrader": place})
        gradebook.db.expire_all()


def comments_on_holes(report: Report) -> dict[str, str]:
    """Tell for each hole what is wrong with it; nothing about one that is not started.

    Feedback pages take comments for Markdown, so every line is one of code there, whatever it quotes.
    """
    texts: dict[str, list[str]] = {}
    for result in report.results:
        if _worth_telling(result):
            texts.setdefault(result.check.hole, []).extend(block(result))
    indented = {hole: "\n".join(lines).splitlines() for hole, lines in texts.items()}
    return {hole: "\n".join(f"    {line}" for line in lines) for hole, lines in indented.items()}


def _worth_telling(result: CheckResult) -> bool:
    return bool(result.message) and result.status != NOT_STARTED


def write_autograded(course: NbCourse, notebook: Any, student: str, assignment: str) -> Path:
    """Put the marked notebook where formgrader and `nbgrader generate_feedback` look for it, and give that folder."""
    submitted = Directory(course.folder(course.directory.submitted_directory, student, assignment))
    folder = course.folder(course.directory.autograded_directory, student, assignment)
    content = {f"{assignment}.ipynb": nbformat.writes(notebook, version=4)}  # type: ignore[no-untyped-call]
    for name in (TIMESTAMP, "submission_secret.txt"):
        with suppress(Refused):  # it is not there, or no plain file
            found = submitted.read(name, LINE_BYTES)
            if len(found) <= LINE_BYTES:
                content[name] = found.decode("utf-8", "replace")
    with output_folder(folder, mode=PRIVATE) as scratch:
        for name, text in content.items():
            (scratch / name).write_text(text, encoding="utf-8")
    return folder
