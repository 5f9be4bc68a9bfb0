"""The verb `notebooks` of the `reelgrade` command; cli.py adds it to the others."""

import sys
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode="markdown")


@app.command(epilog="Example: `reelgrade notebooks --check` fails when a notebook is not what its text makes of it.")
def notebooks(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 where a notebook has drifted.")
    ] = False,
) -> None:
    """Build the notebooks from their texts and solutions/ (maintainers)."""
    from reelgrade.course.notebooks.drift import drift, write_notebooks
    from reelgrade.course.place import find_course

    course = find_course()
    if not check:
        for path in write_notebooks(course):
            print(f"{'wrote' if path.exists() else 'removed'} {path.relative_to(course)}")
        return
    lines = drift(course)
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        raise typer.Exit(1)
