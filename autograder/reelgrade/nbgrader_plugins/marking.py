"""Write the report of one submission into its notebook and into the gradebook, as if nbgrader had run the notebook.

Test cells get our feedback and points as their output, holes get comments; answers in words are nbgrader's business.
The notebook itself is never run.
"""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_output
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from reelgrade.grading.catalogue import checks_of
from reelgrade.grading.judging import NOT_STARTED, CheckResult
from reelgrade.grading.notebook_check import CellOutcome, tell
from reelgrade.grading.report import Report, block
from reelgrade.nbgrader_plugins.cells import nbgraders
from reelgrade.nbgrader_plugins.gradebooks import NbCourse
from reelgrade.nbgrader_plugins.repairing import RepairCells

SANITIZE = (ClearOutput, RepairCells, OverwriteKernelspec, OverwriteCells, CheckCellMetadata)
SAVE = (SaveAutoGrades, AssignLatePenalties)


def resources_of(course: NbCourse, student: str, assignment: str) -> dict[str, Any]:
    """Give what nbgrader's preprocessors ask for."""
    place = {"student": student, "assignment": assignment, "notebook": assignment, "db_url": course.directory.db_url}
    return {"nbgrader": place}


def sanitized(course: NbCourse, notebook: Any, resources: dict[str, Any]) -> Any:
    """Mend a submitted notebook."""
    for step in SANITIZE:
        notebook, _ = step(config=course.config, enabled=True).preprocess(notebook, resources)
    return notebook


def mark(course: NbCourse, notebook: Any, report: Report, autograder: Path, resources: dict[str, Any]) -> float:
    """Put points and feedback into the notebook and the gradebook, and give the points of its test cells."""
    results = {result.check.id: result for result in report.results}
    total = 0.0
    for cell in notebook.cells:
        asked = asked_by(cell.source) if nbgraders(cell).get("grade") and cell.cell_type == "code" else None
        if asked is not None:
            outcome = outcome_of(*asked, results, autograder, report.hidden_present)
            cell.outputs = [
                new_output("stream", name="stdout", text=outcome.text + "\n"),  # type: ignore[no-untyped-call]
                new_output("execute_result", data={"text/plain": repr(outcome.points)}),  # type: ignore[no-untyped-call]
            ]
            total += outcome.points
    for step in SAVE:
        notebook, _ = step(config=course.config, enabled=True).preprocess(notebook, resources)
    _comment(course, results.values(), resources["nbgrader"])
    return total


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


def outcome_of(
    exercise: str, holes: list[str], results: dict[str, CheckResult], autograder: Path, hidden: bool
) -> CellOutcome:
    """Give the outcome of one test cell from the report of the whole submission."""
    counted = [results[check.id] for check in checks_of(autograder, exercise, holes)]
    return tell(holes, counted, [], hidden)


def _comment(course: NbCourse, results: Iterable[CheckResult], place: dict[str, str]) -> None:
    """Tell under each hole what is wrong with it; a comment that a person wrote stays in front."""
    texts: dict[str, list[str]] = {}
    for result in results:
        if result.message and result.status != NOT_STARTED:
            texts.setdefault(result.check.hole, []).extend(block(result))
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(place["notebook"], place["assignment"], place["student"])
        for comment in notebook.comments:
            if comment.name in texts:
                comment.auto_comment = "\n".join(texts[comment.name])
        gradebook.db.commit()


def write_autograded(course: NbCourse, notebook: Any, student: str, assignment: str) -> None:
    """Put the marked notebook where formgrader and `nbgrader generate_feedback` look for it."""
    submitted = course.folder(course.directory.submitted_directory, student, assignment)
    folder = course.folder(course.directory.autograded_directory, student, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    content = {f"{assignment}.ipynb": nbformat.writes(notebook, version=4)}  # type: ignore[no-untyped-call]
    for name in ("timestamp.txt", "submission_secret.txt"):
        path = submitted / name
        if path.is_file() and not path.is_symlink():
            content[name] = path.read_text(encoding="utf-8", errors="replace")
    for name, text in content.items():
        (folder / name).write_text(text, encoding="utf-8")
