"""`reelgrade.check`: what a test cell of a notebook calls. It runs the checks of some holes and tells their points.

It trusts the notebook, which shares its process. The score of record comes from `reelgrade grade` and `reelgrade class`,
which take the code out of the notebook and run it in a sandbox; for code that does not cheat both give the same points.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from reelgrade.course.exercises import load_exercises
from reelgrade.course.folders import public_course
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import Check, checks_of, load_signatures, read_checks
from reelgrade.grading.hole_sources import NamespaceHoles
from reelgrade.grading.judging import ERROR, NOT_STARTED, PASSED, CheckResult
from reelgrade.grading.notebook_code import ONLY_HERE
from reelgrade.grading.quiet import quiet
from reelgrade.grading.report import block
from reelgrade.grading.runner import Bench, run_these


class NotAllPoints(Exception):
    """Stops "run all", or fails a validation; a notebook shows its message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython what to show."""
        return str(self).splitlines()


def check(exercise: str, holes: Iterable[str] | None = None, namespace: Mapping[str, Any] | None = None) -> float:
    """Run the checks of some holes of an exercise, print points and feedback, and return the points.

    The holes, all of the exercise unless told, are looked up in `namespace`, else where the call stands. Hidden checks
    run where the autograder has them. A hole that is not started stops an interactive notebook at this cell. A hole
    that was imported gets its points here, but not as a score of record: a line says so, and a validation fails.
    In a module, where it may have been left over from a notebook, it does nothing and returns 0.

    >>> check("tokenization", ["tokenize_corpus"], namespace={})
    tokenize_corpus: 0 of 2 points, 0 of 2 visible checks
    tokenize_corpus is not there yet: run the cell that defines it
    0.0
    """
    found = sys._getframe(1).f_globals if namespace is None else namespace
    if namespace is None and found.get("__name__") != "__main__":
        return 0.0
    outcome = run_cell(exercise, holes, found, sys.stdout)
    print(outcome.text)
    if _execution() == "validate" and (outcome.points < outcome.most or outcome.left_behind):
        raise NotAllPoints(outcome.text)
    if outcome.to_do and _execution() == "interactive":
        raise NotAllPoints(outcome.to_do)
    return outcome.points


@dataclass(frozen=True)
class CellOutcome:
    """What a test cell has to say: its points, its text, and the first hole to fill, in one line, if there is one."""

    points: float
    most: float
    text: str
    to_do: str
    left_behind: bool = False  # code of it is imported, and will not be handed in


def run_cell(exercise: str, holes: Iterable[str] | None, namespace: Mapping[str, Any], stdout: TextIO) -> CellOutcome:
    """Run the checks of a test cell; `stdout` is for last words where student code cannot be stopped."""
    autograder = public_course() / "autograder"
    names = _known(autograder, exercise, holes)
    counted = checks_of(autograder, exercise, names)
    trains = any(one.requires for one in counted)  # its points depend on all other checks of the exercise
    own = {one.id for one in counted}
    before = [one for one in read_checks(autograder) if trains and one.exercise == exercise and one.id not in own]
    with quiet():
        bench = Bench(
            autograder,
            Path("notebook"),
            lambda one: _last_words(one, stdout),
            NamespaceHoles(namespace, "the notebook", load_signatures(autograder)),
        )
        bench.apart = False  # the time limit is this process's own
        ledger = run_these(bench, [*before, *counted])
    hidden = any((autograder / "hidden").glob("test_*.py"))
    outcome = tell(
        names, [ledger.results[one.id] for one in counted], [name for name in names if name not in namespace], hidden
    )
    imported = _imported(exercise, names, namespace)
    return replace(outcome, text="\n".join([outcome.text, *imported]), left_behind=bool(imported))


def _imported(exercise: str, names: list[str], namespace: Mapping[str, Any]) -> list[str]:
    """Write one line for each hole that comes from a module of the exercise, not from a cell."""
    origins = {name: str(getattr(namespace.get(name), "__module__", "")) for name in names}
    return [
        f"{name} is imported from {origin}: {ONLY_HERE}"
        for name, origin in origins.items()
        if origin.rpartition(".")[2] == exercise
    ]


def tell(names: list[str], results: list[CheckResult], missing: list[str], hidden: bool) -> CellOutcome:
    """Make of the results of a test cell what it says; `hidden` tells whether hidden checks have confirmed them."""
    most = sum(result.check.points for result in results)
    points = min(max(sum(result.points for result in results), 0.0), most)
    text = "\n".join(_lines(names, results, missing, points, most, hidden))
    return CellOutcome(points, most, text, next(iter(_to_do(results, missing)), ""))


def _known(autograder: Path, exercise: str, holes: Iterable[str] | None) -> list[str]:
    exercises = load_exercises(autograder)
    if exercise not in exercises:
        raise UserError(f"there is no exercise {exercise!r}; choose from {', '.join(exercises)}")
    known = [hole.name for hole in exercises[exercise].holes]
    named = known if holes is None else list(holes)
    unknown = [name for name in named if name not in known]
    if unknown:
        raise UserError(f"{exercise} has no hole {unknown[0]!r}; choose from {', '.join(known)}")
    return named


def _to_do(results: list[CheckResult], missing: list[str]) -> list[str]:
    """Write one line for each hole that is missing or not started."""
    lines = [f"{name} is not there yet: run the cell that defines it" for name in missing]
    lines += [
        f"{result.message}: fill its cell, then run this one again; reelgrade hint {result.check.hole}"
        for result in results
        if result.status == NOT_STARTED and result.check.hole not in missing
    ]
    return list(dict.fromkeys(lines))


def _lines(
    names: list[str], results: list[CheckResult], missing: list[str], points: float, most: float, hidden: bool
) -> list[str]:
    passed = sum(result.status == PASSED for result in results)
    head = f"{', '.join(names)}: {points:g} of {most:g} points, {passed} of {len(results)} visible checks"
    lines = [head + "; hidden checks will confirm at grading" * (not hidden and passed > 0), *_to_do(results, missing)]
    told: set[str] = set()
    for result in results:
        done = result.is_full or result.status == NOT_STARTED or result.check.hole in missing
        if not done and result.message not in told:
            told.add(result.message)
            lines += ["", *block(result)]
    return lines + ["", "tell your instructor: the grader itself failed"] * any(one.status == ERROR for one in results)


def _last_words(one: Check, stdout: TextIO) -> None:
    print(f"{one.hole} never ends, and catches every interruption; the kernel stops now", file=stdout, flush=True)


def _execution() -> str:
    """Tell who runs the cell: nbgrader (`autograde`, `validate`), a notebook (`interactive`), or a plain program."""
    by_nbgrader = os.environ.get("NBGRADER_EXECUTION", "")
    in_notebook = "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None
    return by_nbgrader or ("interactive" if in_notebook else "plain")
