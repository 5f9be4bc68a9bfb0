"""The verbs around a release: build it, hand in, and bring a newer one to work that has begun."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.status import Status

app = typer.Typer(rich_markup_mode="markdown")


@app.command(
    epilog="Examples: `reelgrade release --out ../students`; `reelgrade release --out dist/course --zip --version 2026.1`. "
    "Exit status 2, and no output, where something that must stay hidden would be given away."
)
def release(
    out: Annotated[Path, typer.Option(metavar="DIR", help="New folder for the students' repository.")],
    zipped: Annotated[bool, typer.Option("--zip", help="Write DIR.zip as well.")] = False,
    version: Annotated[
        str | None, typer.Option(metavar="V", help="Its version; that of the package unless told.")
    ] = None,
) -> None:
    """Build the students' repository, without solutions and hidden checks, and search it for leaks (instructors)."""
    from reelgrade.course.place import find_course, shown_path
    from reelgrade.release.build import build

    course = find_course()
    with _spinner("building, then searching for leaks"):
        built = build(course, out.absolute(), version, zipped)
    print(f"{built.num_files} files in {shown_path(built.folder)}; nothing that must stay hidden was found in them")
    if built.archive is not None:
        print(f"packed in {shown_path(built.archive)}")


def _spinner(text: str) -> "Status":
    from rich.console import Console

    return Console(stderr=True).status(text)
