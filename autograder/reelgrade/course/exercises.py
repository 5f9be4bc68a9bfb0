"""What exercises.toml says: titles, minutes, difficulty and hints of every hole, in the order of the course."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reelgrade.errors import UserError

BONUS = "extensions"


@dataclass(frozen=True)
class Hole:
    """One stubbed function or class: minutes for a newcomer, difficulty from 1 to 5, a ladder of hints."""

    name: str
    exercise: str
    title: str
    minutes: int
    difficulty: int
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """One module of stubs; stage N of the course is exercise N."""

    name: str
    stage: int
    title: str
    learn: str
    holes: tuple[Hole, ...]


@cache
def load_exercises(autograder: Path) -> dict[str, Exercise]:
    """Read autograder/exercises.toml: exercises by name, in course order."""
    with (autograder / "exercises.toml").open("rb") as file:
        tables = tomllib.load(file)["exercise"]
    return {name: _exercise(name, table) for name, table in tables.items()}


def _exercise(name: str, table: dict[str, object]) -> Exercise:
    holes: dict[str, dict[str, object]] = table["hole"]  # type: ignore[assignment]
    return Exercise(
        name,
        int(str(table["stage"])),
        str(table["title"]),
        str(table["learn"]),
        tuple(
            Hole(hole, name, **{**fields, "hints": tuple(fields["hints"])})  # type: ignore[arg-type]
            for hole, fields in holes.items()
        ),
    )


def known_exercises(autograder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Give the names of exercises back; UserError for one that there is not."""
    known, wanted = load_exercises(autograder), tuple(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UserError(f"there is no exercise {unknown[0]!r}; choose from {', '.join(known)}")
    return wanted


def find_hole(exercises: dict[str, Exercise], name: str) -> Hole | None:
    """Find a hole by its name, in any spelling of upper and lower case."""
    holes = (hole for exercise in exercises.values() for hole in exercise.holes)
    return next((hole for hole in holes if hole.name.lower() == name.lower()), None)
