"""What became of a check: from the error it ended with, or none, to an outcome with feedback."""

import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reelgrade.grading.catalogue import Check
from reelgrade.grading.errors import BrokenModule, HoleError, NotStarted, TimeIsUp
from reelgrade.grading.expect import Expected, Mismatch, is_array
from reelgrade.grading.render import render

PASSED, FAILED, NOT_STARTED, BLOCKED, TIMEOUT, ERROR = "passed", "failed", "not started", "blocked", "timeout", "error"


GRADING = Path(__file__).resolve().parent


class PartialPoints(AssertionError):
    """An accuracy check that earned some of its points."""

    def __init__(self, points: float, message: str) -> None:
        super().__init__(message)
        self.points = points


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check: `message` is one line, `detail` the lines of feedback under it."""

    check: Check
    status: str
    points: float = 0.0
    message: str = ""
    detail: tuple[str, ...] = ()
    broken_module: bool = False
    seconds: float = 0.0


def result_of(check: Check, error: BaseException | None, seam: Any, seconds: float) -> CheckResult:
    """Judge how the function of a check ended; `seam` tells the last call."""
    result = CheckResult(check, PASSED, check.points, seconds=seconds)
    if error is None:
        return result
    status, points, message, detail = _verdict(check, error, seam)
    if seam is not None and seam.printed and status != NOT_STARTED:
        printed = seam.printed.strip().splitlines()
        detail += [f"  printed   {line[:100]}" for line in printed[:3]] + ["  ..."] * (len(printed) > 3)
    if status in (FAILED, TIMEOUT) and not isinstance(error, BrokenModule):
        detail.append(f"  hint: reelgrade hint {check.hole}")
    broken = isinstance(error, BrokenModule)
    return replace(result, status=status, points=points, message=message, detail=tuple(detail), broken_module=broken)


def _verdict(check: Check, error: BaseException, seam: Any) -> tuple[str, float, str, list[str]]:
    call = [f"  {seam.call}"] if seam is not None and seam.call else []
    if isinstance(error, NotStarted):
        name = str(error).strip() or check.hole
        return NOT_STARTED, 0.0, f"{name} is not started", []
    if isinstance(error, PartialPoints):
        return FAILED, error.points, str(error), []
    if isinstance(error, TimeIsUp):
        return TIMEOUT, 0.0, f"{check.hole} {error}; is there a loop that never ends?", call
    if isinstance(error, BrokenModule):
        return FAILED, 0.0, _first_line(error), []
    if isinstance(error, HoleError):
        kind = error.kind or "Exception"
        place = f" ({error.place})" if error.place else ""
        return FAILED, 0.0, f"{kind}: {_first_line(error)}{place}", call
    if isinstance(error, AssertionError):
        return FAILED, 0.0, check.title, call + _comparison(error)
    if _in_the_check(error):
        return FAILED, 0.0, f"the result has not the expected form: {type(error).__name__}: {_first_line(error)}", call
    return ERROR, 0.0, f"the grader failed, which is not your fault: {type(error).__name__}: {_first_line(error)}", call


def _in_the_check(error: BaseException) -> bool:
    """Tell whether a check's own code, or a library under it, tripped over what a hole gave it.

    A missing key, a value too many, a column that is not there: the fault of the value, not of the grader.
    """
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    checks = [index for index, file in enumerate(files) if file.name.startswith("test_")]
    below = files[checks[-1] :] if checks else []
    return isinstance(error, Exception) and bool(below) and GRADING not in [file.parent for file in below]


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0][:300]


def _comparison(error: AssertionError) -> list[str]:
    """Describe the comparison that failed, or what the assertion said."""
    expected = Mismatch.last
    if expected is None:
        text = _first_line(error) if str(error) else ""
        return [f"  {text}"] if text and not text.startswith("assert ") else []
    lines = [f"  got       {render(expected.got)}", f"  expected  {render(expected)}"]
    lines += [f"  {line}" for line in _array_lines(expected)] or [f"  first difference: {expected.difference}"]
    known = expected.recognised()
    return lines + ([f"  looks like {known}"] if known else [])


def _array_lines(expected: Expected) -> list[str]:
    """Give shape, dtype, largest difference and first wrong place of a tensor that came."""
    if not is_array(expected.got):
        return []
    import numpy

    try:
        got, wanted = numpy.asarray(expected.got), numpy.asarray(expected.value, dtype=float)
    except (TypeError, ValueError):  # no numbers, or rows of different lengths, were expected
        return []
    line = f"shape {list(got.shape)}, {expected.got.dtype}"
    if got.shape != wanted.shape or got.size == 0:
        return [f"{line}; expected shape {list(wanted.shape)}"]
    gap = numpy.abs(got.astype(float) - wanted)
    wrong = numpy.argwhere(~(gap <= expected.tolerance * numpy.maximum(1, numpy.abs(wanted))))
    first = wrong[0].tolist() if len(wrong) else []
    return [f"{line}; largest difference {gap.max():.3g}; first wrong index {first}"]


class Ledger:
    """The results so far, and what they mean for the checks still to come."""

    def __init__(self) -> None:
        self.results: dict[str, CheckResult] = {}
        self.faults: list[CheckResult] = []  # hidden checks that the grader itself failed to run

    def add(self, result: CheckResult) -> None:
        """Take in one more result."""
        self.results[result.check.id] = result

    def verdict_without_running(self, check: Check) -> CheckResult | None:
        """Decide a check whose hole has timed out before, or whose prerequisites are not met.

        A prerequisite that was not selected counts as met.
        """
        done = [result for result in self.results.values() if result.check.exercise == check.exercise]
        if any(result.status == TIMEOUT and result.check.hole == check.hole for result in done):
            return CheckResult(check, TIMEOUT, message=f"{check.hole} took too long in an earlier check")
        for result in done:
            if result.check.hole in check.requires and not result.check.requires and result.status != PASSED:
                if result.status == NOT_STARTED:
                    return CheckResult(check, NOT_STARTED, message=f"{result.check.hole} is not started")
                return CheckResult(check, BLOCKED, message=f"waits until {result.check.hole} passes its other checks")
        return None

    def has_to_confirm(self, hidden: Check) -> bool:
        """Tell whether a hidden check has anything to confirm: a visible check with points, or one that did not run."""
        visible = self.results.get(hidden.confirms)
        return visible is None or visible.points > 0

    def cancel(self, hidden: CheckResult) -> None:
        """Take the points of the visible check that a failed hidden check was to confirm; say no more than its topic."""
        if hidden.status == ERROR:
            self.faults.append(hidden)
        visible = self.results.get(hidden.check.confirms)
        if visible is not None and visible.points > 0 and hidden.status not in (PASSED, ERROR):
            message = f"a hidden check of {visible.check.hole} on other inputs disagrees: {visible.check.title}"
            self.add(replace(visible, status=FAILED, points=0.0, message=message, detail=()))
