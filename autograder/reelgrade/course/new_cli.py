"""The verb `new` of the `reelgrade` command; cli.py adds it to the others."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reelgrade.errors import UserError

if TYPE_CHECKING:
    from reelgrade.course.new.make import Course

app = typer.Typer(rich_markup_mode="markdown")

DIR = typer.Argument(metavar="DIR", help="Folder to make; it must not exist, or be empty.")


@app.command(
    epilog="Examples: `reelgrade new spring`; "
    "`reelgrade new spring --nbgrader --course-id nlp101 --roster class.csv --exchange /srv/exchange`."
)
def new(
    folder: Annotated[Path, DIR],
    source: Annotated[
        Path | None, typer.Option("--from", metavar="COURSE", help="Course to copy; the one you are in unless told.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the course is called; as its folder unless told.")] = None,
    course_id: Annotated[str, typer.Option(metavar="ID", help="Its id in nbgrader and in reports.")] = "reelgrade",
    nbgrader: Annotated[
        bool, typer.Option("--nbgrader", help="Set nbgrader up too: exchange, gradebook, configuration.")
    ] = False,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV with id and, if you like, first_name, last_name, email, lms_user_id."),
    ] = None,
    exchange: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="nbgrader's exchange, shared with students; REELGRADE_EXCHANGE or DIR/exchange unless told.",
        ),
    ] = None,
) -> None:
    """Make a fresh course folder, for a new class or the next year (instructors)."""
    from rich.console import Console

    if not nbgrader and (roster or exchange):
        raise UserError("--roster and --exchange are for nbgrader; add --nbgrader")
    course = _course(folder, name, course_id, exchange)
    with Console(stderr=True).status("making the course"):
        num_students = _make(_source(source), course, nbgrader, roster)
    print(f"made {folder}" + (f"; students in its gradebook: {num_students}" if roster else ""))
    print("next:", *_next_steps(course, nbgrader), sep="\n  ")


def _course(folder: Path, name: str | None, course_id: str, exchange: Path | None) -> "Course":
    from reelgrade.course.new.make import Course
    from reelgrade.course.new.roster import unfit_for_folder

    target = folder.resolve()
    title = target.name if name is None else name.strip()
    if not title or not title.isprintable():
        raise UserError(f"--name {title!r}: give the course a name of one line")
    problem = unfit_for_folder(course_id) if course_id else "is empty"
    if problem:
        raise UserError(f"--course-id {course_id!r} {problem}, so nbgrader cannot name a folder so; choose another")
    root = Path(exchange or os.environ.get("REELGRADE_EXCHANGE") or target / "exchange").resolve()
    return Course(target, title, course_id, root.relative_to(target) if root.is_relative_to(target) else root)


def _source(named: Path | None) -> Path:
    from reelgrade.course.place import find_course

    if named is not None:
        return named
    try:
        return find_course()
    except UserError as error:
        raise UserError(
            "there is no course here to copy, and an installed package carries only what students may see; "
            "clone the course repository, and add --from COURSE"
        ) from error


def _make(source: Path, course: "Course", nbgrader: bool, roster: Path | None) -> int:
    """Make it, and give the number of students."""
    from reelgrade.course.new.make import make_course
    from reelgrade.course.new.roster import read_roster

    if not nbgrader:
        make_course(source, course)
        return 0
    students = read_roster(roster) if roster else []
    try:
        from reelgrade.course.new.nbgrader import make_nbgrader_course
    except ModuleNotFoundError as error:
        raise UserError(f'{error.name} is not installed; run: pip install "reelgrade[notebooks]"') from error
    make_nbgrader_course(source, course, students)
    return len(students)


def _next_steps(course: "Course", nbgrader: bool) -> list[str]:
    here = f"cd {shlex.quote(str(course.folder))}"
    deadlines = "write the deadlines into course.toml"
    if not nbgrader:
        return [here, deadlines, "reelgrade grade exercises", "reelgrade release --out STUDENTS"]
    return [
        here,
        deadlines,
        "nbgrader generate_assignment 03_vocab && nbgrader release_assignment 03_vocab",
        "give students student_nbgrader_config.py: as nbgrader_config.py where they work",
        "nbgrader collect 03_vocab",
        "reelgrade class --nbgrader . 03_vocab",
    ]
