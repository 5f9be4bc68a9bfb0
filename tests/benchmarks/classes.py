"""Measure what grading a whole class costs beside its checks, and compare it with `nbgrader autograde`.

`python tests/benchmarks/classes.py --size 40` prints, for `reelgrade class --jobs 2`: seconds a submission above the time
of its checks, fast ones and with accuracy; submissions a minute; and the ratio to nbgrader on the
same notebooks, those with fast checks only.
The time of the checks is measured here, in this process, without a sandbox, one thread.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import closing
from pathlib import Path
from statistics import mean, median

sys.path.append(str(Path(__file__).resolve().parents[1]))
warnings.simplefilter("ignore")  # nbgrader's and its libraries' own

import torch  # noqa: E402  # after the filter, as all below
from two_ways import both, handed_in  # noqa: E402

from generated_class import generate  # noqa: E402
from nbgrader_course import REPOSITORY  # noqa: E402
from reelgrade.course.folders import NOTEBOOKS  # noqa: E402
from reelgrade.grading.runner import Bench, run_checks  # noqa: E402

AUTOGRADER = REPOSITORY / "autograder"
TRAIN = {"training", "finetuning"}
FAST = [name for name, exercises in NOTEBOOKS.items() if exercises and not TRAIN & {*exercises}]
"""Notebooks with fast checks only."""


def seconds_of_checks(folder: Path, accuracy: bool) -> float:
    """Run all checks of a submission here, hidden ones included."""
    started = time.perf_counter()
    run_checks(Bench(AUTOGRADER, folder), accuracy=accuracy)
    return time.perf_counter() - started


def class_seconds(submissions: Path, out: Path, *options: str) -> tuple[float, float]:
    """Run the command; gives all seconds, and those from the first result to the last."""
    command = [sys.executable, "-u", "-m", "reelgrade", "class", submissions, "--out", out, "--jobs", "2", *options]
    started, first, last = time.monotonic(), 0.0, 0.0
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        for line in run.stdout or ():
            if " points" in line:
                last = time.monotonic()
                first = first or last
    return time.monotonic() - started, last - first


def seconds_in_sandbox(out: Path) -> float:
    """Give what grading one submission took in its process, forks and confinement included, from the journal."""
    with closing(sqlite3.connect(out / "journal.sqlite")) as database:
        return median(float(row[0]) for row in database.execute("SELECT seconds FROM work"))  # the first ones wait


def overhead(folder: Path, size: int, accuracy: bool) -> tuple[float, float, float, float]:
    """Give seconds a submission and process, those in the sandbox, those of its checks, and submissions a minute."""
    submissions = folder / "submissions"
    submissions.mkdir()
    generate(submissions, size, attacks=False)
    everyone = sorted(submissions.iterdir())
    seconds_of_checks(everyone[0], accuracy)  # imports, caches
    checks = mean(seconds_of_checks(one, accuracy) for one in everyone[: max(4, size // 5)])
    total, warm = class_seconds(submissions, folder / "out", *([] if accuracy else ["--fast"]))
    return warm * 2 / (size - 1), seconds_in_sandbox(folder / "out"), checks, 60 * size / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=40, help="submissions with fast checks")
    parser.add_argument("--trained", type=int, default=8, help="submissions with accuracy checks")
    parser.add_argument("--students", type=int, default=6, help="students whose notebooks nbgrader runs")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("fast", "trained"):
            (folder / part).mkdir()
        for part, size in (("fast", chosen.size), ("trained", chosen.trained)):
            each, inside, checks, rate = overhead(folder / part, size, accuracy=part == "trained")
            print(
                f"{part}: {size} submissions, two at once, {each:.2f} s each and process, {inside:.2f} s in the sandbox"
            )
            print(
                f"  beside it {each - inside:.2f} s; its checks alone, here, {checks:.2f} s; {rate:.0f} a minute in all"
            )
        with handed_in(folder / "notebooks", chosen.students, *FAST) as course:
            ours, theirs = both(course, chosen.students)
        number = chosen.students * len(FAST)
        print(
            f"{number} notebooks: reelgrade class {ours:.1f} s, nbgrader autograde {theirs:.1f} s, ratio {theirs / ours:.1f}"
        )
        print(f"on {os.uname().sysname} {os.uname().machine}, {os.cpu_count()} cores, torch {torch.__version__}")


if __name__ == "__main__":
    main()
