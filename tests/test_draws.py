"""Hidden checks draw from the code of a hole: the same code gets the same inputs in whatever form it is handed in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("nbgrader")

from nbgrader_course import filled
from reelgrade.course.exercises import load_exercises
from reelgrade.grading.catalogue import read_hidden
from reelgrade.grading.draws import Code, draw_for
from reelgrade.grading.notebook_code import read_cell, select
from reelgrade.grading.notebook_intake import module_of
from reelgrade.grading.runner import Bench
from variants import AUTOGRADER, REPOSITORY, WITH_EXERCISES, each, sampled, write

MODULE = "import re\nN = 2\n\ndef helper(x):\n    return x + N\n\ndef f(x):\n    return helper(x)\n\ndef g(x):\n    return x\n"


def changed(old, new):
    assert old in MODULE
    return Code([MODULE.replace(old, new)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return helper(x)", "return helper(x)  # a comment"),
        ("helper(x)\n", "(helper( x ))\n"),
        ("import re", "import os"),
        ("def g(x):\n    return x\n", "def g(x):\n    return -x\n"),
        ("N = 2\n", "try:\n    N = 2\nexcept Exception:\n    pass\n"),
    ],
)
def test_what_changes_nothing_in_a_hole_draws_the_same(old, new):
    assert changed(old, new).hash_of("f") == Code([MODULE]).hash_of("f")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return helper(x)", "return helper(x) + 0"),
        ("N = 2", "N = 3"),
        ("x + N", "N + x"),
        ("def f(x)", "def f(x, y=1)"),
    ],
)
def test_what_changes_a_hole_or_what_it_uses_draws_anew(old, new):
    assert changed(old, new).hash_of("f") != Code([MODULE]).hash_of("f")


def test_the_secret_and_the_check_count(monkeypatch):
    first, second = read_hidden(AUTOGRADER)[:2]
    monkeypatch.setenv("REELGRADE_SECRET", "one")
    numbers = [draw_for(first, Code([MODULE])).random(), draw_for(second, Code([MODULE])).random()]
    monkeypatch.setenv("REELGRADE_SECRET", "other")
    assert len({*numbers, draw_for(first, Code([MODULE])).random()}) == 3


@pytest.mark.parametrize(
    "source",
    [
        "def f(: {}",
        "\0{}",
        "(" * 500 + "{}" + ")" * 500,
        "def f():\n    return " + "[" * 150 + "{}" + "]" * 150,
        "def f():\n    return {}" + "+ 1" * 3000,
        "def f():\n    return " + "-" * 3000 + "{}",
    ],
)
def test_every_change_counts_in_code_that_is_hard_to_read(source):
    assert Code([source.format(1)]).hash_of("f") != Code([source.format(2)]).hash_of("f")


def test_long_chains_are_followed_to_their_end():
    chain = [f"def f{number}(): return f{number + 1}()" for number in range(3000)]
    ends = [Code([*chain, f"f3000 = {end}"]).hash_of("f0") for end in (1, 2)]
    assert ends[0] != ends[1]


@given(st.lists(st.sampled_from(["import re", "a = b", "def f(): return a", "if a:\n    b = 1", "from x import *"])))
def test_what_is_selected_stays_as_it_is(cells):
    once, _ = select([read_cell(cell) for cell in cells], ["f"])
    assert select([read_cell(once)], ["f"])[0] == once


def run_until(notebook, hole):
    """Sources of the cells that have run when the test cell of a hole does."""
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    tests = (index for index, cell in enumerate(cells) if "check(" in cell and f'"{hole}"' in cell)
    return cells[: max(tests) + 1]


def holes_of(exercise):
    return [hole.name for hole in load_exercises(AUTOGRADER)[exercise].holes]


def handed_in(variants, folder):
    """Give each exercise of each variant: its name, its module, and the notebook that holds the same code."""
    for number, one in enumerate(variants):
        modules = folder / str(number)
        modules.mkdir()
        source = REPOSITORY / "source_notebooks" / one.notebook / f"{one.notebook}.ipynb"
        notebook = filled(json.loads(source.read_text(encoding="utf-8")), write(one, modules))
        for exercise in WITH_EXERCISES[one.notebook]:
            yield exercise, Code.of_module(modules / f"{exercise}.py"), notebook


def test_every_variant_draws_the_same_as_a_module_and_in_a_notebook_that_is_handed_in(tmp_path):
    for exercise, module, notebook in handed_in(each(), tmp_path):
        source = module_of(json.dumps(notebook).encode(), exercise, REPOSITORY, "a notebook").source
        found = {hole: (module.hash_of(hole), Code([source]).hash_of(hole)) for hole in holes_of(exercise)}
        assert [hole for hole, (one, other) in found.items() if one != other] == []
        assert len(set(found.values()) | {(Code([]).hash_of("x"),) * 2}) == len(found) + 1


def test_a_notebook_that_runs_draws_the_same_from_its_cells_so_far(tmp_path):
    for exercise, module, notebook in handed_in(sampled(), tmp_path):
        for hole in holes_of(exercise):
            assert Code(run_until(notebook, hole)).hash_of(hole) == module.hash_of(hole), hole


def test_a_bench_draws_from_the_module_of_the_check(tmp_path):
    first = read_hidden(AUTOGRADER)[0]
    before = Bench(AUTOGRADER, tmp_path).draw(first).random()
    (tmp_path / f"{first.exercise}.py").write_text(f"def {first.hole}(): return 1\n", encoding="utf-8")
    after = Bench(AUTOGRADER, tmp_path).draw(first).random()
    assert (
        before != after == Bench(AUTOGRADER, tmp_path, cells=[f"def {first.hole}():\n  return 1"]).draw(first).random()
    )
