"""Write what a class earned with plain modules into the gradebook of an nbgrader course, as if notebooks had come.

For each assignment the released notebook gets the student's code in the cells of its holes, and our feedback in its test
cells, so that formgrader shows both; nothing is run. Answers in words cannot be handed in this way: they earn nothing,
as nbgrader has it for what was left untouched.
"""

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from reelgrade.classroom.entries import Entry
from reelgrade.course.exercises import load_exercises
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError
from reelgrade.grading.cells import code_of
from reelgrade.grading.report import Report
from reelgrade.nbgrader_plugins.cells import Released, nbgraders
from reelgrade.nbgrader_plugins.gradebooks import NbCourse, assignments_of
from reelgrade.nbgrader_plugins.marking import begin, prepare, save, show_points, write_autograded
from reelgrade.nbgrader_plugins.repairing import released_cells
from reelgrade.nbgrader_plugins.submitted import TIMESTAMP

Modules = Mapping[str, bytes]  # by file name, as the intake takes them


def write_entries(
    nbcourse: NbCourse, entries: Iterable[Entry], autograder: Path, modules_of: Callable[[Entry], Modules]
) -> list[str]:
    """Write all that was graded, and say in a line each what was written and what was left out, with the reason.

    `modules_of` gives the modules that were graded, `intake.read(...).modules` for one; a UserError of it concerns its
    student only. Of a student with several entries the last that is given counts. UserError where an assignment's
    notebook is missing.
    """
    with nbcourse.gradebook() as gradebook:
        writer = Writer(nbcourse, gradebook, autograder)
        return [line for entry in entries for line in writer.written(entry, modules_of)]


class Writer:
    """Writes into one gradebook; what was released is read once."""

    def __init__(self, course: NbCourse, gradebook: Any, autograder: Path) -> None:
        self._course, self._gradebook, self._autograder = course, gradebook, autograder
        names = assignments_of(course, None)
        self._released = {name: released_cells(gradebook, name, name) for name in names}
        self._kernels = {name: gradebook.find_notebook(name, name).kernelspec or "" for name in names}
        self._notebooks = {name: released_notebook(course, name) for name in names}
        self._exercises = load_exercises(autograder)
        self._stubs = {name: stub_of(autograder.parent, name) for name in self._exercises}

    def written(self, entry: Entry, modules_of: Callable[[Entry], Modules]) -> Iterator[str]:
        """Write what one student earned, and give the lines about it."""
        problem = _problem(entry)
        if problem or entry.report is None:
            yield f"{entry.student}: not written: {problem}"
            return
        try:
            modules, missing = modules_of(entry), []
        except UserError as error:
            yield f"{entry.student}: not written: {error}"
            return
        for name in self._released:
            here = [exercise for exercise in NOTEBOOKS[name] if f"{exercise}.py" in modules]
            if not here or not _selected(entry.report, here):
                missing.append(name)
            else:
                yield self._write(name, entry, entry.report, modules)
        if missing:
            yield f"{entry.student}: nothing was graded for {', '.join(missing)}"

    def _write(self, name: str, entry: Entry, report: Report, modules: Modules) -> str:
        begin(self._gradebook, self._course, entry.student, name, entry.handed_in)
        notebook = nbformat.from_dict(self._notebooks[name])  # type: ignore[no-untyped-call]
        prepare(notebook, self._released[name], self._kernels[name])
        fill(notebook, self._released[name], self._code(name, modules))
        points = show_points(notebook, report, self._autograder)
        save(self._gradebook, self._course, notebook, report, entry.student, name)
        folder = write_autograded(self._course, notebook, entry.student, name)
        if entry.handed_in is not None:
            (folder / TIMESTAMP).write_text(f"{entry.handed_in:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")
        most = sum(one.max_points for one in report.exercises if one.exercise.name in NOTEBOOKS[name])
        return f"{name} {entry.student}: {points:g} of {most:g} points"

    def _code(self, name: str, modules: Modules) -> dict[str, str]:
        code: dict[str, str] = {}
        for exercise in NOTEBOOKS[name]:
            text = modules.get(f"{exercise}.py", b"").decode("utf-8-sig", "replace")
            holes = [hole.name for hole in self._exercises[exercise].holes]
            code |= code_of_holes(text, holes, self._stubs[exercise])
        return code


