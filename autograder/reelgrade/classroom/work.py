"""What a process that grades does: take one task after the other, in one warm sandbox that it keeps.

Tasks and outcomes travel between processes of ours, never to or from student code.
"""

import hashlib
import os
import platform
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from multiprocessing.util import Finalize
from pathlib import Path

import reelgrade
from reelgrade.course.files import is_disk_full
from reelgrade.course.place import find_course
from reelgrade.errors import UserError
from reelgrade.grading.grade import Grader, Options, seed_id, suites_sha256
from reelgrade.grading.intake import Taken
from reelgrade.grading.patience import Shortage
from reelgrade.grading.report import Report
from reelgrade.grading.workers import RESERVE_MB, NoRoom, SandboxError, wait_for_room

LEAST_ROOM_MB = 4 * RESERVE_MB
VERSIONS = ("torch", "transformers", "numpy", "pandas", "scikit-learn")  # verdicts may depend on them


@dataclass(frozen=True)
class Task:
    """One submission to grade, with everything that its verdicts depend on."""

    taken: Taken
    options: Options
    facts: dict[str, str]  # what `facts` says where the task was made
    course: str
    warm_for: tuple[str, ...] = ()  # exercises that this and later tasks are about; none: all


@dataclass(frozen=True)
class Outcome:
    """What became of a task: a report, or the reason why there is none."""

    report: Report | None = None
    problem: str = ""
    seconds: float = 0.0


class NoSandbox(Exception):
    """Student code cannot be confined where this process runs."""


class Bench:
    """The one warm sandbox of this process, and what its verdicts depend on."""

    def __init__(self, course: str, options: Options) -> None:
        self.course = _folder(course)
        self.facts = facts(self.course)  # suites are read once in a process, so are their hashes
        self.grader = Grader(self.course, options)
        self.close = Finalize(self.grader, self.grader.__exit__, exitpriority=1)  # atexit does not run in a pool


_bench: Bench | None = None


def open_bench(course: str, options: Options) -> Bench:
    """Give the sandbox of this process; the first call starts it, for the exercises of these options.

    Raises NoSandbox where student code cannot be confined.
    """
    global _bench
    if _bench is None:
        _bench = Bench(course, options)
    try:
        _bench.grader.start()
    except SandboxError as error:
        raise NoSandbox(str(error)) from None
    return _bench


def grade_task(task: Task) -> Outcome:
    """Grade one submission; what goes wrong on the way is told in the outcome.

    Raises NoSandbox where nothing can be graded here at all, UserError where this process has another autograder, or
    no room for temporary files.
    """
    try:
        return _graded(task)
    except OSError as error:
        if not is_disk_full(error):
            raise
        with suppress(NoRoom):
            wait_for_room(Path(tempfile.gettempdir()), LEAST_ROOM_MB)
            return Outcome(problem=f"the disk was full for a while: {error.strerror}")
        room = f"no room in {tempfile.gettempdir()} on {platform.node()}"
        raise UserError(f"{room}; make some, or set TMPDIR, then run the same command to go on") from error


def _graded(task: Task) -> Outcome:
    try:
        bench = open_bench(task.course, replace(task.options, exercises=task.warm_for))
    except Shortage as error:
        return Outcome(problem=str(error))
    if bench.facts != task.facts:
        raise UserError(f"process {os.getpid()} on {platform.node()} {difference(task.facts, bench.facts)}; restart it")
    bench.grader.options = task.options
    started = time.monotonic()
    try:
        report = bench.grader.grade_taken(task.taken)
    except Exception as error:  # whatever it is, it must not stop the others
        end_bench()
        if is_disk_full(error):  # the machine's fault, and soon everybody's
            raise
        if isinstance(error, Shortage):
            return Outcome(problem=str(error))
        return Outcome(problem=f"the grader itself failed: {type(error).__name__}: {error}"[:500])
    return Outcome(report, seconds=time.monotonic() - started)


def end_bench() -> None:
    """Close the sandbox; the next task opens another."""
    global _bench
    if _bench is not None:
        _bench.close()
    _bench = None


def difference(ours: dict[str, str], theirs: dict[str, str]) -> str:
    """Say in what two processes differ.

    >>> difference({"torch": "2.13", "python": "3.11"}, {"torch": "2.12", "python": "3.11"})
    'has torch 2.12, not 2.13'
    """
    return "has " + ", ".join(
        f"{name} {theirs.get(name, 'nothing')[:12]}, not {ours[name][:12]}"
        for name in ours
        if ours[name] != theirs.get(name)
    )


def hash_of(values: Iterable[object]) -> str:
    """Hash some values by how they are written.

    >>> hash_of([1, "a"]) == hash_of([1, "b"])
    False
    """
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()


def facts_here(course: str) -> dict[str, str]:
    """Give the facts of the process that this runs in."""
    return _bench.facts if _bench is not None else facts(_folder(course))


def facts(course: Path) -> dict[str, str]:
    """List what every verdict depends on: suites, engine, libraries, and the name of the secret."""
    libraries = {name: version(name) for name in VERSIONS}
    own = {"reelgrade": reelgrade.__version__, "engine": _engine_sha256(), "python": platform.python_version()}
    return {"autograder": suites_sha256(course / "autograder"), **own, "secret": seed_id(), **libraries}


def _engine_sha256() -> str:
    digest, package = hashlib.sha256(), Path(reelgrade.__file__).parent
    for path in sorted(path for folder in ("grading", "given") for path in (package / folder).rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _folder(course: str) -> Path:
    """Find the course where this process runs: at the same place, else from its working directory."""
    return Path(course) if Path(course).is_dir() else find_course()
