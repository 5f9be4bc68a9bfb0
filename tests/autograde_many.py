"""Run nbgrader's own autograde on submitted notebooks, for the tests: two processes, each with a copy of the course.

Reads `{"course": folder, "jobs": [[assignment, student], ...]}` from standard input, and writes the automatic scores by
cell for each of them as a JSON list on its last line; null where nbgrader could not grade. Copies, since a gradebook is
one SQLite file that both would write. A script of its own for the reason that grade_many.py gives.
"""

import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

Scores = dict[str, float | None]


class Mine:
    """The copy of the course that this process works on."""

    root: Path


def copy_course(course: str, scratch: str) -> None:
    Mine.root = Path(scratch, str(os.getpid()), "course")
    shutil.copytree(course, Mine.root)


def autograde(job: tuple[str, str]) -> Scores | None:
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    warnings.simplefilter("ignore")  # nbgrader's and its libraries' own
    config: Any = PyFileConfigLoader("nbgrader_config.py", path=str(Mine.root)).load_config()
    config.NbGrader.logfile = ""
    assignment, student = job
    outcome = NbGraderAPI(config=config).autograde(assignment, student)
    if not outcome["success"]:
        print(outcome, file=sys.stderr)
        return None
    with Gradebook(f"sqlite:///{Mine.root / 'gradebook.db'}", "reelgrade") as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return {grade.cell.name: grade.auto_score for book in submission.notebooks for grade in book.grades}


def main() -> None:
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as scratch, redirect_stdout(sys.stderr):
        given = (asked["course"], scratch)
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn"), copy_course, given) as pool:
            found = list(pool.map(autograde, asked["jobs"]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
