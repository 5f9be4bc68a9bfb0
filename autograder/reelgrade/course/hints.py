"""The hint ladders of the exercises, for `reelgrade hint`."""

import difflib
from collections.abc import Iterable

from reelgrade.course.exercises import Exercise, Hole, find_hole, load_exercises
from reelgrade.course.folders import public_course
from reelgrade.errors import UserError


def hint(name: str, level: int | None = None) -> list[str]:
    """Give one hint of a hole, the first unless told, or list the holes of an exercise.

    Names may be in any case. Raises UserError for a name or a level that does not exist.
    """
    exercises = load_exercises(public_course() / "autograder")
    hole = find_hole(exercises, name)
    if hole is not None:
        return _ladder(hole, 1 if level is None else level)
    exercise = exercises.get(name.lower())
    if exercise is None:
        raise unknown_name(name, [*hole_names(exercises), *exercises], exercises)
    if level is not None:
        raise UserError(f"{exercise.name}: hints belong to its holes; run: reelgrade hint {exercise.holes[0].name}")
    return _holes(exercise)


def _ladder(hole: Hole, level: int) -> list[str]:
    top = len(hole.hints)
    if not 1 <= level <= top:
        raise UserError(f"{hole.name} has no hint {level}; its levels go from 1 to {top}")
    more = f"; more: reelgrade hint {hole.name} --level {level + 1}" if level < top else ""
    return [
        f"{hole.name}: {hole.title} ({hole.exercise}.py, {_effort(hole)})",
        "",
        hole.hints[level - 1],
        "",
        f"hint {level} of {top}{more}",
    ]


def _holes(exercise: Exercise) -> list[str]:
    names, titles = (max(map(len, column)) for column in zip(*((h.name, h.title) for h in exercise.holes), strict=True))
    return [
        f"exercise {exercise.stage}, {exercise.name}: {exercise.title}",
        exercise.learn,
        "",
        *(f"  {hole.name:<{names}}  {hole.title:<{titles}}  {_effort(hole)}" for hole in exercise.holes),
        "",
        f"first hint: reelgrade hint {exercise.holes[0].name}",
    ]


def _effort(hole: Hole) -> str:
    return f"about {hole.minutes} minutes, difficulty {hole.difficulty} of 5"


def hole_names(exercises: dict[str, Exercise]) -> list[str]:
    """List the names of all holes."""
    return [hole.name for exercise in exercises.values() for hole in exercise.holes]


def unknown_name(name: str, names: Iterable[str], exercises: Iterable[str]) -> UserError:
    """Make the error for a name that nothing has, with the nearest ones that something has."""
    by_lower = {known.lower(): known for known in names}
    near = [by_lower[found] for found in difflib.get_close_matches(name.lower(), by_lower)]
    if near:
        return UserError(f"{name}: no such name; did you mean {' or '.join(near)}?")
    return UserError(f"{name}: no such name; reelgrade hint EXERCISE lists the holes of {', '.join(exercises)}")
