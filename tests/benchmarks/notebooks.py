"""Grade the same notebooks with `reelgrade class --nbgrader` and with `nbgrader autograde`, through their commands.

Prints seconds and their ratio; both arms run on this machine, one after the other.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
warnings.simplefilter("ignore")  # nbgrader's and its libraries' own

from nbgrader_course import REPOSITORY, Course, filled  # noqa: E402  # found by the path above
from reelgrade.course.notebooks.pieces import cut  # noqa: E402

NAME, STUDENTS = "03_vocab", 30


def make_course(root: Path) -> Course:
    course = Course(root, (NAME,))
    path = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ["PATH"]]
    )  # nbgrader starts alembic by its name
    os.environ.update(course.environment, PATH=path)
    course.release()
    content = json.dumps(filled(course.released(NAME), cut(REPOSITORY / "solutions" / "vocab.py").definitions))
    for number in range(STUDENTS):
        folder = course.root / "submitted" / f"student{number:02}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(content, encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC", encoding="utf-8")
    return course


def seconds(course: Course, *command: str | Path, cwd: Path) -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", *command], cwd=cwd, check=True, capture_output=True)
    taken = time.monotonic() - started
    scores = [sum(value for value in course.scores(NAME, f"student{n:02}").values() if value) for n in range(STUDENTS)]
    assert scores == [12.0] * STUDENTS, scores
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder))
        ours = seconds(course, "reelgrade", "class", "--nbgrader", course.root, NAME, cwd=REPOSITORY)
        theirs = seconds(course, "nbgrader", "autograde", NAME, "--force", cwd=course.root)
    print(f"{STUDENTS} notebooks of {NAME}: reelgrade class {ours:.1f} s, nbgrader autograde {theirs:.1f} s")
    print(f"ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
