"""The verbs around a release: build it, hand in, and bring a newer one to work that has begun."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reelgrade.errors import UserError

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

    course = find_course()
    try:
        from reelgrade.release.build import build

        with _spinner("building, then searching for leaks"):
            built = build(course, out.absolute(), version, zipped)
    except ModuleNotFoundError as error:
        raise UserError(f'{error.name} is not installed; run: pip install "reelgrade[release]"') from error
    print(f"{built.num_files} files in {shown_path(built.folder)}; nothing that must stay hidden was found in them")
    if built.archive is not None:
        print(f"packed in {shown_path(built.archive)}")


@app.command(
    epilog="Examples: `reelgrade pack` writes submission.zip; `reelgrade pack --submission notebooks --out alice.zip`."
)
def pack(
    submission: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of exercises or notebooks; exercises unless told.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The archive to write.")] = Path("submission.zip"),
) -> None:
    """Make the archive to hand in, take it as a grader would, and print a receipt."""
    from reelgrade.course.place import find_course, make_console, shown_path
    from reelgrade.release.pack import pack as work
    from reelgrade.release.pack import receipt

    course, console = find_course(), make_console()
    packed = work(submission or course / "exercises", out.absolute(), course)
    for line in receipt(packed):
        console.print(line)
    console.print(f"hand in {shown_path(packed.archive)}")


@app.command(
    epilog="Example: `reelgrade update ../course-2.zip`, in the folder of your copy; a folder will do as well."
)
def update(newer: Annotated[Path, typer.Argument(metavar="RELEASE", help="A newer release, folder or zip.")]) -> None:
    """Bring a newer release to your copy of the course; what you wrote stays, and all that changes is kept."""
    from reelgrade.course.place import find_course, make_console
    from reelgrade.release.update import update as work

    console = make_console()
    for line in work(find_course(), newer):
        console.print(line)


def _spinner(text: str) -> "Status":
    from rich.console import Console

    return Console(stderr=True).status(text)
