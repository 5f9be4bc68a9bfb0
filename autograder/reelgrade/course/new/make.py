"""Make a course folder from another: what is copied, what is written anew, and all of it or nothing.

Copied is what a course consists of, by name: no results, no students' work, no tests of this project. Stubs are opened
anew, so that a hole filled in the other course stays there; its deadlines and extensions stay there too.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reelgrade.course.files import write_text
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.generated import write_generated
from reelgrade.course.new import texts
from reelgrade.course.settings import FILE as SETTINGS
from reelgrade.errors import UserError

CONFIG = "nbgrader_config.py"
PARTS = ("autograder", "datasets", "solutions", "source_notebooks", CONFIG, "pyproject.toml")
EXTRAS = (".gitattributes", ".gitignore", "LICENSE", "constraints.txt", "docs")  # taken where there are
NEEDED = ("autograder/exercises.toml", *(f"source_notebooks/{name}/{name}.ipynb" for name in NOTEBOOKS))
LEFT = ("__pycache__", "*.pyc", "*.egg-info", ".*")


@dataclass(frozen=True)
class Course:
    """A course to be made; the exchange is seen from its folder unless absolute."""

    folder: Path
    name: str
    course_id: str
    exchange: Path = Path("exchange")


def make_course(source: Path, course: Course, further: Callable[[Path], None] = lambda folder: None) -> None:
    """Make a course from the one in `source`; `further` may add to the folder before it is put in place.

    Raises UserError, and leaves nothing behind, where the source is incomplete, or the folder is there and not empty or
    cannot be written.
    """
    verify_source(source)
    with fresh_folder(course.folder) as folder:
        copy_parts(source, folder)
        write_text(folder / "README.md", texts.readme(course.name))
        write_text(folder / SETTINGS, texts.settings(course.name, course.course_id))
        template = (folder / CONFIG).read_text(encoding="utf-8")
        write_text(folder / CONFIG, texts.instructor_config(template, course.course_id, course.exchange))
        write_generated(folder)
        further(folder)


def verify_source(source: Path) -> None:
    """Raise UserError unless a folder holds a whole course."""
    lost = next((name for name in (*PARTS, *NEEDED) if not (source / name).exists()), None)
    if lost is not None:
        raise UserError(
            f"{source}: no {lost} in it, so no new course can be made from it; name a whole one: --from COURSE"
        )


def copy_parts(source: Path, target: Path) -> None:
    """Copy all that a course is made of; UserError for what cannot be copied."""
    try:
        for name in (*PARTS, *EXTRAS):
            _copy(source / name, target / name)
    except OSError as error:
        raise UserError(
            f"{error.filename}: cannot be copied ({error.strerror}); see to it, and run this again"
        ) from error


def _copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder without caches and hidden files; what is not there is left out."""
    if source.is_file():
        shutil.copyfile(source, target)
    elif source.is_dir():
        target.mkdir()
        for path in sorted(source.iterdir()):
            if not any(path.match(pattern) for pattern in LEFT):
                _copy(path, target / path.name)


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Give a scratch folder beside `target` that becomes it at the end; UserError where `target` is there and not empty."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(f"{target}: there already, and not an empty folder; choose another name")
    with made_folder(target.parent), tempfile.TemporaryDirectory(prefix=".partial-", dir=target.parent) as scratch:
        folder = Path(scratch) / target.name
        folder.mkdir()
        yield folder
        if target.is_dir():
            target.rmdir()
        folder.rename(target)


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder that can be written, for good if the body succeeds; UserError where that is not possible."""
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from error
    try:
        yield
    except BaseException:
        for parent in made:
            parent.rmdir()
        raise
