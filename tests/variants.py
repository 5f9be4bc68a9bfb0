"""Versions of the exercises: the solutions, the stubs, and what mutants and alternatives make of them."""

import ast
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alternatives import ALTERNATIVES, replace_hole
from mutants import MUTANTS, mutate
from reelgrade.course.exercises import load_exercises
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.pieces import cut

REPOSITORY = Path(__file__).resolve().parents[1]
AUTOGRADER = REPOSITORY / "autograder"
WITH_EXERCISES = {name: exercises for name, exercises in NOTEBOOKS.items() if exercises}
SOLUTIONS, STUBS = (
    {path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / folder).glob("*.py")}
    for folder in ("solutions", "exercises")
)
SEED = 5


@dataclass(frozen=True)
class Variant:
    """One version of all modules of a notebook, by file name; `student` hands it in."""

    student: str
    notebook: str
    modules: dict[str, str]


def variant(student, notebook, changed):
    """Make a variant of the solutions with some modules changed."""
    return Variant(student, notebook, {file: changed.get(file, SOLUTIONS[file]) for file in files_of(notebook)})


def definitions(source):
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return {node.name: ast.dump(node) for node in nodes}


@cache
def hole_of(mutant):
    """Name the one hole that a mutant changes."""
    before = SOLUTIONS[mutant.file]
    after = definitions(mutate(mutant, before))
    (name,) = (name for name, text in definitions(before).items() if after[name] != text)
    return name


def mixed(file, turn, draw):
    """Make a module whose holes are by turns a mutant and an alternative."""
    source = SOLUTIONS[file]
    holes = [hole.name for hole in load_exercises(AUTOGRADER)[file.removesuffix(".py")].holes]
    wrong = [hole for number, hole in enumerate(holes) if number % 2 == turn]
    for hole in wrong:  # first: an alternative has not the text that a mutant changes
        fitting = [one for one in MUTANTS if one.file == file and hole_of(one) == hole]
        source = mutate(draw.choice(fitting), source)
    for hole in holes:
        if hole not in wrong:
            right = [one for one in ALTERNATIVES if one.file == file and one.hole == hole]
            source = replace_hole(draw.choice(right), source)
    return source


def files_of(notebook):
    return [f"{exercise}.py" for exercise in WITH_EXERCISES[notebook]]


def notebook_of(file):
    return next(name for name in WITH_EXERCISES if file in files_of(name))


def sampled():
    """Solutions, stubs, and two modules in which every hole is once a mutant and once an alternative."""
    draw = random.Random(SEED)
    for name in WITH_EXERCISES:
        yield variant("solutions", name, SOLUTIONS)
        yield variant("stubs", name, STUBS)
        for turn in (0, 1):
            yield variant(f"mixed{turn}", name, {file: mixed(file, turn, draw) for file in files_of(name)})


def each():
    """Every mutant and every alternative by itself."""
    for number, one in enumerate((*MUTANTS, *ALTERNATIVES)):
        change = mutate if one in MUTANTS else replace_hole
        changed = {one.file: change(one, SOLUTIONS[one.file])}
        yield variant(f"variant{number}", notebook_of(one.file), changed)


def write(one, folder):
    """Write the modules of a variant into a folder, and give the code of their definitions by name."""
    code: dict[str, str] = {}
    for file, source in one.modules.items():
        (folder / file).write_text(source, encoding="utf-8")
        code |= cut(folder / file).definitions
    return code
