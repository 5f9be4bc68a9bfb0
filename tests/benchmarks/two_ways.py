"""The same notebooks through `reelgrade class --nbgrader` and through `nbgrader autograde`, by their real commands."""

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
warnings.simplefilter("ignore")  # nbgrader's and its libraries' own

from nbgrader_course import REPOSITORY, Course, course_below  # noqa: E402  # found by the path above
from reelgrade.course.folders import NOTEBOOKS  # noqa: E402
from reelgrade.grading.catalogue import load_totals  # noqa: E402

os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
"""Nbgrader starts alembic by its name."""


@contextmanager
def handed_in(root: Path, students: int, *assignments: str) -> Iterator[Course]:
    """A course in which so many students have handed the solutions of these assignments in."""
    with course_below(root, *assignments) as course:
        course.release()
        for name in assignments:
            solved = course.solved(name)
            for number in range(students):
                course.put(name, f"student{number:02}", solved)
        yield course


def both(course: Course, students: int) -> tuple[float, float]:
    """Seconds of ours and of nbgrader's, one after the other; both must give all points."""
    ours = _seconds(course, students, ["reelgrade", "class", "--nbgrader", course.root], REPOSITORY)
    each = (["nbgrader", "autograde", name, "--force"] for name in course.assignments)
    return ours, sum(_seconds(course, students, command, course.root) for command in each)


def _seconds(course: Course, students: int, command: list[str | Path], folder: Path) -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True)
    taken = time.monotonic() - started
    totals = load_totals(REPOSITORY / "autograder").points
    for name in course.assignments:
        most = sum(totals[exercise] for exercise in NOTEBOOKS[name])
        found = [course.scores(name, f"student{number:02}").values() for number in range(students)]
        assert [sum(points or 0 for points in one) for one in found] == [most] * students, name
    return taken
