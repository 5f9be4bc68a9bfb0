"""The `grade` verb: a submission in, a report out, and the exit status of a grader."""

import io
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reelgrade.course.files import is_disk_full
from reelgrade.errors import UserError

if TYPE_CHECKING:
    from reelgrade.grading.grade import Options
    from reelgrade.grading.report import Report

app = typer.Typer(rich_markup_mode="markdown")

CheckTimeout = Annotated[
    float | None,
    typer.Option(
        "--check-timeout",
        metavar="SECONDS",
        help="Seconds a check may take, instead of 10; no score of record.",
    ),
]
BELOW, FAILED = 1, 3  # exit statuses: points under --fail-under; the grader itself failed


class Level(StrEnum):
    """How far student code is confined."""

    auto = "auto"
    bwrap = "bwrap"
    landlock = "landlock"
    process = "process"


class FormatName(StrEnum):
    """What a report can be written as."""

    terminal = "terminal"
    json = "json"
    junit = "junit"
    gradescope = "gradescope"
    summary = "summary"
    github = "github"
    classroom50 = "classroom50"
    csv = "csv"
    html = "html"


@app.command(
    epilog="Examples: `reelgrade grade alice/`; `reelgrade grade 03_vocab.ipynb`; `reelgrade grade alice.zip --format html --out alice-report`; "
    "`reelgrade grade fork.git --commit v1 --format json --format junit --out results`. "
    "Exit status: 0 graded, 1 fewer points than --fail-under, 2 the submission cannot be taken, 3 the grader failed."
)
def grade(
    source: Annotated[
        Path, typer.Argument(metavar="PATH", help="Folder, zip, tar or notebook; with --commit a git repository.")
    ],
    commit: Annotated[str | None, typer.Option(help="Take the files of this commit, branch or tag.")] = None,
    formats: Annotated[
        list[FormatName] | None, typer.Option("--format", help="How to write the report; may be repeated with --out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the reports, one file a format.")] = None,
    isolation: Annotated[Level, typer.Option(help="Demand this level instead of the strongest there is.")] = Level.auto,
    allow_unsandboxed: Annotated[
        bool, typer.Option("--allow-unsandboxed", help="Accept a machine without a sandbox: you trust the code.")
    ] = False,
    fail_under: Annotated[
        float | None, typer.Option(metavar="P", help="Exit with 1 below so many points, bonus not counted.")
    ] = None,
    exercise: Annotated[list[str] | None, typer.Option(help="Grade only this exercise; may be repeated.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the accuracy checks, which train.")] = False,
    check_timeout: CheckTimeout = None,
) -> None:
    """Grade a submission that may be hostile: in a sandbox, with the hidden checks. This is the score of record."""
    from reelgrade.course.exercises import known_exercises
    from reelgrade.course.place import find_course, secret_folders
    from reelgrade.course.settings import load_settings, use_secret
    from reelgrade.course.watched import watched
    from reelgrade.grading.grade import Options, verify_hidden
    from reelgrade.grading.limits import limits_with
    from reelgrade.grading.patience import Shortage
    from reelgrade.grading.workers import SandboxError

    chosen = [str(name) for name in formats or [FormatName.terminal]]
    if len(chosen) > 1 and out is None:
        raise UserError("more than one --format needs a folder; add --out DIR")
    course = find_course()
    use_secret(load_settings(course))
    names = known_exercises(course / "autograder", exercise or [])
    verify_hidden(course)
    watched(FAILED)
    try:
        limits = limits_with(check_timeout)
        options = Options(str(isolation), allow_unsandboxed, names, not fast, pictures=not fast, limits=limits)
        options = replace(options, secrets=secret_folders(out))
        report = _graded(source, course, commit, options)
        _write(report, chosen, out)
    except UserError:
        raise
    except (SandboxError, Shortage) as error:
        print(f"reelgrade: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    except Exception as error:
        if is_disk_full(error):
            raise
        traceback.print_exc()
        print("reelgrade: the grader itself failed, see above; nothing is wrong with the submission", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    if not report.gradable:
        print("reelgrade: a check failed by the grader's own fault; this score is not final", file=sys.stderr)
        raise typer.Exit(FAILED)
    if fail_under is not None and report.points(bonus=False)[0] < fail_under:
        raise typer.Exit(BELOW)


def _graded(source: Path, course: Path, commit: str | None, options: "Options") -> "Report":
    from reelgrade.grading.grade import grade as work
    from reelgrade.grading.state import LAST_WORDS

    LAST_WORDS.status = FAILED
    with _progress() as on_check:
        return work(source, course, commit, replace(options, on_check=on_check))


@contextmanager
def _progress() -> Iterator[Any]:
    """Show on a terminal which hole is being checked, and for how long it has been going."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("preparing the sandbox")
        yield lambda check: progress.update(task, description=f"checking {check.exercise}: {check.hole}")


def _write(report: "Report", chosen: list[str], out: Path | None) -> None:
    from reelgrade.course.files import PRIVATE, output_folder
    from reelgrade.grading.writers import FORMATS

    if out is None:
        if chosen[0] != FormatName.terminal and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # for a program, which must not get question marks
        sys.stdout.write(FORMATS[chosen[0]].write(report))
        return
    with output_folder(out, mode=PRIVATE) as folder:
        for name in chosen:
            (folder / FORMATS[name].file).write_text(FORMATS[name].write(report), encoding="utf-8", newline="\n")
    print(
        f"{report.submission}: {report.points(bonus=False)[0]:g} points; {', '.join(FORMATS[n].file for n in chosen)} in {out}"
    )
