"""Grade many submissions in the sandbox, for the tests: two processes, each with one warm sandbox.

Reads jobs from standard input as a JSON list, `{"source": folder, "exercises": [...], "accuracy": false,
"check_seconds": 2}` each, and writes `{"seconds": ..., "report": {...}}` for each of them as a JSON list. A script of its
own, since what a process of a pool runs must be importable, and pytest's modules are not.
"""

import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.util import Finalize
from pathlib import Path

from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.limits import Limits
from reelgrade.grading.writers import full_json

MANY = 16  # jobs that are worth a second process, which starts a sandbox of its own
REPOSITORY = Path(__file__).resolve().parents[1]


class Warm:
    """The one sandbox of this process."""

    grader: Grader


def warm_up() -> None:
    Warm.grader = Grader(REPOSITORY)
    Finalize(Warm.grader, Warm.grader.__exit__, exitpriority=1)  # processes of a pool run no other exit functions
    Warm.grader.options = Options(exercises=("tinybert", "comparison"), accuracy=False, pictures=False)
    Warm.grader.grade(REPOSITORY / "exercises")


def grade(job: dict[str, object]) -> dict[str, object]:
    Warm.grader.options = Options(
        exercises=tuple(job["exercises"]),
        accuracy=job.get("accuracy", False),
        pictures=job.get("pictures", job.get("accuracy", False)),
        limits=Limits(check_seconds=job.get("check_seconds", 10.0), memory_mb=1024),
    )
    started = time.monotonic()
    report = Warm.grader.grade(Path(job["source"]))
    return {"seconds": time.monotonic() - started, "report": json.loads(full_json.write(report))}


def main() -> None:
    jobs = json.load(sys.stdin)
    with ProcessPoolExecutor(1 if len(jobs) < MANY else 2, multiprocessing.get_context("spawn"), warm_up) as pool:
        json.dump(list(pool.map(grade, jobs)), sys.stdout)


if __name__ == "__main__":
    main()
