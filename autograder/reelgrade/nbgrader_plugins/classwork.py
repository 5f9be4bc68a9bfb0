"""Grade every submitted notebook of an nbgrader course in warm sandboxes, and write its gradebook.

No notebook is run as it is: its cells are taken out of it and run in a sandbox. What cannot be graded loses its old scores,
so that nobody takes them for new ones, and does not stop the others.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat

from reelgrade.classroom.engine import Done, Engine, Work
from reelgrade.classroom.pools import Pool
from reelgrade.classroom.work import Outcome, Task, facts
from reelgrade.course.files import is_disk_full
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError
from reelgrade.grading.grade import Options
from reelgrade.grading.intake import read
from reelgrade.grading.notebook_code import ONLY_HERE
from reelgrade.grading.notebook_source import AGAIN
from reelgrade.grading.sources.entries import shown_name
from reelgrade.nbgrader_plugins.gradebooks import NbCourse, assignments_of
from reelgrade.nbgrader_plugins.marking import (
    begin,
    prepare,
    save,
    show_points,
    write_autograded,
)
from reelgrade.nbgrader_plugins.repairing import released_cells
from reelgrade.nbgrader_plugins.submitted import EXCHANGE_TIME, TIMESTAMP, claimed_at, read_notebook, time_in

SHOWN = 3
"""Of how many notebooks that were left out a line tells, and of how many cells."""
FOLDERS = 1000
"""In how many folders of a submission they are looked for."""


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


@dataclass
class Handed:
    """One submitted assignment; the notebook is there, mended and without outputs, while it is being graded."""

    student: str
    assignment: str
    path: Path | None = None
    notebook: Any = None


def grade_class(
    nbcourse: NbCourse, pool: Pool, course: Path, options: Options, assignment: str | None = None
) -> Iterator[Marked]:
    """Grade the submissions of an assignment, or of all, on a pool; the choice of exercises is the assignments'."""
    chosen = assignments_of(nbcourse, assignment)
    with nbcourse.gradebook() as gradebook, tempfile.TemporaryDirectory(prefix="reelgrade-") as scratch:
        handed = [Handed(student, name) for name in chosen for student in nbcourse.submitted(name)]
        marker = Marker(nbcourse, gradebook, course, options, {one.assignment for one in handed}, Path(scratch))
        for done in Engine(pool, marker.task_of).run(map(Work, handed)):
            if done.final:
                yield marker.marked(done)


