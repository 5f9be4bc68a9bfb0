"""Read the exercise modules of a whole class, the last attempt of each student, and name what cannot be taken."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelgrade.classroom.submissions import Submission, find_submissions
from reelgrade.errors import UserError
from reelgrade.grading.cells import code_of
from reelgrade.grading.intake import read

Track = Callable[[list[Any], str], Iterable[Any]]  # goes through a list and may draw a bar meanwhile


@dataclass
class HandedIn:
    """The texts of a class: by student, then by exercise; `left_out` has a line for each submission without any."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def read_class(folder: Path, course: Path, track: Track = lambda items, _: items) -> HandedIn:
    """Read the last attempt of each student; UserError where fewer than two can be compared.

    >>> import tempfile
    >>> work = Path(tempfile.mkdtemp())
    >>> for student in ("alice", "bob"):
    ...     (work / student).mkdir()
    ...     _ = (work / student / "vocab.py").write_text(f"name = '{student}'")
    >>> read_class(work, course=Path(".")).texts["bob"]
    {'vocab': "name = 'bob'"}
    """
    last = {one.student: one for one in find_submissions(folder)}  # attempts come in order
    found = HandedIn()
    for one in track(list(last.values()), "reading"):
        _take(one, course, found)
    if len(found.texts) < 2:
        reasons = "".join(f"; {line}" for line in found.left_out[:3])
        raise UserError(f"{folder}: fewer than two submissions can be compared; name a folder with more{reasons}")
    return found


def _take(one: Submission, course: Path, found: HandedIn) -> None:
    if one.problem:
        found.left_out.append(f"{one.student}: {one.problem}")
        return
    try:
        modules = read(one.source, course).modules
    except UserError as error:
        found.left_out.append(f"{one.student}: {error}")
        return
    found.texts[one.student] = {name.removesuffix(".py"): plain(content) for name, content in modules.items()}


def plain(content: bytes) -> str:
    r"""Decode a module as its lexer will see it: LF, no empty lines at either end, no line about a notebook's cells.

    >>> plain(b"\r\nx = 1\r\n\r\n"), plain(b"# cells of a notebook: {}\nx = 1\n")
    ('x = 1', 'x = 1')
    """
    text = code_of(content.decode("utf-8-sig", errors="replace"))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
