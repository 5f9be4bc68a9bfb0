"""A real nbgrader course in a temporary folder, driven in this process: importing nbgrader anew for each step costs seconds."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_core.utils import ensure_event_loop
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import PyFileConfigLoader

from one_by_one import OneByOne
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.build import TEXTS, build
from reelgrade.course.notebooks.pieces import cut
from reelgrade.course.notebooks.texts import read_text
from reelgrade.grading.grade import Options
from reelgrade.nbgrader_plugins.classwork import Marked, grade_class
from reelgrade.nbgrader_plugins.gradebooks import open_course

REPOSITORY = Path(__file__).resolve().parents[1]
VARIABLES = (
    "HOME",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "IPYTHONDIR",
)

Notebook = dict[str, Any]
Change = Callable[[Notebook], Notebook]


class Course:
    """A course with some assignments; every folder and setting of Jupyter is below `root` too."""

    def __init__(self, root: Path, assignments: tuple[str, ...]) -> None:
        self.root, self.assignments = root / "course", assignments
        self.exchange = root / "exchange"
        self.home = root / "home"
        for folder in (self.root, self.exchange, self.home):
            folder.mkdir(parents=True)
        self.exchange.chmod(0o1777)
        shutil.copy(REPOSITORY / "nbgrader_config.py", self.root)
        for name in assignments:
            folder = self.root / "source_notebooks" / name
            folder.mkdir(parents=True)
            text = build(read_text(REPOSITORY / TEXTS / f"{name}.py"), REPOSITORY)
            (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What keeps Jupyter and nbgrader away from this account's own settings."""
        return settings_below(self.home) | {"REELGRADE_EXCHANGE": str(self.exchange)}

    @property
    def api(self) -> Any:
        """The course's own configuration in nbgrader's API."""
        return NbGraderAPI(config=self.config)

    @property
    def config(self) -> Any:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        config.NbGrader.logfile = ""
        return config

    @property
    def gradebook(self) -> Any:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "reelgrade")

    def release(self) -> None:
        for name in self.assignments:
            done(self.api.generate_assignment(name))
            done(self.api.release_assignment(name))

    def released(self, name: str) -> Notebook:
        path = self.exchange / "reelgrade" / "outbound" / name / f"{name}.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))

    def solved(self, name: str, **answers: str) -> str:
        """Give the text of a released notebook with the solutions in it, and answers in words."""
        files = (REPOSITORY / "solutions" / f"{exercise}.py" for exercise in NOTEBOOKS[name])
        code = {hole: text for file in files for hole, text in cut(file).definitions.items()}
        return json.dumps(filled(self.released(name), code | answers))

    def exchange_step(self, step: str, name: str, student: str, folder: Path) -> None:
        """Run one of nbgrader's exchange classes as its own commands do, in some folder."""
        config = self.config
        course = CourseDirectory(config=config)
        course.assignment_id, course.student_id = name, student
        factory = ExchangeFactory(config=config)
        with chdir(folder):
            getattr(factory, step)(
                coursedir=course, authenticator=Authenticator(config=config), parent=None, config=config
            ).start()

    def submit(self, name: str, student: str, content: str, file: str = "") -> None:
        """Hand a notebook in through the exchange."""
        folder = self.home / student / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / (file or f"{name}.ipynb")).write_text(content, encoding="utf-8")
        self.exchange_step("Submit", name, student, folder.parent)

    def put(self, name: str, student: str, content: str) -> None:
        """Hand a notebook in beside the exchange, as if it had been collected."""
        folder = self.root / "submitted" / student / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(content, encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC", encoding="utf-8")

    def collect(self, name: str) -> None:
        done(self.api.collect(name))

    def scores(self, name: str, student: str) -> dict[str, float | None]:
        """Automatic scores of a submission by cell."""
        with self.gradebook as gradebook:
            submission = gradebook.find_submission(name, student)
            return {grade.cell.name: grade.auto_score for book in submission.notebooks for grade in book.grades}


@contextmanager
def course_below(root: Path, *assignments: str) -> Iterator[Course]:
    """Make a course and move into its environment; nothing is released yet."""
    made = Course(root, assignments)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        yield made
    close_loop()


def settings_below(home: Path) -> dict[str, str]:
    """Give an environment in which this account's own settings of Jupyter are not seen, but some below a folder."""
    own = {name: str(home / name.lower()) for name in VARIABLES} | {"HOME": str(home)}
    return os.environ | own | {"PYTHONPATH": str(REPOSITORY / "autograder"), "OMP_NUM_THREADS": "1"}


def graded_class(folder: Path, assignment: str | None = None, options: Options | None = None) -> list[Marked]:
    """Grade the submissions of a course as `reelgrade class --nbgrader` does, in a sandbox that stays warm."""
    found = grade_class(open_course(folder), OneByOne(), REPOSITORY, options or Options(), assignment)
    return list(found)


def close_loop() -> None:
    """Close the event loop that Jupyter's libraries made for this thread; they leave it, and its sockets, open."""
    ensure_event_loop().close()


def done(result: dict[str, Any]) -> None:
    """Fail with nbgrader's own words unless a step went well."""
    assert result["success"], f"{result.get('error')}\n{result.get('log')}"


def filled(notebook: Notebook, code: dict[str, str]) -> Notebook:
    """Give a notebook with the code of some cells replaced, by their names."""
    cells = [{**cell, "source": code[cell["id"]]} if cell["id"] in code else cell for cell in notebook["cells"]]
    return {**notebook, "cells": cells}
