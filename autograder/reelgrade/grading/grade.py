"""Grade one submission in the sandbox and gather everything the report says. Formats are written elsewhere."""

import hashlib
import hmac
import os
import platform
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import reelgrade
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import Check, load_signatures, load_totals, read_hidden
from reelgrade.grading.intake import Intake, Taken, put, read
from reelgrade.grading.libraries import import_libraries, libraries_named, libraries_of
from reelgrade.grading.limits import LIMITS, Limits
from reelgrade.grading.patience import patiently
from reelgrade.grading.provenance import RECORD_LEVELS, Environment, Isolation, Notice, Provenance
from reelgrade.grading.report import Report, make_report
from reelgrade.grading.runner import Bench, course_secret, run_checks
from reelgrade.grading.sandbox import Workplace, Zygote, make_workplace
from reelgrade.grading.spawned import Spawner
from reelgrade.grading.trainings import watch_trainings
from reelgrade.grading.worker_holes import WorkerHoles
from reelgrade.grading.workers import SandboxError, WorkerSource

# On macOS a child forked after importing system libraries may crash.
FORKS = sys.platform == "linux" and hasattr(os, "fork")
STRONGEST_FIRST = ("bwrap", "landlock", "process")


@dataclass(frozen=True)
class Options:
    """How to grade; the defaults make a score of record where the machine allows it."""

    isolation: str = "auto"  # or one of STRONGEST_FIRST
    allow_unsandboxed: bool = False
    exercises: tuple[str, ...] = ()  # none: all
    accuracy: bool = True
    pictures: bool = True
    limits: Limits = LIMITS
    on_check: Callable[[Check], None] | None = None  # called before each check, for a progress bar
    secrets: tuple[str, ...] = ()  # files and folders that student code must not read, where they exist


def grade(source: Path, course: Path, commit: str | None = None, options: Options | None = None) -> Report:
    """Take a submission, run all checks on it in the sandbox, and report.

    Raises UserError where the submission cannot be taken, SandboxError where it cannot be run as asked.
    """
    with Grader(course, options) as grader:
        return grader.grade(source, commit)


class Grader:
    """A warm sandbox for one submission after the other; leaves nothing behind when it is closed."""

    def __init__(self, course: Path, options: Options | None = None) -> None:
        self.course, self.options = course, options or Options()
        self._open = ExitStack()
        self._place = self._open.enter_context(make_workplace())
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
        self._open.close()

    def start(self, libraries: frozenset[str] | None = None) -> "Sandbox":
        """Start the sandbox, unless one has these libraries; it warms up while the caller does other things.

        Without `libraries` it gets those of the exercises that are graded.
        """
        needed = libraries_of(self.options.exercises) if libraries is None else libraries
        if self._sandbox is not None and not needed <= self._sandbox.libraries:
            needed |= self._sandbox.libraries
            self._sandbox.close()
            self._sandbox = None
        if self._sandbox is None:
            self._sandbox = Sandbox(self.course, self._place, self.options, needed)
        return self._sandbox

    def grade(self, source: Path, commit: str | None = None) -> Report:
        """Grade one submission; the sandbox is started with the first that can be taken, if not before."""
        return self.grade_taken(read(source, self.course, commit))

    def grade_taken(self, taken: Taken) -> Report:
        """Grade what was taken of a submission before, on another machine perhaps."""
        with self._place.emptied() as folder:
            intake = put(taken, folder)
            sandbox = self.start(self._libraries(intake.folder))
            try:
                return self._report(intake, sandbox)
            finally:
                sandbox.holes.forget()

    def _libraries(self, folder: Path) -> frozenset[str]:
        """Tell what to import before a submission is graded: what its checks need, and what its modules name."""
        chosen = self.options.exercises
        modules = [path for path in folder.glob("*.py") if not chosen or path.stem in chosen]
        return libraries_of(chosen) | libraries_named(path.read_text("utf-8", errors="replace") for path in modules)

    def _report(self, intake: Intake, sandbox: "Sandbox") -> Report:
        autograder, options = self.course / "autograder", self.options
        exercises = options.exercises or tuple(load_totals(autograder).points)
        for exercise in exercises:
            import_libraries(exercise)  # beside the zygote, which does the same
        bench = Bench(autograder, intake.folder, holes=sandbox.holes, limits=options.limits)
        ledger = run_checks(bench, exercises, accuracy=options.accuracy, on_check=options.on_check)
        trainings = watch_trainings(bench, sandbox.holes, ledger) if options.pictures else ()
        report = make_report(autograder, intake.folder, ledger.results.values())
        faults = tuple(f"a hidden check of {fault.check.hole}: {fault.message}" for fault in ledger.faults)
        report = replace(report, submission=intake.name, trainings=trainings, faults=faults)
        reasons = _reasons_against_record(report, autograder, sandbox.isolation, options)
        return replace(
            report,
            notices=(*intake.notices, *sandbox.holes.notices, *secret_notices()),
            provenance=_provenance(intake, autograder, sandbox.isolation, reasons),
        )


