"""An exporter for `nbgrader export`: one row for each student and cell, and what became of it.

nbgrader's own CSV shows 0.0 for a notebook that crashed, was not graded yet, or was never handed in, and quotes nothing.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from reelgrade.course.files import write_text
from reelgrade.grading.writers.escape import csv_cell

ABSENT, UNGRADED, CRASHED = "absent", "not graded yet", "crashed"
GRADED, MANUAL = "graded", "needs manual grading"
COLUMNS = [
    "assignment",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "timestamp",
    "late_penalty",
    "notebook",
    "cell",
    "status",
    "auto_score",
    "manual_score",
    "extra_credit",
    "score",
    "max_score",
]

Row = dict[str, Any]


class CellCsv(ExportPlugin):
    """Writes cells.csv, or the file of `--to`."""

    def export(self, gradebook: Any) -> None:
        """Write the rows; `--assignment` and `--student` choose some of them."""
        table = io.StringIO()
        writer = csv.DictWriter(table, COLUMNS, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self._rows(gradebook))
        write_text(Path(self.to or "cells.csv"), table.getvalue())

    def _rows(self, gradebook: Any) -> Iterator[Row]:
        students, assignments = ({str(name) for name in chosen} for chosen in (self.student, self.assignment))
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if (not assignments or assignment.name in assignments) and (not students or student.id in students):
                    yield from rows(gradebook, assignment, student, self.parent.coursedir)


def rows(gradebook: Any, assignment: Any, student: Any, coursedir: Any) -> Iterator[Row]:
    """Give the rows of one student's assignment; cells without a score have no number in it."""
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        submission = None
    folders = {
        step: Path(coursedir.format_path(step, student.id, assignment.name))
        for step in (coursedir.submitted_directory, coursedir.autograded_directory)
    }
    submitted, autograded = (folder.is_dir() for folder in folders.values())
    general = {
        "assignment": assignment.name,
        "student_id": csv_cell(student.id),
        "last_name": csv_cell(student.last_name or ""),
        "first_name": csv_cell(student.first_name or ""),
        "email": csv_cell(student.email or ""),
        "timestamp": str(submission.timestamp or "") if submission else "",
        "late_penalty": submission.late_submission_penalty if submission else "",
    }
    if submission is None or not autograded:
        whole = CRASHED if submission is not None and submitted else UNGRADED if submitted else ABSENT
        for cell in (cell for notebook in assignment.notebooks for cell in graded_cells(notebook)):
            yield general | _of_cell(cell.notebook.name, cell, whole)
        return
    for notebook in submission.notebooks:
        for grade in sorted(notebook.grades, key=lambda one: one.cell.name):
            yield general | _of_grade(notebook.name, grade)


def graded_cells(notebook: Any) -> list[Any]:
    """Give the cells of a notebook that earn points, by name."""
    return sorted([*notebook.grade_cells, *notebook.task_cells], key=lambda cell: str(cell.name))


def _of_cell(notebook: str, cell: Any, status: str) -> Row:
    scores = dict.fromkeys(("auto_score", "manual_score", "extra_credit", "score"), "")
    return {"notebook": notebook, "cell": cell.name, "status": status, **scores, "max_score": cell.max_score}


def _of_grade(notebook: str, grade: Any) -> Row:
    status = MANUAL if grade.needs_manual_grade else GRADED
    known = grade.auto_score is not None or grade.manual_score is not None
    scores = {
        "auto_score": _number(grade.auto_score),
        "manual_score": _number(grade.manual_score),
        "extra_credit": _number(grade.extra_credit),
        "score": grade.score if known else "",
    }
    return _of_cell(notebook, grade.cell, status) | scores


def _number(value: float | None) -> float | str:
    return "" if value is None else value