class Marker:
    """Makes tasks of submitted notebooks, and writes into the gradebook what became of them."""

    def __init__(
        self, nbcourse: NbCourse, gradebook: Any, course: Path, options: Options, chosen: set[str], scratch: Path
    ) -> None:
        self.nbcourse, self.gradebook, self.course, self.options = nbcourse, gradebook, course, options
        self._scratch, self._facts = scratch, facts(course)
        self._warm_for = tuple(exercise for name in sorted(chosen) for exercise in NOTEBOOKS[name])
        self._released = {name: released_cells(gradebook, name, name) for name in chosen}
        self._kernels = {name: gradebook.find_notebook(name, name).kernelspec or "" for name in chosen}

    def task_of(self, handed: Handed) -> Task | Outcome:
        """Enter a submission, read its notebook, and make its task, or say why it cannot be graded."""
        try:
            return self._task_of(handed)
        except UserError as error:
            return Outcome(problem=str(error))
        except OSError as error:
            if is_disk_full(error):
                raise
            return Outcome(problem=f"{error.filename or handed.assignment}: it cannot be read ({error.strerror})")
        except (LookupError, AttributeError, TypeError, ValueError) as error:  # of one notebook: the others are graded
            return Outcome(problem=f"no valid notebook ({type(error).__name__}); {AGAIN}")

    def _task_of(self, handed: Handed) -> Task:
        folder = self.nbcourse.folder(self.nbcourse.directory.submitted_directory, handed.student, handed.assignment)
        timestamp = None
        try:
            timestamp = handed_in(folder)
        finally:  # its old scores go in any case
            begin(self.gradebook, self.nbcourse, handed.student, handed.assignment, timestamp)
        handed.path = the_notebook(folder, handed.assignment)
        handed.notebook = read_notebook(handed.path)
        prepare(handed.notebook, self._released[handed.assignment], self._kernels[handed.assignment])
        source = self._scratch / f"{handed.assignment}.ipynb"
        source.write_text(nbformat.writes(handed.notebook, version=4), encoding="utf-8")  # type: ignore[no-untyped-call]
        options = replace(self.options, exercises=NOTEBOOKS[handed.assignment])
        return Task(read(source, self.course), options, self._facts, str(self.course), self._warm_for)

    def marked(self, done: Done) -> Marked:
        """Write the result of one submission into its notebook and the gradebook."""
        handed: Handed = done.work.item
        notebook, handed.notebook = handed.notebook, None  # pictures in it may be large
        report = done.outcome.report
        if report is None or done.outcome.problem:
            return Marked(handed.student, handed.assignment, problem=done.outcome.problem)
        points = show_points(notebook, report, self.course / "autograder")
        save(self.gradebook, self.nbcourse, notebook, report, handed.student, handed.assignment)
        write_autograded(self.nbcourse, notebook, handed.student, handed.assignment)
        here = NOTEBOOKS[handed.assignment]
        most = sum(one.max_points for one in report.exercises if one.exercise.name in here)
        notes = _about(handed.path, handed.assignment) if handed.path else []
        notes += _about_time(handed.path.parent) if handed.path else []
        of_cells = [notice.action for notice in report.notices if notice.path.endswith(".ipynb")]
        notes += sorted(of_cells, key=lambda action: not action.endswith(ONLY_HERE))[:SHOWN]
        return Marked(handed.student, handed.assignment, points, most, note="; ".join(notes))


def handed_in(folder: Path) -> datetime | None:
    """Read when a submission was handed in, in UTC without saying so; None where nobody wrote it down.

    The exchange's own time counts where it was collected from there and tells another; UserError where it is no time.
    """
    return time_in(folder, EXCHANGE_TIME) or time_in(folder, TIMESTAMP)


def _about_time(folder: Path) -> list[str]:
    """Tell both times of a submission that claims to be of another time than the exchange has seen."""
    counts, claimed = time_in(folder, EXCHANGE_TIME), claimed_at(folder)
    if counts is None:
        return []
    said = f"it says {claimed:%Y-%m-%d %H:%M:%S} itself" if claimed else f"it has no time in {TIMESTAMP}"
    return [f"handed in at {counts:%Y-%m-%d %H:%M:%S} UTC by the time of the exchange; {said}"]


def the_notebook(folder: Path, assignment: str) -> Path:
    """Find the notebook of a submission: the one of the assignment's name, else the only one there is."""
    found = [path for path in sorted(folder.glob("*.ipynb")) if path.is_file() and not path.is_symlink()]
    named = [path for path in found if path.stem == assignment] or found
    if len(named) != 1:
        what = "no notebook" if not named else f"{len(named)} notebooks, none of the name of the assignment"
        raise UserError(f"{what} in {folder}; put one {assignment}.ipynb there")
    return named[0]


def _about(path: Path, assignment: str) -> list[str]:
    """Say which notebook was taken where that is not plain: nbgrader looks into no folders below either."""
    return [f"from {path.name}"] * (path.stem != assignment) + [
        f"another one of this name was left out: {shown_name(other)}" for other in islice(_below(path), SHOWN)
    ]


def _below(path: Path) -> Iterator[str]:
    """Find files of this name in the folders below, as far as one has to look; no links are followed."""
    for folder, _, files in islice(os.walk(path.parent), FOLDERS):
        if path.name in files and Path(folder) != path.parent:
            yield Path(folder, path.name).relative_to(path.parent).as_posix()
