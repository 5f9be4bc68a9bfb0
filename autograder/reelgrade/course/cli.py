"""The `reelgrade` command: verbs, their options and their help. The work is done elsewhere, imported when needed."""

import io
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import reelgrade
from reelgrade.course import (
    class_cli,
    doctor_cli,
    grading_cli,
    new_cli,
    notebooks_cli,
    release_cli,
    similarity_cli,
    student_cli,
)
from reelgrade.course.files import is_disk_full
from reelgrade.errors import Stopped, UserError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # bad input is one line; anything else is a bug and shows its traceback
    add_completion=False,
    rich_markup_mode="markdown",
    help="Graded NLP exercises, from a bag of embeddings to a fine-tuned encoder.",
)
app.add_typer(student_cli.app)
app.add_typer(doctor_cli.app)
app.add_typer(grading_cli.app)
app.add_typer(class_cli.app)
app.add_typer(new_cli.app)
app.add_typer(similarity_cli.app)
app.add_typer(notebooks_cli.app)
app.add_typer(release_cli.app)


def main() -> None:
    """Run the command: exit status 2 for bad input, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # paths and feedback may hold what the terminal cannot show
    os.environ["PYTHONSAFEPATH"] = "1"  # processes started from here import nothing that lies beside submissions
    try:
        app()
    except UserError as error:
        print(f"reelgrade: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if not is_disk_full(error):
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"reelgrade: {where}the disk is full; make room, then run the same command", file=sys.stderr)
        sys.exit(2)
    except Stopped as stop:
        print(f"reelgrade: stopped; {stop}", file=sys.stderr)
        sys.exit(130)
    except SystemExit as end:
        if end.code == 130:
            print("reelgrade: stopped; nothing was written", file=sys.stderr)
        raise


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"reelgrade {reelgrade.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: `reelgrade stubs --check` fails when exercises/ is not what solutions/ makes of it.")
def stubs(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 where a stub has drifted.")
    ] = False,
) -> None:
    """Generate exercises/, checks.toml and the README's table from solutions/ and the suites (maintainers)."""
    from reelgrade.course.folders import course_folder
    from reelgrade.course.generated import drifted, write_generated

    course = course_folder()
    if not check:
        for path in write_generated(course):
            print(f"wrote {path.relative_to(course)}")
        return
    differing = drifted(course)
    for path in differing:
        print(f"{path.relative_to(course)} is not what its sources make of it; run: reelgrade stubs", file=sys.stderr)
    if differing:
        raise typer.Exit(1)


@app.command(
    epilog="Example: `reelgrade calibrate --holdout private.csv` sets the bar of your own holdout. Takes about half an hour."
)
def calibrate(
    holdout: Annotated[
        Path | None, typer.Option(help="Your own holdout CSV instead of autograder/hidden/holdout.csv.")
    ] = None,
) -> None:
    """Measure what the accuracy checks let through; write thresholds.toml and docs/fairness.md (maintainers)."""
    from reelgrade.course.fairness import calibrate as work
    from reelgrade.course.fairness import describe
    from reelgrade.course.folders import course_folder

    for line in describe(work(course_folder(), holdout)):
        print(line)


class Download(StrEnum):
    """What `fetch` can get."""

    original = "original"
    tinybert = "tinybert"


@app.command(
    epilog="Examples: `reelgrade fetch tinybert`, then `reelgrade reproduce --backbone tinybert`. "
    "`reelgrade fetch original` prints a folder for `reelgrade reproduce --data`."
)
def fetch(
    what: Annotated[Download, typer.Argument(help="The source project's CSVs, or the weights of TinyBERT.")],
) -> None:
    """Download what cannot be shipped, check it, and print its folder."""
    from reelgrade.course.fetch import fetch_original, fetch_tinybert

    folder = fetch_original() if what is Download.original else fetch_tinybert()
    print(folder)


class StudyName(StrEnum):
    """What `reproduce --study` can vary."""

    lr = "lr"
    vocab = "vocab"
    layers = "layers"


@app.command(
    epilog="Examples: `reelgrade reproduce --quick`; `reelgrade reproduce --submission exercises` climbs the ladder "
    "on your own code; `reelgrade reproduce --study lr` draws three learning rates in one figure."
)
def reproduce(
    data: Annotated[Path | None, typer.Option(help="Folder with *_train.csv and *_test.csv.")] = None,
    backbone: Annotated[str, typer.Option(help="auto, minilm-4l, tinybert or tiny-random.")] = "auto",
    seeds: Annotated[int | None, typer.Option(min=1, help="Number of seeds; 5 unless told (a study: 3).")] = None,
    out: Annotated[Path, typer.Option(help="Folder for metrics.json, comparison.md and figures.")] = Path(
        "reproduction"
    ),
    quick: Annotated[bool, typer.Option("--quick", help="Three seeds (a study: one).")] = False,
    submission: Annotated[
        Path | None, typer.Option(help="Folder of exercise modules; solutions where present, else exercises.")
    ] = None,
    study: Annotated[StudyName | None, typer.Option(help="Vary one setting instead.")] = None,
) -> None:
    """Train the whole ladder, from the majority class to the fine-tuned encoder, beside the published figures.

    Exits with 1 when a rung had to be left out because a hole is not started.
    """
    from rich.console import Console

    from reelgrade.course.folders import course_folder, data_splits, submission_folder
    from reelgrade.course.reproduction import reproduce as work
    from reelgrade.grading.runner import unconfined

    splits, folder, console = data_splits(data), submission_folder(submission), Console()
    if study is not None:
        work.study(study.value, folder, splits, backbone, seeds or (1 if quick else 3), out, console)
    else:
        metrics = work.reproduce(folder, splits, backbone, seeds or (3 if quick else 5), out, console)
    print(f"figures and tables are in {out}")
    for line in unconfined(course_folder() / "autograder") if submission is not None else []:
        print(line)
    if study is None and metrics["not_started"]:
        raise typer.Exit(1)
