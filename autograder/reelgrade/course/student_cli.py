"""The students' verbs of the `reelgrade` command; cli.py adds them to the others."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode="markdown")

Submission = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of exercise modules; exercises unless told.")
]


@app.command(
    epilog="Examples: `reelgrade hint mean_pool`, then `reelgrade hint mean_pool --level 2`; "
    "`reelgrade hint vocab` lists the holes of an exercise."
)
def hint(
    name: Annotated[str, typer.Argument(help="A hole or an exercise, in any case.")],
    level: Annotated[int | None, typer.Option(help="Which hint of the ladder; 1 unless told.")] = None,
) -> None:
    """Show a hint for a hole, or the holes of an exercise."""
    from reelgrade.course.hints import hint as ladder
    from reelgrade.course.place import make_console

    console = make_console()
    for line in ladder(name, level):
        console.print(line, soft_wrap=not console.is_terminal)


@app.command("next", epilog="Example: `reelgrade next` shows one problem and where to mend it.")
def next_(submission: Submission = None) -> None:
    """Show the first problem of the course, found by the fast checks, and the one thing to do next."""
    from reelgrade.course import student
    from reelgrade.course.place import find_place, make_console

    student.show_next(find_place(submission), make_console())


@app.command(epilog="Examples: `reelgrade progress`; `reelgrade progress --all` trains for real as well.")
def progress(
    submission: Submission = None,
    everything: Annotated[bool, typer.Option("--all", help="Run the accuracy checks too; they train.")] = False,
) -> None:
    """Show the points of every exercise."""
    from reelgrade.course import student
    from reelgrade.course.place import find_place, make_console

    student.show_progress(find_place(submission), everything, make_console())


@app.command(
    epilog="Examples: `reelgrade reset pad` puts one stub back; `reelgrade reset batching.py` the whole file, "
    "also where Python cannot read yours."
)
def reset(
    name: Annotated[str, typer.Argument(help="A hole, or the file of an exercise.")], submission: Submission = None
) -> None:
    """Put the stub of a hole back; your text is kept beside the file."""
    from reelgrade.course.place import find_place, make_console
    from reelgrade.course.reset import reset as put_back

    console = make_console()
    for line in put_back(find_place(submission), name):
        console.print(line)


@app.command(epilog="Example: `reelgrade watch` in a second terminal, while you edit; Ctrl-C ends it.")
def watch(submission: Submission = None) -> None:
    """Check an exercise again whenever you save it (fast checks)."""
    from reelgrade.course import student
    from reelgrade.course.place import find_place, make_console

    student.watch(find_place(submission), make_console())
