"""The `similarity` verb: which students of a class share code. Nothing that was handed in is run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reelgrade.course.folders import EXERCISES
from reelgrade.errors import UserError

if TYPE_CHECKING:
    from reelgrade.classroom.similarity.compare import Comparison
    from reelgrade.classroom.similarity.handed_in import Track

app = typer.Typer(rich_markup_mode="markdown")


@app.command(
    epilog="Examples: `reelgrade similarity submissions`; `reelgrade similarity submissions --out similar.html` shows "
    "the code side by side; `reelgrade similarity submissions --exercise training --min 60`. "
    "Exit status: 0 compared, 2 the submissions cannot be used."
)
def similarity(
    submissions: Annotated[
        Path, typer.Argument(help="Folder with one folder, archive or set of notebooks for each student.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write the shared code side by side.")] = None,
    exercise: Annotated[list[str] | None, typer.Option(help="Compare only this exercise; may be repeated.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many pairs to show.")] = 50,
    least: Annotated[
        int, typer.Option("--min", min=0, max=100, metavar="P", help="Leave out pairs that share less, in percent.")
    ] = 40,
) -> None:
    """Rank pairs of students by the code they share, without stubs, reference and what most students wrote.

    Names, comments and layout do not count. A shared part is a reason to read both, never a verdict.
    """
    from reelgrade.course.exercises import known_exercises
    from reelgrade.course.files import PRIVATE, write_text
    from reelgrade.course.place import find_course

    course = find_course()
    wanted = known_exercises(course / "autograder", exercise or [])
    names = [name for name in EXERCISES if not wanted or name in wanted]
    if out is not None and out.is_dir():
        raise UserError(f"{out}: is a folder; name a file for --out")
    with _progress() as track:
        comparison = _compared(submissions, course, names, least / 100, top, track)
    _print(comparison)
    if out is not None:
        from reelgrade.classroom.similarity.page import write

        write_text(out, write(comparison, submissions.resolve().name), mode=PRIVATE)
        print(f"the code side by side: {out}")


def _compared(folder: Path, course: Path, names: list[str], least: float, top: int, track: "Track") -> "Comparison":
    try:
        from reelgrade.classroom.similarity.compare import compare
        from reelgrade.classroom.similarity.handed_in import read_class
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is not installed; run: pip install 'reelgrade[classes]'") from error
    return compare(read_class(folder, course, track), course, names, least, top, track)


@contextmanager
def _progress() -> "Iterator[Track]":
    """Show on a terminal how far it is and how long it will take."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield lambda items, what: progress.track(items, description=what)


def _print(comparison: "Comparison") -> None:
    from rich.table import Table

    from reelgrade.classroom.similarity.page import percent
    from reelgrade.course.place import make_console
    from reelgrade.grading.printable import printable

    console = make_console()
    if comparison.pairs:
        table = Table("", "students", "", "share", "closest in", "all exercises", box=None)
        for number, pair in enumerate(comparison.pairs, start=1):
            students: list[Any] = [printable(name, 60) for name in (pair.first, pair.second)]
            shares = (percent(pair.closest.share), pair.closest.exercise, percent(pair.whole.share))
            table.add_row(str(number), *students, *shares)
        console.print(table)
    console.print(comparison.summary)
    for line in comparison.handed_in.left_out:
        print(f"reelgrade: not compared: {printable(line)}", file=sys.stderr)
