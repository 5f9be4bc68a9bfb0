"""Grade every submitted notebook of an nbgrader course in one warm sandbox, and write its gradebook.

No notebook is run: its holes are taken out of it and graded like modules. What cannot be graded loses its old scores,
so that nobody takes them for new ones, and does not stop the others.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.nbgraderformat import ValidationError

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.notebook_source import AGAIN, NOTEBOOK_BYTES, code_cells
from reelgrade.grading.sources.entries import Unusable
from reelgrade.nbgrader_plugins.gradebooks import NbCourse, assignments_of
from reelgrade.nbgrader_plugins.marking import mark, resources_of, sanitized, write_autograded


@dataclass(frozen=True)
class Marked:
    """What became of one submission; `problem` says why it was not graded."""

    student: str
    assignment: str
    points: float = 0.0
    most: float = 0.0
    problem: str = ""
    note: str = ""

    def __str__(self) -> str:
        """Give one line."""
        said = f"not graded: {self.problem}" if self.problem else f"{self.points:g} of {self.most:g} points"
        return f"{self.assignment} {self.student}: {said}" + f" ({self.note})" * bool(self.note)


def grade_class(
    nbcourse: NbCourse, course: Path, assignment: str | None = None, options: Options | None = None
) -> Iterator[Marked]:
    """Grade the submissions of an assignment, or of all, one after the other; `course` is where the suites are."""
    chosen = assignments_of(nbcourse, assignment)
    base = options or Options()
    with Grader(course, base) as grader, tempfile.TemporaryDirectory(prefix="reelgrade-") as scratch:
        for name in chosen:
            grader.options = Options(
                base.isolation, base.allow_unsandboxed, NOTEBOOKS[name], base.accuracy, False, base.limits
            )
            for student in nbcourse.submitted(name):
                yield _marked(nbcourse, grader, student, name, Path(scratch))


def _marked(nbcourse: NbCourse, grader: Grader, student: str, assignment: str, scratch: Path) -> Marked:
    _begin(nbcourse, student, assignment)
    try:
        path = the_notebook(nbcourse.folder(nbcourse.directory.submitted_directory, student, assignment), assignment)
        note = "" if path.stem == assignment else f"from {path.name}"
        points, most = _graded(nbcourse, grader, path, student, assignment, scratch)
    except UserError as error:
        return Marked(student, assignment, problem=str(error))
    return Marked(student, assignment, points, most, note=note)


def _graded(
    nbcourse: NbCourse, grader: Grader, path: Path, student: str, assignment: str, scratch: Path
) -> tuple[float, float]:
    resources = resources_of(nbcourse, student, assignment)
    try:
        notebook = sanitized(nbcourse, read_notebook(path), resources)
    except ValidationError as error:
        raise UserError(f"{path.name}: its cells cannot be told apart; {AGAIN}") from error
    source = scratch / f"{assignment}.ipynb"
    source.write_text(nbformat.writes(notebook, version=4), encoding="utf-8")  # type: ignore[no-untyped-call]
    report = grader.grade(source)
    if not report.gradable:
        raise UserError("the grader itself failed in a check, which is not the student's fault; grade again")
    points = mark(nbcourse, notebook, report, grader.course / "autograder", resources)
    write_autograded(nbcourse, notebook, student, assignment)
    return points, sum(one.max_points for one in report.exercises if one.exercise.name in NOTEBOOKS[assignment])


def the_notebook(folder: Path, assignment: str) -> Path:
    """Find the notebook of a submission: the one of the assignment's name, else the only one there is."""
    found = [path for path in sorted(folder.glob("*.ipynb")) if path.is_file() and not path.is_symlink()]
    named = [path for path in found if path.stem == assignment] or found
    if len(named) != 1:
        what = "no notebook" if not named else f"{len(named)} notebooks, none of the name of the assignment"
        raise UserError(f"{what} in {folder}; put one {assignment}.ipynb there")
    return named[0]


def read_notebook(path: Path) -> Any:
    """Read a submitted notebook; UserError where it is damaged, too large or of another format."""
    if path.stat().st_size > NOTEBOOK_BYTES:
        raise UserError(f"{path.name}: larger than {NOTEBOOK_BYTES // 2**20} MiB; clear its outputs")
    content = path.read_bytes()
    try:
        code_cells(content)  # says in one line what is wrong with it
        return nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except Unusable as error:
        raise UserError(f"{path.name}: {error}") from error
    except Exception as error:  # nbformat lets anything through that a damaged notebook leads to
        raise UserError(f"{path.name}: no valid notebook ({type(error).__name__}); {AGAIN}") from error


def _begin(nbcourse: NbCourse, student: str, assignment: str) -> None:
    """Enter student and submission, and forget what an earlier run gave for its code."""
    submitted = nbcourse.folder(nbcourse.directory.submitted_directory, student, assignment)
    shutil.rmtree(nbcourse.folder(nbcourse.directory.autograded_directory, student, assignment), ignore_errors=True)
    timestamp = nbcourse.directory.get_existing_timestamp(str(submitted))
    with nbcourse.gradebook() as gradebook:
        gradebook.update_or_create_student(student)
        known = {"timestamp": timestamp} if timestamp else {}
        submission = gradebook.update_or_create_submission(assignment, student, **known)
        for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
            grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()
