"""Same code, same points: as a module, in a notebook that nbgrader runs, and in one that `reelgrade class` grades.

A test cell of a notebook is worth what its checks are worth; `test_parity.py` compares modules with `pytest autograder`.
Given cells that train only to show something are left out of what is handed in: no hole needs them.
"""

import ast
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

import pytest

pytest.importorskip("nbgrader")

from alternatives import ALTERNATIVES, replace_hole
from mutants import MUTANTS, mutate
from nbgrader_course import REPOSITORY, Course, close_loop, filled
from reelgrade.course.exercises import load_exercises
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.build import TEXTS, check_id
from reelgrade.course.notebooks.pieces import cut
from reelgrade.course.notebooks.texts import read_text
from reelgrade.grading.catalogue import checks_of
from reelgrade.nbgrader_plugins.gradebooks import open_course

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

AUTOGRADER = REPOSITORY / "autograder"
WITH_EXERCISES = {name: exercises for name, exercises in NOTEBOOKS.items() if exercises}
TRAINS_TO_SHOW = ("05_simple_nn", "06_training", "07_tinybert", "08_finetuning", "09_comparison", "10_extensions")
SOLUTIONS, STUBS = (
    {path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / folder).glob("*.py")}
    for folder in ("solutions", "exercises")
)
SEED = 5
BY_CHANCE = ("a second ReLU cuts the logits",)
"""Mutants that hidden checks of other mistakes catch or not, as their drawn inputs fall.

What is drawn follows from the files handed in, which are not the same for a module and for a notebook.
"""


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
        fitting = [one for one in MUTANTS if one.file == file and one.name not in BY_CHANCE and hole_of(one) == hole]
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
        kind = "by_chance" if one.name in BY_CHANCE else "variant"
        yield variant(f"{kind}{number}", notebook_of(one.file), changed)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with every notebook that has exercises, generated; the environment is its own."""
    made = Course(tmp_path_factory.mktemp("parity"), tuple(WITH_EXERCISES))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        patch.setenv("REELGRADE_SECRET", "of these tests")
        made.release()
        yield made
    close_loop()


def handed_in(course, one, folder):
    """Write a variant's modules, and its notebook: the released one with the modules' code in its cells."""
    modules = folder / one.student / one.notebook
    modules.mkdir(parents=True)
    code = {}
    for file, source in one.modules.items():
        (modules / file).write_text(source, encoding="utf-8")
        code |= cut(modules / file).definitions
    notebook = filled(course.released(one.notebook), code)
    if one.notebook in TRAINS_TO_SHOW:
        kept = [cell for cell in notebook["cells"] if not cell["id"].startswith(("given-", "scratch-"))]
        notebook = {**notebook, "cells": kept}
    path = course.root / "submitted" / one.student / one.notebook / f"{one.notebook}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return modules


def run(script, asked):
    command = [sys.executable, str(REPOSITORY / "tests" / script)]
    ended = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1])


def as_modules(variants, folders):
    """Points by test cell, from the reports of `reelgrade grade`."""
    pairs = list(zip(variants, folders, strict=True))
    wanted = {"accuracy": True, "pictures": False}
    jobs = [{"source": str(folder), "exercises": WITH_EXERCISES[one.notebook]} | wanted for one, folder in pairs]
    for one, graded in zip(variants, run("grade_many.py", jobs), strict=True):
        checks = (check for exercise in graded["report"]["exercises"] for check in exercise["checks"])
        yield by_cell(one.notebook, {check["id"]: check["points"] for check in checks})


def by_cell(notebook, points):
    cells = [cell for cell in read_text(REPOSITORY / TEXTS / f"{notebook}.py").cells if cell.kind == "check"]
    return {
        check_id(cell.holes): sum(points[check.id] for check in checks_of(AUTOGRADER, cell.value, cell.holes))
        for cell in cells
    }


def by_class(course, variants):
    """Points by test cell, from the gradebook that the real command writes."""
    command = [sys.executable, "-m", "reelgrade", "class", "--nbgrader", str(course.root)]
    ended = subprocess.run(command, cwd=REPOSITORY, env=os.environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    with open_course(course.root).gradebook() as gradebook:
        for one in variants:
            books = gradebook.find_submission(one.notebook, one.student).notebooks
            yield automatic({grade.cell.name: grade.auto_score for book in books for grade in book.grades})


def shown(course, student, notebook, cell):
    """Give the outputs of a cell as `reelgrade class` has left them."""
    path = course.root / "autograded" / student / notebook / f"{notebook}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(json.dumps(one["outputs"]) for one in cells if one["id"] == cell)


def automatic(scores):
    return {name: points for name, points in (scores or {}).items() if name.startswith("check-")}


def compare(course, variants, folder):
    """Grade all variants in the three ways, and name those that differ."""
    folders = [handed_in(course, one, folder) for one in variants]
    jobs = [(one.notebook, one.student) for one in variants]
    by_nbgrader = map(automatic, run("autograde_many.py", {"course": str(course.root), "jobs": jobs}))
    ways = zip(variants, as_modules(variants, folders), by_nbgrader, by_class(course, variants), strict=True)
    found = [(one, points) for one, *points in ways]
    differing = [(one.student, one.notebook, *points) for one, points in found if points != [points[0]] * 3]
    assert [each for each in differing if not each[0].startswith("by_chance")] == []
    return {(one.student, one.notebook): points[0] for one, points in found}


def test_each_hole_right_and_wrong_gets_the_same_points_in_all_three_ways(course, tmp_path):
    points = compare(course, list(sampled()), tmp_path)
    for student, wanted in (("solutions", 120), ("stubs", 0)):
        assert sum(sum(cells.values()) for (name, _), cells in points.items() if name == student) == wanted
    assert all(cells for cells in points.values())
    for notebook, cell in (("06_training", "check-fit"), ("08_finetuning", "check-finetune")):
        assert "Best validation loss" in shown(course, "solutions", notebook, cell)


@pytest.mark.slow
def test_every_mutant_and_alternative_gets_the_same_points_in_all_three_ways(course, tmp_path):
    assert len(compare(course, list(each()), tmp_path)) == len(MUTANTS) + len(ALTERNATIVES)
