"""The `class` verb: many submissions at once."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reelgrade.errors import UserError

if TYPE_CHECKING:
    from reelgrade.grading.grade import Grader
    from reelgrade.nbgrader_plugins.classwork import Marked

app = typer.Typer(rich_markup_mode="markdown")

NOT_ALL, FAILED = 1, 3  # exit statuses: a submission could not be graded; the grader itself failed


@app.command(
    "class",
    epilog="Examples: `reelgrade class --nbgrader .` grades everything that was collected; "
    "`reelgrade class --nbgrader course 03_vocab` one assignment. "
    "Exit status: 0 all graded, 1 some could not be, 2 the course cannot be used, 3 the grader failed.",
)
def class_(
    nbgrader: Annotated[Path | None, typer.Option(metavar="COURSE", help="Folder of an nbgrader course.")] = None,
    assignment: Annotated[str | None, typer.Argument(help="One assignment; all unless told.")] = None,
    allow_unsandboxed: Annotated[
        bool, typer.Option("--allow-unsandboxed", help="Accept a machine without a sandbox: you trust the code.")
    ] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the accuracy checks, which train.")] = False,
) -> None:
    """Grade all submitted notebooks of an nbgrader course in a sandbox, and write its gradebook."""
    from reelgrade.course.place import find_course
    from reelgrade.grading.grade import Grader, Options
    from reelgrade.grading.workers import SandboxError

    if nbgrader is None:
        raise UserError("no course was named; add --nbgrader COURSE")
    options = Options(allow_unsandboxed=allow_unsandboxed, accuracy=not fast)
    lost = 0
    try:
        with Grader(find_course(), options) as grader:
            grader.start()  # it warms up while nbgrader is imported
            for marked in _marked(nbgrader, assignment, grader):
                print(marked, flush=True)
                lost += bool(marked.problem)
    except SandboxError as error:
        print(f"reelgrade: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    if lost:
        print(f"reelgrade: {lost} could not be graded, see above", file=sys.stderr)
        raise typer.Exit(NOT_ALL)


def _marked(folder: Path, assignment: str | None, grader: "Grader") -> "Iterator[Marked]":
    try:
        from reelgrade.nbgrader_plugins.classwork import grade_class
        from reelgrade.nbgrader_plugins.gradebooks import open_course
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is not installed; run: pip install 'reelgrade[grading,notebooks]'") from error
    return grade_class(open_course(folder), grader, assignment)
