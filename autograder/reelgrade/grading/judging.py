"""What became of a check: from the error it ended with, or none, to an outcome with feedback."""

import math
import traceback
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from reelgrade.grading.catalogue import Check
from reelgrade.grading.errors import Blocked, BrokenModule, Crashed, HoleError, NotStarted, Place, TimeIsUp
from reelgrade.grading.expect import Expected, Mismatch, is_array
from reelgrade.grading.printable import printable
from reelgrade.grading.render import render

PASSED, FAILED, NOT_STARTED, BLOCKED = "passed", "failed", "not started", "blocked"
TIMEOUT, CRASHED, ERROR = "timeout", "crashed", "error"
MOST_PRINTED, PRINTED_WIDTH = 3, 100  # lines of a student's output that feedback shows

PRIVATE = "this check runs on data that is not published, so only its points are told"

GRADING = Path(__file__).resolve().parent
COMPARING = GRADING / "expect.py"


class PartialPoints(AssertionError):
    """An accuracy check that did not reach its bar; `share` says how far it came."""

    def __init__(self, share: float, message: str) -> None:
        super().__init__(message)
        self.share = share


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check: `message` is one line, the other texts are what feedback shows under it.

    All of it can be printed as it is, but is not escaped for any format.
    """

    check: Check
    status: str
    points: float = 0.0
    message: str = ""
    call: str = ""  # as the student would type it
    got: str = ""
    expected: str = ""
    notes: tuple[str, ...] = ()  # how the two differ, and the name of a known mistake
    printed: tuple[str, ...] = ()
    printed_more: bool = False
    place: Place | None = None
    hint: bool = False  # whether a hint for the hole would help
    broken_module: bool = False
    seconds: float = 0.0
    share: float = 0.0  # of an accuracy check that did not pass: how far the accuracy came

    @property
    def is_full(self) -> bool:
        """Whether it passed with all points: an accuracy check may pass and have fewer, since others do not stand."""
        return self.status == PASSED and self.points == self.check.points

    @property
    def detail(self) -> tuple[str, ...]:
        """The lines of feedback under the message."""
        lines = [f"  {self.call}"] if self.call else []
        if self.expected:
            lines += [f"  got       {self.got}", f"  expected  {self.expected}"]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  printed   {line}" for line in self.printed] + ["  ..."] * self.printed_more
        return tuple(lines + [f"  hint: reelgrade hint {self.check.hole}"] * self.hint)


def result_of(
    check: Check, error: BaseException | None, seam: Any, seconds: float, private: bool = False
) -> CheckResult:
    """Judge how the function of a check ended; `seam` tells the last call.

    Where the inputs are `private`, nothing that student code could have copied from them is shown: one sentence for
    every outcome, and no time.
    """
    result = CheckResult(check, PASSED, check.points, seconds=seconds)
    if error is None:
        return replace(result, seconds=0.0, message=PRIVATE) if private else result
    result = _verdict(replace(result, points=0.0), error, private, answered=seam is not None and seam.num_answers > 0)
    if private:
        kept = result.status if check.confirms or result.status == ERROR else FAILED
        return CheckResult(check, kept, result.points, message=PRIVATE, share=result.share)
    if (
        seam is not None
        and result.status not in (NOT_STARTED, BLOCKED, ERROR)
        and not isinstance(error, PartialPoints | BrokenModule)
    ):
        result = replace(result, call=printable(seam.call))
    if seam is not None and seam.printed and result.status != NOT_STARTED:
        lines = seam.printed.strip().splitlines()
        shown = tuple(printable(line, PRINTED_WIDTH) for line in lines[:MOST_PRINTED])
        result = replace(result, printed=shown, printed_more=len(lines) > MOST_PRINTED)
    return result


def _verdict(result: CheckResult, error: BaseException, private: bool, answered: bool) -> CheckResult:
    """Fill in status, points and message, and what else belongs to this kind of error.

    Where the submission has answered before, whatever an engine's function trips over is what it gave.
    """
    check, text = result.check, _first_line(error)
    if isinstance(error, NotStarted):
        name = "" if private else printable(str(error).strip(), 60)
        return replace(result, status=NOT_STARTED, message=f"{name or check.hole} is not started")
    if isinstance(error, Blocked):
        return replace(result, status=BLOCKED, message=text)
    result = replace(result, status=FAILED, hint=not isinstance(error, BrokenModule))
    if isinstance(error, PartialPoints):
        return replace(result, points=_half_points(check.points, error.share), message=text, share=error.share)
    if isinstance(error, TimeIsUp):
        return replace(result, status=TIMEOUT, message=f"{check.hole} {error}; is there a loop that never ends?")
    if isinstance(error, Crashed):
        return replace(result, status=CRASHED, message=f"{check.hole}: {text}")
    if isinstance(error, BrokenModule):
        return replace(result, message=text, broken_module=True)
    if isinstance(error, HoleError):
        return replace(result, message=_raised(error, text, private), place=None if private else error.place)
    if isinstance(error, AssertionError):
        result = replace(result, message=check.title)
        return result if private else _compared(result, error)
    kind = type(error).__name__
    if _in_the_check(error):
        return replace(result, message=f"the result has not the expected form: {kind}" + f": {text}" * (not private))
    if answered:
        return replace(result, status=CRASHED, message=f"{check.hole}: what it gave cannot be judged ({kind})")
    message = f"the grader failed, which is not your fault: {kind}" + f": {text}" * (not private)
    return replace(result, status=ERROR, hint=False, message=message)


def _raised(error: HoleError, text: str, private: bool) -> str:
    """Say what student code raised; of a private check no word that the student could have chosen."""
    if private:
        return (
            f"{error.plain_kind}; its text and place are withheld, since this check runs on data that is not published"
        )
    place = f" ({error.place})" if error.place else ""
    return f"{printable(error.kind or 'Exception', 60)}: {text}{place}"


def _in_the_check(error: BaseException) -> bool:
    """Tell whether a check's own code, or a library under it, tripped over what a hole gave it.

    A missing key, a value too many, a column that is not there, something that cannot be compared: the fault of the
    value, not of the grader.
    """
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    checks = [index for index, file in enumerate(files) if file.name.startswith("test_")]
    below = files[checks[-1] :] if checks else []
    return (
        isinstance(error, Exception)
        and bool(below)
        and GRADING not in [file.parent for file in below if file != COMPARING]
    )


def _first_line(error: BaseException) -> str:
    return printable((str(error).strip().splitlines() or ["no message"])[0], 300)


def _compared(result: CheckResult, error: AssertionError) -> CheckResult:
    """Add the comparison that failed, or what the assertion said."""
    expected = Mismatch.last
    if expected is None:
        text = _first_line(error) if str(error) else ""
        return replace(result, notes=(text,) if text and not text.startswith("assert ") else ())
    notes = _array_lines(expected) or [f"first difference: {expected.difference}"]
    known = expected.recognised()
    notes += [f"looks like {known}"] if known else []
    shown = tuple(printable(note) for note in notes)
    return replace(result, got=printable(render(expected.got)), expected=render(expected), notes=shown)


def _array_lines(expected: Expected) -> list[str]:
    """Give shape, dtype, largest difference and first wrong place of a tensor that came."""
    if not is_array(expected.got):
        return []
    import numpy

    try:
        got, wanted = numpy.asarray(expected.got, dtype=float), numpy.asarray(expected.value, dtype=float)
    except (TypeError, ValueError):  # no numbers, or rows of different lengths, came or were expected
        return []
    line = f"shape {list(got.shape)}, {expected.got.dtype}"
    if got.shape != wanted.shape or got.size == 0:
        return [f"{line}; expected shape {list(wanted.shape)}"]
    gap = numpy.abs(got - wanted)
    wrong = numpy.argwhere(~(gap <= expected.tolerance * numpy.maximum(1, numpy.abs(wanted))))
    first = wrong[0].tolist() if len(wrong) else []
    return [f"{line}; largest difference {gap.max():.3g}; first wrong index {first}"]


def _half_points(most: float, accuracy: float, standing: Fraction = Fraction(1)) -> float:
    """Take two shares of some points, rounded down once to half a point."""
    return math.floor(2 * Fraction(most) * Fraction(accuracy) * standing) / 2


class Ledger:
    """The results so far, and what they mean for the checks still to come."""

    def __init__(self) -> None:
        self.results: dict[str, CheckResult] = {}
        self.faults: list[CheckResult] = []  # hidden checks that the grader itself failed to run
        self._trained: list[CheckResult] = []  # accuracy checks before the others were weighed in

    def add(self, result: CheckResult) -> None:
        """Take in one more result."""
        self.results[result.check.id] = result
        if result.check.requires and result.status in (PASSED, FAILED):
            self._trained.append(result)
        for trained in self._trained:
            if trained.check.exercise == result.check.exercise:
                self.results[trained.check.id] = self._weighed(trained)

    def _weighed(self, trained: CheckResult) -> CheckResult:
        """Give the points of an accuracy check: its own share, times the share of the other points that stand."""
        stand, most = self._standing(trained.check.exercise)
        if stand == most:
            return trained
        accuracy = 1.0 if trained.status == PASSED else trained.share
        points = _half_points(trained.check.points, accuracy, Fraction(stand) / Fraction(most))
        why = f"accuracy: {points:g} of {trained.check.points:g}, since {stand:g} of the other {most:g} points stand"
        return replace(trained, points=points, message="; ".join(filter(None, (trained.message, why))))

    def _standing(self, exercise: str) -> tuple[float, float]:
        """Give the points that stand and those to be had, of the checks of an exercise that ran, accuracy left out."""
        others = [one for one in self.results.values() if one.check.exercise == exercise and not one.check.requires]
        return sum(one.points for one in others), sum(one.check.points for one in others)

    def verdict_without_running(self, check: Check) -> CheckResult | None:
        """Decide a check whose hole has timed out before, or an accuracy check that has nothing to run.

        A prerequisite that was not selected counts as met.
        """
        done = [result for result in self.results.values() if result.check.exercise == check.exercise]
        if any(result.status == TIMEOUT and result.check.hole == check.hole for result in done):
            return CheckResult(check, TIMEOUT, message=f"{check.hole} took too long in an earlier check")
        for result in done:
            if result.check.hole in check.requires and not result.check.requires and result.status == NOT_STARTED:
                return CheckResult(check, NOT_STARTED, message=f"{result.check.hole} is not started")
        stand, most = self._standing(check.exercise)
        if check.requires and stand == 0 < most:
            return CheckResult(check, BLOCKED, message=f"waits until {check.hole} passes one of its other checks")
        return None

    def has_to_confirm(self, hidden: Check) -> bool:
        """Tell whether a hidden check has anything to confirm: a visible check with points, or one that did not run."""
        visible = self.results.get(hidden.confirms)
        return visible is None or visible.points > 0

    def cancel(self, hidden: CheckResult) -> None:
        """Take the points of the visible check that a hidden one was to confirm and did not; say no more than its topic."""
        if hidden.status == ERROR:
            self.faults.append(hidden)
        visible = self.results.get(hidden.check.confirms)
        if visible is None or visible.points == 0 or hidden.status == PASSED:
            return
        if hidden.status == ERROR:
            status, why = ERROR, "the grader could not confirm it, which is not your fault"
        else:
            status, why = FAILED, f"a hidden check of {visible.check.hole} on other inputs disagrees"
        message = f"{why}: {visible.check.title}"
        self.add(CheckResult(visible.check, status, message=message, seconds=visible.seconds))
