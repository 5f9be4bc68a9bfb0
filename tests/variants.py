"""Versions of the exercises: the solutions, the stubs, and what mutants and alternatives make of them."""

import ast
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
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


def holes_of(file):
    return [hole.name for hole in load_exercises(AUTOGRADER)[file.removesuffix(".py")].holes]


def put_together(file, chosen):
    """Make a module from one mutant or alternative for some of its holes; the others stay as they are."""
    source = SOLUTIONS[file]
    for one in sorted(chosen, key=lambda one: one in ALTERNATIVES):  # first the mutants, which change a text they find
        source = (mutate if one in MUTANTS else replace_hole)(one, source)
    return source


def mixed(file, turn, rng):
    """Make a module whose holes are by turns a mutant and an alternative."""
    chosen = []
    for number, hole in enumerate(holes_of(file)):
        mutants = [one for one in MUTANTS if one.file == file and hole_of(one) == hole]
        alternatives = [one for one in ALTERNATIVES if one.file == file and one.hole == hole]
        chosen.append(rng.choice(mutants if number % 2 == turn else alternatives))
    return put_together(file, chosen)


def files_of(notebook):
    return [f"{exercise}.py" for exercise in WITH_EXERCISES[notebook]]


def notebook_of(file):
    return next(name for name in WITH_EXERCISES if file in files_of(name))


def sampled(notebooks, rng, turns=(0, 1)):
    """Make solutions, stubs, and two modules in which every hole is once a mutant and once an alternative, or one of them."""
    for name in notebooks:
        yield variant("solutions", name, SOLUTIONS)
        yield variant("stubs", name, STUBS)
        for turn in turns:
            yield variant(f"mixed{turn}", name, {file: mixed(file, turn, rng) for file in files_of(name)})


def columns(file):
    """List the mutants and alternatives of each hole."""
    alternatives = {
        hole: [one for one in ALTERNATIVES if (one.file, one.hole) == (file, hole)] for hole in holes_of(file)
    }
    return [
        [one for one in MUTANTS if one.file == file and hole_of(one) == hole] + right
        for hole, right in alternatives.items()
    ]


def each():
    """Put every mutant and every alternative into some module, one for each hole at a time."""
    for name in WITH_EXERCISES:
        rows = {file: list(zip_longest(*columns(file))) for file in files_of(name)}
        for number in range(max(map(len, rows.values()))):
            chosen = {file: list(filter(None, row[number])) for file, row in rows.items() if number < len(row)}
            yield variant(f"row{number}", name, {file: put_together(file, row) for file, row in chosen.items()})


def write(one, folder):
    """Write the modules of a variant into a folder, and give the code of their definitions by name."""
    code: dict[str, str] = {}
    for file, source in one.modules.items():
        (folder / file).write_text(source, encoding="utf-8")
        code |= cut(folder / file).definitions
    return code
