"""Same code, same points: as a module, in a notebook that nbgrader runs, and in one that `reelgrade class` grades.

A test cell of a notebook is worth what its checks are worth; `test_parity.py` compares modules with `pytest autograder`.
Given cells that train only to show something are left out of what is handed in: no hole needs them.
"""

import json
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("nbgrader")

from alternatives import ALTERNATIVES
from habits import with_habits
from mutants import MUTANTS
from nbgrader_course import REPOSITORY, course_below, filled
from reelgrade.course.exercises import load_exercises
from reelgrade.course.notebooks.build import TEXTS, check_id
from reelgrade.course.notebooks.texts import read_text
from reelgrade.grading.catalogue import checks_of, load_totals
from reelgrade.nbgrader_plugins.gradebooks import open_course
from sampling import chosen, rng
from variants import AUTOGRADER, WITH_EXERCISES, columns, each, files_of, sampled, variant, write
from warm import reelgrade

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

TRAIN = {"06_training": "check-fit", "08_finetuning": "check-finetune"}

TRAINS_TO_SHOW = ("05_simple_nn", "06_training", "07_tinybert", "08_finetuning", "09_comparison", "10_extensions")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with every notebook that has exercises, generated; the environment is its own."""
    with (
        course_below(tmp_path_factory.mktemp("parity"), *WITH_EXERCISES) as made,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("REELGRADE_SECRET", "of these tests")
        made.release()
        yield made


def handed_in(course, one, folder):
    """Write a variant's modules, and its notebook: the released one with the modules' code in its cells."""
    modules = folder / one.student / one.notebook
    modules.mkdir(parents=True)
    hand_in(course, one.student, one.notebook, filled(course.released(one.notebook), write(one, modules)))
    return modules


def hand_in(course, student, name, notebook):
    """Submit a notebook, without what trains only to show something."""
    if name in TRAINS_TO_SHOW:
        kept = [cell for cell in notebook["cells"] if not cell["id"].startswith(("given-", "scratch-"))]
        notebook = {**notebook, "cells": kept}
    path = course.root / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


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
    ended = reelgrade("class", "--nbgrader", course.root)
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
    assert differing == []
    return {(one.student, one.notebook): points[0] for one, points in found}


def test_each_hole_right_and_wrong_gets_the_same_points_in_all_three_ways(course, tmp_path):
    """In one notebook, right or wrong; those that train are in the next test, which is in a part of its own."""
    (notebook,) = chosen(sorted(WITH_EXERCISES.keys() - TRAIN.keys()), 1, "notebooks")
    verify(course, [notebook], tmp_path, turns=chosen([0, 1], 1, "notebooks"))


@pytest.mark.part("notebooks")
def test_notebooks_that_train_get_the_same_points_in_all_three_ways(course, tmp_path):
    verify(course, sorted(TRAIN), tmp_path)
    for notebook, cell in TRAIN.items():
        assert "Best validation loss" in shown(course, "solutions", notebook, cell)


def test_what_people_write_beside_an_answer_costs_no_point_in_either_way(course):
    (notebook,) = chosen(sorted(WITH_EXERCISES.keys() - TRAIN.keys()), 1, "notebooks")
    verify_habits(course, [notebook])


@pytest.mark.part("notebooks")
def test_what_people_write_costs_no_point_in_any_notebook(course):
    verify_habits(course, sorted(WITH_EXERCISES))


def verify_habits(course, notebooks):
    """Hand in notebooks full of habits, and compare the points of both ways with all there are."""
    shutil.rmtree(course.root / "submitted", ignore_errors=True)
    for name in notebooks:
        holes = [hole.name for exercise in WITH_EXERCISES[name] for hole in load_exercises(AUTOGRADER)[exercise].holes]
        hand_in(course, "habits", name, with_habits(json.loads(course.solved(name)), holes))
    by_nbgrader = run(
        "autograde_many.py", {"course": str(course.root), "jobs": [(name, "habits") for name in notebooks]}
    )
    graded = list(by_class(course, [variant("habits", name, {}) for name in notebooks]))
    assert graded == [automatic(scores) for scores in by_nbgrader]
    assert {name: sum(scores.values()) for name, scores in zip(notebooks, graded, strict=True)} == {
        name: most for name, most in most_points().items() if name in notebooks
    }


@pytest.mark.part("notebooks")
def test_a_cell_that_never_ends_costs_no_point_in_either_way(course):
    shutil.rmtree(course.root / "submitted", ignore_errors=True)
    notebook = json.loads(course.solved("02_tokenization"))
    for cell in notebook["cells"]:
        if cell["id"] == "tokenize":
            cell["source"] = "".join(cell["source"]) + "\n\nwhile True:\n    pass"
    hand_in(course, "endless", "02_tokenization", notebook)
    settings = course.root / "nbgrader_config.py"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f"{before}\nc.Execute.timeout = 20\n", encoding="utf-8")
    (by_nbgrader,) = run("autograde_many.py", {"course": str(course.root), "jobs": [("02_tokenization", "endless")]})
    settings.write_text(before, encoding="utf-8")
    (graded,) = by_class(course, [variant("endless", "02_tokenization", {})])
    assert graded == automatic(by_nbgrader)
    assert sum(graded.values()) == 8


def verify(course, notebooks, folder, turns=(0, 1)):
    """Compare solutions, stubs, and every hole of some notebooks once right and once wrong, or in one turn only."""
    shutil.rmtree(course.root / "submitted", ignore_errors=True)
    points = compare(course, list(sampled(notebooks, rng("mixed"), turns)), folder)
    of_course = {name: most for name, most in most_points().items() if name in notebooks}
    for student, wanted in (("solutions", of_course), ("stubs", dict.fromkeys(notebooks, 0))):
        assert {name: sum(cells.values()) for (who, name), cells in points.items() if who == student} == wanted
    assert all(cells for cells in points.values())


def most_points():
    """Add up the points of the checks of each notebook."""
    totals = load_totals(AUTOGRADER).points
    return {name: sum(totals[exercise] for exercise in exercises) for name, exercises in WITH_EXERCISES.items()}


@pytest.mark.part("notebooks")
def test_every_mutant_and_alternative_gets_the_same_points_in_all_three_ways(course, tmp_path):
    variants = list(each())
    assert len(compare(course, variants, tmp_path)) == len(variants)


def test_every_mutant_and_alternative_is_in_some_notebook_of_them():
    there = [one for name in WITH_EXERCISES for file in files_of(name) for column in columns(file) for one in column]
    assert sorted(map(repr, there)) == sorted(map(repr, (*MUTANTS, *ALTERNATIVES)))
