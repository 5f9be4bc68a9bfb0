"""Run suites against a submission without pytest's ceremony; the verdicts are those of `pytest autograder`."""

import hashlib
import hmac
import inspect
import math
import os
import random
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from reelgrade.course.exercises import load_exercises
from reelgrade.grading.catalogue import Check, load_signatures, load_suite, read_checks, read_hidden
from reelgrade.grading.clock import MOST_STRETCH, own_waiting
from reelgrade.grading.errors import AlarmRang, Crashed, HoleError
from reelgrade.grading.expect import Mismatch
from reelgrade.grading.hole_sources import FolderHoles, HoleSource
from reelgrade.grading.judged import Judged
from reelgrade.grading.judging import CRASHED, PASSED, TIMEOUT, CheckResult, Ledger, result_of
from reelgrade.grading.libraries import import_libraries
from reelgrade.grading.limits import LIMITS, Limits
from reelgrade.grading.patience import Shortage
from reelgrade.grading.seam import Seam
from reelgrade.grading.state import memory_limit, time_limit
from reelgrade.grading.workers import NoRoom

JUDGE_SECONDS = 20.0  # that count, for the judge's own part of a check: to read answers and to compare them
JUDGE_MB = 2048  # that this part may take
MOST_STARVED = 3  # tries of a check while the disk is full


