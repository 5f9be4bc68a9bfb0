"""The `class` verb: many submissions at once."""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.grading_cli import CheckTimeout, Level
from reelgrade.errors import Stopped, UserError

if TYPE_CHECKING:
    from reelgrade.classroom.grading import ClassRun, Plan
    from reelgrade.classroom.pools import Pool
    from reelgrade.nbgrader_plugins.classwork import Marked
    from reelgrade.nbgrader_plugins.gradebooks import NbCourse

app = typer.Typer(rich_markup_mode="markdown")

NOT_ALL, FAILED = 1, 3  # exit statuses: a submission could not be graded; the grader itself failed
GO_ON = "what was graded is kept; run the same command again to go on"


@app.command(
    "class",
    epilog="Examples: `reelgrade class submissions/ --out results/` grades a folder with one folder or archive for each "
    "student; run it again to go on after a crash, add `--regrade` after a check was mended. "
    "`--dask tcp://scheduler:8786` uses the workers of a cluster. "
    "`reelgrade class --nbgrader . 03_vocab` grades the notebooks that nbgrader has collected. "
    "Exit status: 0 all graded, 1 some could not be, 2 the input cannot be used, 3 the grader failed.",
)
def class_(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[SUBMISSIONS]", help="Folder of submissions; with --nbgrader alone, one assignment."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of results, and of the journal to go on from.")] = None,
    nbgrader: Annotated[
        Path | None, typer.Option(metavar="COURSE", help="Folder of an nbgrader course, whose gradebook is written.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one for each core unless told.")] = None,
    dask: Annotated[
        str,
        typer.Option(metavar="WHERE", help="`local`, or the address of a Dask scheduler, instead of own processes."),
    ] = "",
    roster: Annotated[
        list[Path] | None,
        typer.Option(metavar="CSV", help="Canvas's gradebook, Moodle's worksheet, or your list; may be repeated."),
    ] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade all again; the pages show what changed.")] = False,
    isolation: Annotated[Level, typer.Option(help="Demand this level instead of the strongest there is.")] = Level.auto,
    allow_unsandboxed: Annotated[
        bool, typer.Option("--allow-unsandboxed", help="Accept a machine without a sandbox: you trust the code.")
    ] = False,
    exercise: Annotated[list[str] | None, typer.Option(help="Grade only this exercise; may be repeated.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the accuracy checks, which train.")] = False,
    pictures: Annotated[
        bool,
        typer.Option("--pictures", help="Train once more for each student, to draw the curves: half as long again."),
    ] = False,
    check_timeout: CheckTimeout = None,
) -> None:
    """Grade a whole class in sandboxes, side by side; a run that was stopped goes on where it was."""
    from reelgrade.classroom.grading import Plan
    from reelgrade.course.exercises import known_exercises
    from reelgrade.course.place import find_course, secret_folders
    from reelgrade.course.settings import load_settings, use_secret
    from reelgrade.grading.grade import Options, verify_hidden
    from reelgrade.grading.limits import limits_with

    if nbgrader is not None and fast:
        raise UserError(
            "--fast leaves points out, which a gradebook would take for lost; leave out --fast or --nbgrader"
        )
    course = find_course()
    use_secret(load_settings(course))
    names = known_exercises(course / "autograder", exercise or [])
    verify_hidden(course)
    limits, trained = limits_with(check_timeout), not fast
    collected = nbgrader / "submitted" if nbgrader else None
    secrets = secret_folders(out, Path(what) if what and out else None, collected)
    options = Options(str(isolation), allow_unsandboxed, names, trained, pictures and trained, limits, secrets=secrets)
    if dask and dask != "local" and not dask.startswith("tls://"):
        print(
            f"reelgrade: who can reach the Dask scheduler {dask} can run code in its workers and read what they read; "
            "start it with TLS, see docs/instructors.md",
            file=sys.stderr,
        )
    plan = Plan(Path(what or ""), out or Path(), course, options, jobs or os.cpu_count() or 1, dask, regrade)
    with _failures():
        if out is not None and what is not None:
            lost = _grade_folder(plan, nbgrader, roster or [])
        elif nbgrader is not None and out is None:
            if roster or regrade or exercise or pictures:
                raise UserError(
                    "collected notebooks take no --roster, --regrade, --exercise or --pictures; leave it out"
                )
            lost = _grade_notebooks(plan, nbgrader, what)
        else:
            raise UserError("name a folder of submissions and --out RESULTS, or an nbgrader course: --nbgrader COURSE")
    if lost:
        print(f"reelgrade: {lost} could not be graded, see above", file=sys.stderr)
        raise typer.Exit(NOT_ALL)


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what ends a run into one line and an exit status."""
    from reelgrade.classroom.work import NoSandbox
    from reelgrade.grading.patience import is_shortage
    from reelgrade.grading.workers import SandboxError

    try:
        with _terminated_like_ctrl_c():
            yield
    except (NoSandbox, SandboxError) as error:
        print(f"reelgrade: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    except (BlockingIOError, RuntimeError) as error:
        if not is_shortage(error):
            raise
        print(f"reelgrade: the system starts no more processes or threads; {GO_ON}", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt:
        raise Stopped(GO_ON) from None


@contextmanager
def _terminated_like_ctrl_c() -> Iterator[None]:
    """Take the first SIGTERM, by which job runners stop a program, for Ctrl-C; later ones do not disturb the clearing up."""

    def stop(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _grade_folder(plan: "Plan", nbgrader: Path | None, rosters: list[Path]) -> int:
    """Grade a folder into another one; gives how many could not be graded."""
    from reelgrade.classroom.entries import GRADED
    from reelgrade.classroom.grading import open_run
    from reelgrade.classroom.rosters import read_roster
    from reelgrade.classroom.submissions import overlooked
    from reelgrade.course.class_results import publish, write_gradebook
    from reelgrade.course.settings import load_settings

    settings, known = load_settings(plan.course), [read_roster(path) for path in rosters]
    nbcourse = _opened(nbgrader) if nbgrader is not None else None  # what is wrong with it is said before the work
    if nbcourse is not None:
        plan = _with_exchange(plan, nbcourse)
    with open_run(plan) as run:
        _work(plan, run)
        entries = list(run.entries())
        lines = overlooked(plan.submissions) + publish(entries, plan, settings, known)
        if nbcourse is not None:
            lines += write_gradebook(nbcourse, entries, run, settings)
    print(*lines, sep="\n", end="\n" * bool(lines))
    lost = [entry for entry in entries if entry.status != GRADED or entry.problem]
    for entry in lost:
        print(f"{entry.student}: {entry.status}: {entry.problem}")
    print(f"{len(entries) - len(lost)} of {len(entries)} graded; see {plan.out / 'class.html'}")
    return len(lost)


def _work(plan: "Plan", run: "ClassRun") -> None:
    from reelgrade.classroom.grading import open_pool
    from reelgrade.course.class_progress import show_progress

    todo = run.prepare()
    if todo:
        plan = replace(plan, jobs=min(plan.jobs, len(todo)))  # each process imports torch before its first work
        with open_pool(plan, run.journal) as pool, show_progress(len(todo)) as tell:
            for progress in run.grade(todo, pool):
                tell(progress)


def _grade_notebooks(plan: "Plan", folder: Path, assignment: str | None) -> int:
    """Grade what nbgrader has collected; gives how many could not be graded."""
    from reelgrade.classroom.grading import temporary_pool

    lost, expected = 0, _expected(folder, assignment)
    options = replace(plan.options, exercises=expected, pictures=plan.options.accuracy)  # formgrader shows them
    plan = replace(plan, options=options)
    with temporary_pool(plan) as pool:  # warms up while nbgrader is imported
        for marked in _marked(folder, pool, plan, assignment):
            print(marked, flush=True)
            lost += bool(marked.problem)
    return lost


def _expected(folder: Path, assignment: str | None) -> tuple[str, ...]:
    """Guess what will be graded before nbgrader is imported, from where it collects unless told; none stands for all.

    Processes warm up for it in that time. What was guessed wrong costs time, and no points.
    """
    names = [assignment] if assignment else [path.name for path in folder.glob("submitted/*/*")]
    return tuple(exercise for name, exercises in NOTEBOOKS.items() if name in names for exercise in exercises)


def _marked(folder: Path, pool: "Pool", plan: "Plan", assignment: str | None) -> "Iterator[Marked]":
    from reelgrade.grading.sandbox import check_secrets, readable_paths

    nbcourse = _opened(folder)
    from reelgrade.nbgrader_plugins.classwork import grade_class

    check_secrets(readable_paths(plan.course), [nbcourse.exchange])

    return grade_class(nbcourse, pool, plan.course, plan.options, assignment)


def _with_exchange(plan: "Plan", nbcourse: "NbCourse") -> "Plan":
    secrets = (*plan.options.secrets, str(nbcourse.exchange))
    return replace(plan, options=replace(plan.options, secrets=secrets))


def _opened(folder: Path) -> "NbCourse":
    try:
        from reelgrade.nbgrader_plugins.gradebooks import open_course
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is not installed; run: pip install 'reelgrade[classes,notebooks]'") from error
    warnings.filterwarnings("ignore", module="nbgrader")  # how it uses its database is no news to an instructor
    return open_course(folder)
