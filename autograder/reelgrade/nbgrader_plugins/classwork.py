"""Grade every submitted notebook of an nbgrader course in one warm sandbox, and write its gradebook.

No notebook is run: its holes are taken out of it and graded like modules. What cannot be graded loses its old scores,
so that nobody takes them for new ones, and does not stop the others.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError
from reelgrade.grading.grade import Grader
from reelgrade.grading.notebook_source import AGAIN, NOTEBOOK_BYTES, code_cells
from reelgrade.grading.sources.entries import Unusable
from reelgrade.grading.trainings import TASKS
from reelgrade.nbgrader_plugins.gradebooks import NbCourse, assignments_of
from reelgrade.nbgrader_plugins.marking import prepare, save, show_points, write_autograded
from reelgrade.nbgrader_plugins.repairing import released_cells


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


def grade_class(nbcourse: NbCourse, grader: Grader, assignment: str | None = None) -> Iterator[Marked]:
    """Grade the submissions of an assignment, or of all, one after the other; the grader's own choice of exercises goes."""
    chosen = assignments_of(nbcourse, assignment)
    with nbcourse.gradebook() as gradebook, tempfile.TemporaryDirectory(prefix="reelgrade-") as scratch:
        for name in chosen:
            trains = grader.options.accuracy and not TASKS.keys().isdisjoint(NOTEBOOKS[name])
            grader.options = replace(grader.options, exercises=NOTEBOOKS[name], pictures=trains)
            work = Work(nbcourse, gradebook, grader, name, Path(scratch))
            for student in nbcourse.submitted(name):
                yield work.marked(student)


class Work:
    """The submissions of one assignment."""

    def __init__(self, course: NbCourse, gradebook: Any, grader: Grader, assignment: str, scratch: Path) -> None:
        self.course, self.gradebook, self.grader = course, gradebook, grader
        self.assignment, self.scratch = assignment, scratch
        self.released = released_cells(gradebook, assignment, assignment)
        self.kernelspec = gradebook.find_notebook(assignment, assignment).kernelspec or ""

    def marked(self, student: str) -> Marked:
        """Grade one submission, or say why it cannot be graded."""
        folder = self.course.folder(self.course.directory.submitted_directory, student, self.assignment)
        self._begin(student, folder)
        try:
            path = the_notebook(folder, self.assignment)
            points, most = self._graded(read_notebook(path), student)
        except UserError as error:
            return Marked(student, self.assignment, problem=str(error))
        note = "" if path.stem == self.assignment else f"from {path.name}"
        return Marked(student, self.assignment, points, most, note=note)

    def _graded(self, notebook: Any, student: str) -> tuple[float, float]:
        prepare(notebook, self.released, self.kernelspec)
        source = self.scratch / f"{self.assignment}.ipynb"
        source.write_text(nbformat.writes(notebook, version=4), encoding="utf-8")  # type: ignore[no-untyped-call]
        report = self.grader.grade(source)
        if not report.gradable:
            raise UserError("the grader itself failed in a check, which is not the student's fault; grade again")
        points = show_points(notebook, report, self.grader.course / "autograder")
        save(self.gradebook, self.course, notebook, report, student, self.assignment)
        write_autograded(self.course, notebook, student, self.assignment)
        here = NOTEBOOKS[self.assignment]
        return points, sum(one.max_points for one in report.exercises if one.exercise.name in here)

    def _begin(self, student: str, submitted: Path) -> None:
        """Enter student and submission, and forget what an earlier run gave for the code."""
        step = self.course.directory.autograded_directory
        shutil.rmtree(self.course.folder(step, student, self.assignment), ignore_errors=True)
        timestamp = self.course.directory.get_existing_timestamp(str(submitted))
        known = {"timestamp": timestamp} if timestamp else {}
        self.gradebook.update_or_create_student(student)
        submission = self.gradebook.update_or_create_submission(self.assignment, student, **known)
        for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
            grade.auto_score, grade.needs_manual_grade = None, True
        self.gradebook.db.commit()


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