class Bench:
    """A submission on the bench: gives each check its seam, and the other things that checks ask for by name.

    `holes` says where student code runs: in this process unless told.
    """

    def __init__(
        self,
        autograder: Path,
        submission: Path,
        on_swallowed: Callable[[Check], None] | None = None,
        holes: HoleSource | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self.autograder = autograder
        self.submission = submission
        self.on_swallowed = on_swallowed  # called when a check has swallowed its time limit, before the process ends
        self.limits = limits
        self.holes = holes or FolderHoles(submission, load_signatures(autograder))
        self.apart = holes is not None  # whether student code runs in another process, which has a clock of its own
        self._judged: Judged | None = None
        self._spent, self._most = 0.0, math.inf  # seconds of all checks, as the clock of a check counts them

    def start_clock(self) -> None:
        """Begin to count the seconds that a whole submission may take."""
        self._spent, self._most = 0.0, self.limits.total_seconds

    def is_late(self) -> bool:
        """Tell whether they are over; never where nobody counts."""
        return self._spent > self._most

    def spend(self, wall: float, uncounted: float) -> None:
        """Add the seconds of one check."""
        self._spent += max(wall - uncounted, wall / MOST_STRETCH)

    def seam(self, check: Check) -> Seam:
        """Give a fresh seam to the exercise of a check; BrokenModule where its file cannot be imported."""
        return Seam(self.holes.exchange(check.exercise, self.limits.of(check), check.tested))

    def judged(self) -> Judged:
        """Give the data of the accuracy checks."""
        if self._judged is None:
            self._judged = Judged(self.autograder)
        return self._judged

    def draw(self, check: str) -> random.Random:
        """Give the random numbers of a hidden check: they follow from the course secret and the submission."""
        return random.Random(hmac.digest(course_secret(), submission_hash(self.submission) + check.encode(), "sha256"))


def course_secret() -> bytes:
    """Give the secret from which all drawn inputs follow."""
    return (os.environ.get("REELGRADE_SECRET") or "no secret set").encode()


def unconfined(autograder: Path) -> list[str]:
    """Say, where there is something to read, that code which ran in this process was free to: one line, or none."""
    if not os.environ.get("REELGRADE_SECRET") and not any((autograder / "hidden").glob("*")):
        return []
    return ["no score of record: this code was not confined, and could read hidden checks; reelgrade grade confines it"]


def submission_hash(folder: Path) -> bytes:
    """Hash the names and contents of the Python files of a submission."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.digest()


def in_running_order(checks: Iterable[Check]) -> list[Check]:
    """Put accuracy checks last."""
    return sorted(checks, key=lambda check: bool(check.requires))


def run_checks(
    bench: Bench,
    exercises: Iterable[str] | None = None,
    accuracy: bool = True,
    hidden: bool = True,
    on_check: Callable[[Check], None] | None = None,
) -> Ledger:
    """Run the checks of some exercises, or of all, in course order; hidden checks, where present, come last.

    `on_check` hears of each check before it runs.
    """
    names = set(load_exercises(bench.autograder) if exercises is None else exercises)
    wanted = [
        check for check in read_checks(bench.autograder) if check.exercise in names and (accuracy or not check.requires)
    ]
    return run_these(bench, wanted, hidden, on_check)


def run_these(
    bench: Bench, checks: Iterable[Check], hidden: bool = True, on_check: Callable[[Check], None] | None = None
) -> Ledger:
    """Run some visible checks and, where present, the hidden ones that confirm them."""
    tell = on_check or (lambda check: None)
    bench.start_clock()
    ledger = Ledger()
    for check in in_running_order(checks):
        tell(check)
        ledger.add(ledger.verdict_without_running(check) or run_check(bench, check))
    if hidden:
        _confirm(bench, ledger, tell)
    return ledger


def _confirm(bench: Bench, ledger: Ledger, tell: Callable[[Check], None]) -> None:
    """Run the hidden checks that have something to confirm; after a timeout in a hole its others count as failed."""
    slow: set[str] = set()
    bench.holes.renew()
    for check in read_hidden(bench.autograder):
        if check.confirms in ledger.results and ledger.has_to_confirm(check):
            tell(check)
            result = CheckResult(check, TIMEOUT) if check.hole in slow else run_check(bench, check)
            slow |= {check.hole} if result.status == TIMEOUT else set()
            ledger.cancel(result)


def run_check(bench: Bench, check: Check, function: Callable[..., None] | None = None) -> CheckResult:
    """Run one check and judge it; its function comes from its suite unless the caller has it.

    A check that fails while others leave no room on the disk is repeated when there is some; NoRoom where that goes on.
    """
    for tries in range(MOST_STARVED):
        result = _run_once(bench, check, function)
        starved = bench.holes.starved(believe=tries == 0)
        if result.status == PASSED or not starved:
            return result
    raise NoRoom("the disk was full again and again while a check ran; make room, or set TMPDIR to a larger disk")


def _run_once(bench: Bench, check: Check, function: Callable[..., None] | None) -> CheckResult:
    function = function or _function(bench, check)
    on_swallowed = partial(bench.on_swallowed, check) if bench.on_swallowed else None
    import_libraries(check.exercise)
    started = time.perf_counter()
    if bench.is_late():
        return CheckResult(
            check, TIMEOUT, message=f"all checks together took longer than {bench.limits.total_seconds:g} s"
        )
    waiting = own_waiting()

    def uncounted() -> float:
        return waiting() + bench.holes.uncounted()

    def others() -> float:
        return uncounted() + bench.holes.counted()

    seam: Seam | None = None
    error: BaseException | None = None
    Mismatch.last = None
    try:
        bench.holes.prepare(check.exercise, bench.limits.of(check), check.tested)
        limit = JUDGE_SECONDS if bench.apart else bench.limits.of(check)
        with time_limit(limit, on_swallowed, others), memory_limit(JUDGE_MB if bench.apart else 0):
            seam = bench.seam(check)
            function(**arguments(bench, check, seam, function))
    except (KeyboardInterrupt, NoRoom, Shortage):
        raise
    except AlarmRang as caught:
        error = Crashed("what it gave takes too long to judge") if bench.apart else caught
    except MemoryError as caught:
        own = bench.apart and not isinstance(caught, HoleError)  # student code may raise one too
        error = Crashed("what it gave takes too much memory to judge") if own else caught
    except BaseException as caught:
        error = caught
    private = bool(check.confirms) or (bool(check.requires) and bench.judged().private)
    seconds = time.perf_counter() - started
    bench.spend(seconds, uncounted())
    try:
        return result_of(check, error, seam, seconds, private)
    except Exception as caught:  # what came back cannot even be shown
        message = f"{check.hole}: what it gave cannot be shown ({type(caught).__name__})"
        return CheckResult(check, CRASHED, message=message, seconds=seconds)


def _function(bench: Bench, check: Check) -> Callable[..., None]:
    folder = bench.autograder / "hidden" if check.confirms else bench.autograder
    return load_suite(folder / f"test_{check.exercise}.py")["test_" + check.id.split(".", 1)[1]]


def arguments(bench: Bench, check: Check, seam: Seam, function: Any) -> dict[str, Any]:
    """Give a check what it asks for by the names of its parameters."""
    makers: dict[str, Callable[[], Any]] = {
        "submission": lambda: seam,
        "judged": lambda: bench.judged().worth(check.points).in_order(bench.draw(check.id)),
        "draw": lambda: bench.draw(check.id),
    }
    return {name: makers[name]() for name in inspect.signature(function).parameters}
