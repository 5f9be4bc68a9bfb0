"""Where a student's command works: the course, the submission folder, and the console for results."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from reelgrade.course.exercises import Exercise, load_exercises
from reelgrade.course.folders import checked_submission, course_folder
from reelgrade.errors import UserError

USUAL_EXCHANGE = "/usr/local/share/nbgrader/exchange"  # nbgrader's own choice, where no other is configured


@dataclass(frozen=True)
class Place:
    """The course that a command works on, and the submission folder."""

    course: Path
    folder: Path

    @property
    def autograder(self) -> Path:
        """The folder of the suites."""
        return self.course / "autograder"

    @property
    def exercises(self) -> dict[str, Exercise]:
        """The exercises by name, in course order."""
        return load_exercises(self.autograder)

    @property
    def option(self) -> str:
        """What has to follow a command so that it means this submission."""
        return "" if self.folder == self.course / "exercises" else f" --submission {shown_path(self.folder)}"


def find_place(folder: Path | None = None) -> Place:
    """Find the course and the submission: the folder named, else the course's `exercises`.

    Raises UserError where there is no course, no such folder, or no exercise in it.
    """
    course = find_course()
    return Place(course, checked_submission(folder or course / "exercises"))


def find_course() -> Path:
    """Find the course; UserError where its list of exercises is missing."""
    course = course_folder().resolve()
    if not (course / "autograder" / "exercises.toml").is_file():
        raise UserError(f"{course}: this course has no autograder/exercises.toml; get a complete copy of it")
    return course


def secret_folders(*folders: Path | None) -> tuple[str, ...]:
    """List folders with work or grades of other students: these, as far as they are named, and the exchanges of nbgrader."""
    exchanges = (os.environ.get("REELGRADE_EXCHANGE", ""), USUAL_EXCHANGE)
    return tuple(str(Path(folder).absolute()) for folder in (*folders, *exchanges) if folder)


def make_console() -> Console:
    """Make the console that results go to: plain text in a pipe, no colour under NO_COLOR.

    It holds on to the stream, because checks put another one in place of `sys.stdout` while they run.
    """
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=True)


def shown_path(path: Path) -> str:
    """Write a path as seen from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
