"""Open an nbgrader course: its configuration, its gradebook, its assignments. Says what is wrong with it in one line.

A gradebook is looked at before nbgrader opens it, since nbgrader makes tables in whatever it is given.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError

SQLITE = "sqlite:///"
CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class NbCourse:
    """An nbgrader course that can be worked on."""

    root: Path
    config: Any
    directory: Any  # nbgrader's CourseDirectory

    @contextmanager
    def gradebook(self) -> Iterator[Any]:
        """Open the gradebook."""
        _find_alembic()
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            yield gradebook

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Give the folder of one submission in a step, `submitted` for one."""
        return Path(self.directory.format_path(step, student, assignment))

    def submitted(self, assignment: str) -> list[str]:
        """Give the names of all who have submitted, in order."""
        step = self.directory.submitted_directory
        folders = self.folder(step, "*", assignment)
        found = self.root.glob(str(folders.relative_to(self.root)))
        return sorted(path.parent.name for path in found if path.is_dir())


def open_course(folder: Path) -> NbCourse:
    """Open the course in a folder; UserError where there is none, or its gradebook is not of this course and nbgrader."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; name the folder of an nbgrader course")
    root = folder.resolve()
    config = Config()
    if (root / CONFIG).is_file():
        config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    directory = CourseDirectory(config=config)
    directory.root = str(root)
    _verify(directory)
    return NbCourse(root, config, directory)


def assignments_of(course: NbCourse, name: str | None) -> list[str]:
    """Give the assignment of this name, or all that have exercises; UserError where the gradebook lacks it."""
    with course.gradebook() as gradebook:
        known = {
            assignment.name
            for assignment in gradebook.assignments
            if any(notebook.name == assignment.name for notebook in assignment.notebooks)
        }
    ready = [each for each, exercises in NOTEBOOKS.items() if each in known and exercises]
    if name is None:
        return ready
    if name not in ready:
        listed = ", ".join(ready) or "none yet"
        raise UserError(
            f"{name}: no assignment with exercises of this name in the gradebook of {course.root}; it has {listed}; "
            "make one: nbgrader generate_assignment NAME"
        )
    return [name]


def _verify(directory: Any) -> None:
    url = str(directory.db_url)
    if not url.startswith(SQLITE):
        raise UserError(f"{url}: only gradebooks in an SQLite file can be written; set CourseDirectory.db_url")
    path = Path(url.removeprefix(SQLITE))
    if not path.is_file():
        raise UserError(f"{path}: no gradebook there; run `nbgrader generate_assignment` in the folder of the course")
    version, courses = _facts(path)
    wanted = ScriptDirectory(ALEMBIC_DIR).get_current_head()  # nbgrader itself starts a process to find that out
    if version != wanted:
        raise UserError(
            f"{path}: a gradebook of another version of nbgrader ({version}, not {wanted}); "
            "keep a copy, then run: nbgrader db upgrade"
        )
    if directory.course_id and directory.course_id not in courses:
        raise UserError(
            f"{path}: a gradebook of another course ({', '.join(sorted(courses - {'default_course'})) or 'none'}, "
            f"not {directory.course_id}); set CourseDirectory.course_id or db_url in {CONFIG}"
        )


def _facts(path: Path) -> tuple[str, set[str]]:
    """Read version and courses of a gradebook without changing it."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            version = database.execute("SELECT version_num FROM alembic_version").fetchone()
            courses = database.execute("SELECT id FROM course").fetchall()
    except sqlite3.Error as error:
        raise UserError(f"{path}: no gradebook of nbgrader ({error}); name another course or restore a copy") from error
    return str(version[0]) if version else "none", {str(row[0]) for row in courses}


def _find_alembic() -> None:
    """Put this interpreter's programs on the path: nbgrader starts `alembic` by its name, also where no venv is active."""
    programs, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, path])