def verify_hidden(course: Path) -> None:
    """Raise UserError where a secret is set and hidden checks are missing: somebody grades inside a student's copy."""
    autograder = course / "autograder"
    missing = load_totals(autograder).num_hidden - len(read_hidden(autograder))
    if os.environ.get("REELGRADE_SECRET") and missing > 0:
        raise UserError(
            f"{autograder / 'hidden'}: {missing} hidden checks are missing, though a secret is set; this is a student's "
            "copy: grade from the course's own folder"
        )


def secret_notices() -> list[Notice]:
    """Warn where the hidden checks draw from no secret: who knows them could work their inputs out."""
    if os.environ.get("REELGRADE_SECRET"):
        return []
    return [Notice("secret", "", "the course has no secret; set REELGRADE_SECRET, and keep it for the whole term")]


def start_workers(
    level: str, course: Path, place: Workplace, options: Options, libraries: frozenset[str]
) -> WorkerSource:
    """Start a zygote of this level; where a warm process cannot be forked safely, a spawner for the level `process`."""
    if FORKS:
        return Zygote(level, course, place, options.limits, libraries, options.secrets)
    if level == "process":
        return Spawner(place, options.limits, str(course / "datasets"))
    raise SandboxError(f"only Linux has it, this is {platform.system()}")


class Sandbox:
    """A zygote at the level asked for, or the strongest there is, and the holes behind it."""

    def __init__(self, course: Path, place: Workplace, options: Options, libraries: frozenset[str]) -> None:
        self.libraries = libraries
        self._make = partial(start_workers, course=course, place=place, options=options, libraries=libraries)
        self._first: WorkerSource | None
        self._first, missing = self._strongest(options)
        limits, self._level = options.limits, self._first.level
        seconds = (limits.check_seconds, limits.accuracy_seconds)
        self.isolation = Isolation(self._level, tuple(missing), *seconds, limits.memory_mb)
        self.holes = WorkerHoles(self._start, place.submission, load_signatures(course / "autograder"), limits)

    def _strongest(self, options: Options) -> tuple[WorkerSource, list[str]]:
        """Start a zygote at the first level that works; gives also why stronger ones do not."""
        missing = []
        for level in STRONGEST_FIRST if options.isolation == "auto" else (options.isolation,):
            if level == "process" and not options.allow_unsandboxed:
                missing.append("process: it is no sandbox, and has not been accepted")
                continue
            try:
                return patiently(partial(self._make, level)), missing
            except SandboxError as error:
                missing.append(f"{level}: {error}")
        raise SandboxError(
            f"student code cannot be confined here ({'; '.join(missing)}); grade on Linux with Landlock or bubblewrap, "
            "or accept the risk: --allow-unsandboxed"
        )

    def _start(self) -> WorkerSource:
        """Hand the first zygote out, and later ones of the same level."""
        first, self._first = self._first, None
        return first or patiently(partial(self._make, self._level))

    def close(self) -> None:
        """End the zygote and its workers."""
        self.holes.close()
        if self._first is not None:
            self._first.close()


def _reasons_against_record(
    report: Report, autograder: Path, isolation: Isolation, options: Options
) -> tuple[str, ...]:
    """List why this report is not the score of record; none if it is."""
    reasons = {
        "student code ran without a sandbox": isolation.level not in RECORD_LEVELS and not options.allow_unsandboxed,
        "not all hidden checks were there": len(read_hidden(autograder)) != report.num_hidden,
        "accuracy was not judged on the holdout": not (autograder / "hidden" / "holdout.csv").is_file(),
        "a check had another time limit than usual": options.limits.check_seconds != LIMITS.check_seconds,
        "only a part of the checks was run": bool(options.exercises) or not options.accuracy,
        "the grader itself failed in a check": not report.gradable,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _provenance(intake: Intake, autograder: Path, isolation: Isolation, against: tuple[str, ...]) -> Provenance:
    return Provenance(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        release=reelgrade.__version__,
        commit=intake.commit,
        files=intake.files,
        tests_sha256=suites_sha256(autograder),
        seed_id=seed_id(),
        environment=Environment(
            platform.python_version(), version("torch"), f"{platform.system()}-{platform.machine()}".lower()
        ),
        isolation=isolation,
        against_record=against,
    )


def suites_sha256(autograder: Path) -> str:
    """Hash everything a verdict depends on: suites, hidden ones included, and the tables beside them."""
    digest = hashlib.sha256()
    for path in _suite_files(autograder):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(autograder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _suite_files(autograder: Path) -> Iterable[Path]:
    patterns = ("test_*.py", "*.toml", "hidden/test_*.py", "hidden/*.csv")
    return sorted(path for pattern in patterns for path in autograder.glob(pattern))


def seed_id() -> str:
    """Name the course secret without telling it; "none" where there is none."""
    if not os.environ.get("REELGRADE_SECRET"):
        return "none"
    return hmac.digest(course_secret(), b"the name of this secret", "sha256").hex()[:12]
