"""The next problem, the points so far, and a watch: the fast checks, run in this process, without the hidden ones."""

import sys
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner

from reelgrade.course.place import Place, shown_path
from reelgrade.grading.catalogue import Check, read_checks
from reelgrade.grading.judging import TIMEOUT, CheckResult
from reelgrade.grading.report import Report, block, exercise_line, make_report, next_step, scoreboard
from reelgrade.grading.runner import Bench, run_checks, unconfined

PATIENCE_S = 2  # work that takes longer shows a spinner
GROUP_MS, READY_MS = 200, 200  # one save is several events; how soon a watch says that it is ready


def show_next(place: Place, console: Console) -> None:
    """Run the fast checks in course order up to the first exercise with a problem, and print that problem."""
    with _bench(place, console) as bench:
        reports = (_report(bench, [name]) for name in place.exercises)
        report = next((report for report in reports if next_step(report)), None)
    if report is not None:
        _print_problem(report, console)
        console.print("\n".join(next_step(report)))
    else:
        console.print(_praise(place, "all fast checks", place.exercises), style="green")
    _warn(place, console)


def show_progress(place: Place, everything: bool, console: Console) -> None:
    """Print the scoreboard of the fast checks, or of all visible checks."""
    with _bench(place, console) as bench:
        report = _report(bench, place.exercises, accuracy=everything)
    for line, green in scoreboard(report):
        console.print(line, style="green" if green else None)
    left_out = [] if everything else _accuracy_checks(place, place.exercises)
    if left_out:
        where = " and ".join(dict.fromkeys(check.exercise for check in left_out))
        points = sum(check.points for check in left_out)
        console.print(f"not run: {_number(left_out)} of {where}, {points:g} points; progress --all runs them too")
    for line in next_step(report):
        console.print(line)
    _warn(place, console)


def _warn(place: Place, console: Console) -> None:
    for line in unconfined(place.autograder):
        console.print(line)


def _praise(place: Place, what: str, exercises: Collection[str]) -> str:
    left_out = _accuracy_checks(place, exercises)
    return f"{what} pass" + (f"; pytest autograder{place.option} adds {_number(left_out)}" if left_out else "")


def _accuracy_checks(place: Place, exercises: Collection[str]) -> list[Check]:
    return [check for check in read_checks(place.autograder) if check.requires and check.exercise in exercises]


def _number(accuracy: list[Check]) -> str:
    return f"{len(accuracy)} accuracy check{'s' * (len(accuracy) != 1)}"


def _report(bench: Bench, exercises: Iterable[str], accuracy: bool = False) -> Report:
    ledger = run_checks(bench, exercises, accuracy=accuracy, hidden=False)
    return make_report(bench.autograder, bench.submission, ledger.results.values())


def _print_problem(report: Report, console: Console) -> None:
    problem = next((one.problem for one in report.exercises if one.problem is not None), None)
    for line in block(problem) if problem is not None else []:
        console.print(line)


@contextmanager
def _bench(place: Place, console: Console) -> Iterator[Bench]:
    """Give a fresh bench; a terminal shows a spinner when the work takes long."""
    errors = Console(stderr=True)
    spinner = Live(
        Spinner("dots", "checking"),
        console=errors,
        transient=True,
        redirect_stdout=False,  # checks redirect it themselves
        redirect_stderr=False,
    )
    starter = threading.Timer(PATIENCE_S, spinner.start)
    starter.daemon = True
    if sys.stderr.isatty() and not errors.is_dumb_terminal:
        starter.start()

    def give_up(check: Check) -> None:
        """Say which check ended the process: student code swallowed even the time limit."""
        spinner.stop()
        message = f"{check.hole} never ends, and catches every interruption"
        for line in block(CheckResult(check, TIMEOUT, message=message)):
            console.print(line)

    try:
        yield Bench(place.autograder, place.folder, give_up)
    finally:
        starter.cancel()
        if starter.is_alive():
            starter.join()  # it may be starting the spinner at this moment
        spinner.stop()


def watch(place: Place, console: Console) -> None:
    """Check an exercise again whenever its file is saved, until Ctrl-C."""
    import watchfiles

    files = {f"{name}.py": name for name in place.exercises}
    saves = watchfiles.watch(
        place.folder,
        watch_filter=None,
        recursive=False,
        step=GROUP_MS,
        rust_timeout=READY_MS,
        yield_on_timeout=True,  # the first answer, with or without a change, means that the watch stands
    )
    for number, changes in enumerate(saves):
        if number == 0:
            console.print(f"watching {shown_path(place.folder)}; save an exercise to check it, Ctrl-C ends this")
            _warn(place, console)
        changed = {Path(path).name for _, path in changes}
        for name in [name for file, name in files.items() if file in changed]:
            _check_again(place, name, console)


def _check_again(place: Place, name: str, console: Console) -> None:
    console.print(f"\n{time.strftime('%H:%M:%S')} {name}.py has changed")
    with _bench(place, console) as bench:
        report = _report(bench, [name])
    console.print(next(exercise_line(one) for one in report.exercises if one.exercise.name == name))
    _print_problem(report, console)
    if not next_step(report):
        console.print(_praise(place, f"all fast checks of {name}", [name]), style="green")
