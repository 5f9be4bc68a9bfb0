"""Which checks each test cell holds: all of an exercise, each exactly once, so that notebooks are worth what modules are."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from reelgrade.course.exercises import load_exercises
from reelgrade.course.notebooks.texts import Text, TextCell
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import checks_of, read_checks


def points_of(autograder: Path, exercise: str, holes: Iterable[str]) -> float:
    """Give the points of a test cell."""
    return sum(check.points for check in checks_of(autograder, exercise, holes))


def verify_cells(text: Text, autograder: Path) -> None:
    """Raise UserError for a hole or a test cell that is not of this notebook, or comes in the wrong order."""
    for cell in text.cells:
        if cell.kind in ("imports", "check") and cell.value not in text.exercises:
            raise UserError(
                f"{cell.where}: {cell.value} is no exercise of {text.name}; it has {', '.join(text.exercises) or 'none'}"
            )
    defined: set[str] = set()
    known = {hole.name for name in text.exercises for hole in load_exercises(autograder)[name].holes}
    for cell, hole in _named_holes(text):
        if hole not in known:
            raise UserError(
                f"{cell.where}: {text.name} has no hole {hole}; it has {', '.join(sorted(known)) or 'none'}"
            )
        if (hole in defined) == (cell.kind == "hole"):
            problem = "stands here a second time" if cell.kind == "hole" else "is checked before it is defined"
            raise UserError(f'{cell.where}: {hole} {problem}; each hole has one cell hole="{hole}", before its checks')
        defined |= {hole} if cell.kind == "hole" else set()


def _named_holes(text: Text) -> Iterator[tuple[TextCell, str]]:
    for cell in text.cells:
        if cell.kind == "hole":
            yield cell, cell.value
        if cell.kind == "check":
            yield from ((cell, hole) for hole in cell.holes)


def verify_coverage(texts: list[Text], autograder: Path) -> None:
    """Raise UserError unless every check belongs to exactly one test cell."""
    owners: dict[str, TextCell] = {}
    for cell in (cell for text in texts for cell in text.cells if cell.kind == "check"):
        for check in checks_of(autograder, cell.value, cell.holes):
            if check.id in owners:
                raise UserError(
                    f"{cell.where}: the check {check.id} belongs to {owners[check.id].where} already; "
                    "name each hole in one test cell"
                )
            owners[check.id] = cell
    lacking = [check for check in read_checks(autograder) if check.id not in owners]
    if lacking:
        first = lacking[0]
        named = next((str(text.path) for text in texts if first.exercise in text.exercises), "the texts of notebooks")
        raise UserError(
            f'{named}: no test cell holds the check {first.id}; add # %% check="{first.exercise}" holes="{first.hole}"'
        )
