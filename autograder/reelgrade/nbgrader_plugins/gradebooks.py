"""Open an nbgrader course: its configuration, its gradebook, its assignments. Says what is wrong with it in one line.

A gradebook is looked at before nbgrader opens it, since nbgrader makes tables in whatever it is given. It may lie in any
database that SQLAlchemy has a driver for.
"""

import os
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
from nbgrader.exchange.default import Exchange
from sqlalchemy import URL, Connection, NullPool, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError

SQLITE = "sqlite"
CONFIG = "nbgrader_config.py"
DIALECTS = "https://docs.sqlalchemy.org/core/engines.html"
NOTHING = "{}: no gradebook there; run `nbgrader generate_assignment` in the folder of the course"


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

    @property
    def exchange(self) -> Path:
        """The exchange that this course is configured for."""
        return Path(Exchange(coursedir=self.directory, config=self.config).root)

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
    url = _parsed(str(directory.db_url))
    name = _shown(url)
    version, courses = _facts(url, name)
    wanted = ScriptDirectory(ALEMBIC_DIR).get_current_head()  # nbgrader itself starts a process to find that out
    if version != wanted:
        raise UserError(
            f"{name}: a gradebook of another version of nbgrader ({version}, not {wanted}); "
            "keep a copy, then run: nbgrader db upgrade"
        )
    if directory.course_id and directory.course_id not in courses:
        raise UserError(
            f"{name}: a gradebook of another course ({', '.join(sorted(courses - {'default_course'})) or 'none'}, "
            f"not {directory.course_id}); set CourseDirectory.course_id or db_url in {CONFIG}"
        )


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise UserError(f"CourseDirectory.db_url in {CONFIG} is no address of a database; see {DIALECTS}") from None


def _shown(url: URL) -> str:
    """Name a database without what only its owner may know: the file of SQLite, else the address.

    >>> _shown(make_url("postgresql://ann:secret@db.example/grades?password=secret"))
    'postgresql://ann:***@db.example/grades'
    """
    if url.get_backend_name() == SQLITE:
        return url.database or url.drivername
    return url.set(query={}).render_as_string(hide_password=True)


def _facts(url: URL, name: str) -> tuple[str, set[str]]:
    """Read version and courses of a gradebook without changing it."""
    try:
        with closing(_open(url, name)) as database:
            if not inspect(database).get_table_names():
                raise UserError(NOTHING.format(name))
            version = database.execute(text("SELECT version_num FROM alembic_version")).scalar()
            courses = set(database.execute(text("SELECT id FROM course")).scalars())
    except (SQLAlchemyError, UnicodeError) as error:
        raise UserError(
            f"{name}: no gradebook of nbgrader ({_reason(error, url)}); name another course or restore a copy"
        ) from None  # what it came from may quote the password
    return str(version or "none"), {str(course) for course in courses}


def _open(url: URL, name: str) -> Connection:
    """Connect to a database that is there; SQLite would make a file, and is told not to write."""
    if url.get_backend_name() == SQLITE:
        path = Path(url.database or "")
        if not path.is_file():
            raise UserError(NOTHING.format(name))
        url = url.set(database=path.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
    try:
        return create_engine(url, poolclass=NullPool).connect()
    except (ArgumentError, ImportError) as error:  # an unknown dialect, or a driver that is missing
        raise UserError(
            f"{name}: cannot be opened ({_reason(error, url)}); install the driver of your database, or see {DIALECTS}"
        ) from None
    except OperationalError as error:
        if url.get_backend_name() == SQLITE:
            raise
        raise UserError(
            f"{name}: cannot be reached ({_reason(error, url)}); look at CourseDirectory.db_url in {CONFIG}"
        ) from None


def _reason(error: Exception, url: URL) -> str:
    """Give the first line of what the driver said, without the passwords of the address."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    secrets = [url.password, *(url.query.get(key) for key in ("password", "passfile", "sslpassword"))]
    for secret in (secret for secret in secrets if isinstance(secret, str) and secret):
        said = said.replace(secret, "***")
    return said


def _find_alembic() -> None:
    """Put this interpreter's programs on the path: nbgrader starts `alembic` by its name, also where no venv is active."""
    programs, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, path])