def stub_of(course: Path, exercise: str) -> str:
    """Read the stub of an exercise; empty where the course does not have it."""
    path = course / "exercises" / f"{exercise}.py"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _problem(entry: Entry) -> str:
    """Say why an entry cannot be written; the name of a student becomes that of a folder."""
    if entry.report is None:
        return entry.problem or entry.status
    if not entry.report.gradable:
        return "the grader itself failed in a check, which is not the student's fault; grade again"
    if entry.student in ("", ".", "..") or Path(entry.student).name != entry.student:
        return "a student of this name cannot have a folder; rename the submission"
    return ""


def _selected(report: Report, exercises: list[str]) -> bool:
    return any(one.results for one in report.exercises if one.exercise.name in exercises)


def released_notebook(course: NbCourse, assignment: str) -> Any:
    """Read the notebook of an assignment as it was released, else as it was written; UserError where it is not there."""
    steps = (course.directory.release_directory, course.directory.source_directory)
    paths = [course.folder(step, ".", assignment) / f"{assignment}.ipynb" for step in steps]
    for path in paths:
        if path.is_file():
            return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    raise UserError(f"{paths[0]}: no such notebook; run: nbgrader generate_assignment {assignment}")


def fill(notebook: Any, released: list[Released], code: Mapping[str, str]) -> None:
    """Put code into the cells of its holes in place; every other answer becomes what was released."""
    known = {one.name: one for one in released if one.solution}
    for cell in notebook.cells:
        one = known.get(nbgraders(cell).get("grade_id", ""))
        if one is not None:
            cell.source = code.get(one.name) or one.source


def code_of_holes(source: str, holes: list[str], stub: str) -> dict[str, str]:
    r"""Cut a module into the code of its holes; what else the student wrote stands before the next hole.

    What is as it was in the stub, or tells of a notebook's cells, is left out. A module that cannot be parsed is given whole to its first hole.

    >>> code_of_holes('# cells of a notebook: {}\nimport re\n\nWORD = r"\\w+"\n\ndef tokenize(text):\n    return re.findall(WORD, text)\n',
    ...     ["tokenize"], "import re\n\ndef tokenize(text):\n    raise NotImplementedError")
    {'tokenize': 'WORD = r"\\w+"\n\ndef tokenize(text):\n    return re.findall(WORD, text)'}
    """
    source = code_of(source)
    try:
        parts = _parts(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return dict.fromkeys(holes[:1], source)
    given = {text for _, text in _parts(stub)}
    code: dict[str, str] = {}
    waiting: list[str] = []
    for name, text in parts:
        if text and text not in given:
            waiting.append(text)
        if name in holes and waiting:
            own = [] if waiting[-1] == text else [text]  # a hole that is not started goes with what stands before it
            code[name] = "\n\n".join([*([code[name]] if name in code else []), *waiting, *own])
            waiting = []
    if waiting and holes:
        last = next(reversed(code), holes[0])
        code[last] = "\n\n".join([code.get(last) or dict(parts).get(last, ""), *waiting]).strip("\n")
    return code


def _parts(source: str) -> list[tuple[str, str]]:
    """Cut a module at its top-level statements, each with the comments before it, and give the name it defines."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as ast counts them, unlike splitlines
    parts, end = [], 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in strings, which are the student's business
        nodes = ast.parse(source).body
    for node in nodes:
        last = node.end_lineno or 0
        parts.append((getattr(node, "name", ""), "\n".join(lines[end:last]).strip("\n")))
        end = last
    return [*parts, ("", "\n".join(lines[end:]).strip())]
