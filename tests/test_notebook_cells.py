"""Cells of a notebook run one after the other in a confined worker, and a hole is judged at its test cell."""

import json
from contextlib import closing

import pytest

from nbgrader_course import REPOSITORY
from reelgrade.course.notebooks.build import TEXTS, build, check_source
from reelgrade.course.notebooks.texts import read_text
from reelgrade.grading.cells import Cell, Cells, write_cells
from reelgrade.grading.errors import BrokenModule, HoleError, TimeIsUp
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.libraries import libraries_of
from reelgrade.grading.limits import Limits
from reelgrade.grading.notebook_source import extract
from reelgrade.grading.sandbox import Zygote, make_workplace
from reelgrade.grading.seam import Seam
from reelgrade.grading.worker_holes import WorkerHoles
from reelgrade.grading.workers import SandboxError

LIMITS = Limits(cell_seconds=0.3, cells_seconds=0.6)


@pytest.fixture(scope="module")
def sandbox():
    """A warm worker source for all tests here, with little time for cells."""
    with make_workplace() as place:
        try:
            zygote = Zygote("landlock", REPOSITORY, place, LIMITS)
        except SandboxError as error:
            pytest.skip(f"landlock is not available here: {error}")
        with closing(WorkerHoles(lambda: zygote, place.submission, {}, LIMITS)) as holes:
            yield holes


def as_book(*sources):
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.fixture
def run(sandbox):
    """Give what calls holes of a notebook at their test cells."""

    def submit(*sources, holes=("f", "g")):
        sandbox.forget()
        text = extract(as_book(*sources), holes, name="book.ipynb").source
        (sandbox._folder / "tokenization.py").write_text(text, encoding="utf-8")
        return lambda hole: getattr(Seam(sandbox.exchange("tokenization", 2.0, [hole])), hole)()

    return submit


def told(sandbox):
    return [notice.action for notice in sandbox.notices]


def test_each_hole_is_judged_with_the_cells_above_its_test_cell(run):
    test_f, test_g = (check_source("tokenization", (hole,)) for hole in "fg")
    call = run("x = 1\ndef f(): return x", test_f, "x = 2\ndef g(): return x", test_g, "x = 3")
    assert [call("f"), call("g"), call("f"), call("g")] == [1, 2, 1, 2]


def test_a_hole_below_its_test_cell_is_not_there(run):
    call = run(check_source("tokenization", ("f",)), "def f(): return 1", holes=["f"])
    with pytest.raises(HoleError, match=r"book.ipynb defines no f above its test cell"):
        call("f")


def test_a_cell_that_fails_stops_alone_and_is_told_once(run, sandbox):
    call = run(
        "def f(): return 1\n\n1 / 0\nf = None", "def g(): return f()", "def h(): raise NotImplementedError", "h()"
    )
    assert (call("g"), call("f")) == (1, 1)
    assert told(sandbox) == ["code cell 1 failed in line 3: ZeroDivisionError: division by zero"]


def test_an_error_in_a_hole_names_cell_and_line(run):
    call = run("x = 1", "def f():\n    return x / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        call("f")
    assert str(caught.value.place) == "book.ipynb, code cell 2, line 2, in f"


ENDLESS = "def f(): return 1\nwhile True:\n    pass"


def test_of_a_cell_that_takes_too_long_only_the_definitions_count(run, sandbox):
    call = run("x = 7", ENDLESS, "def g(): return x, f()")
    assert call("g") == (7, 1)
    sandbox.renew()
    assert call("g") == (7, 1)
    assert told(sandbox) == ["code cell 2 took longer than 0.3 s: only its definitions are run"]


def test_a_cell_that_ends_its_process_costs_nobody_else(run, sandbox):
    call = run("import os", "os._exit(3)", "class A:\n    os._exit(4)", "def f(): return 1")
    assert call("f") == 1
    how = "did not come to its end (the process of your code ended itself with status {}): {}"
    assert told(sandbox) == [
        f"code cell 2 {how.format(3, 'only its definitions are run')}",
        f"code cell 3 {how.format(4, 'only its definitions are run')}",
        f"code cell 3 {how.format(4, 'it is left out')}",
    ]


def test_all_cells_of_a_worker_together_have_a_limit(run, sandbox):
    busy = "import time\nend = time.process_time() + 0.25\nwhile time.process_time() < end: pass\nlast = {}"
    assert run(*[busy.format(number) for number in range(4)], "def f(): return last")("f") == 3
    assert len(told(sandbox)) == 2


def test_after_three_endless_cells_only_definitions_are_run_and_after_more_nothing(run, sandbox):
    assert run(*["while True: pass"] * 5, "x = 1\ndef f(): return x")("f") == 1
    assert len(told(sandbox)) == 3
    endless_class = "class A:\n    while True: pass"
    with pytest.raises(BrokenModule, match="too many of its cells never end"):
        run(*[endless_class] * 5, "def f(): return 1")("f")


def test_cells_find_what_a_kernel_has(run):
    assert (
        run("import os, random, sys\nos.environ['A'] = 'b'\nrandom.seed(1)", "def f(): return os.environ['A']")("f")
        == "b"
    )
    pickled = "import pickle\nclass A: x = 4\ndef f(): return pickle.loads(pickle.dumps(A())).x"
    assert run(pickled)("f") == 4
    assert run("from reelgrade import check\nx = check('tokenization')\ndef f(): return x")("f") == 0.0
    assert run("import os\ndef f(): return os.environ['NBGRADER_EXECUTION']")("f") == "autograde"
    assert run("import inspect\ndef f(): return inspect.getsource(f)")("f").startswith("def f(): return inspect")


def test_a_hole_that_never_ends_costs_one_check(run):
    call = run("def f():\n    while True: pass", "def g(): return 1")
    with pytest.raises(TimeIsUp):
        call("f")
    assert call("g") == 1


def test_no_word_of_a_cell_is_told_once_student_code_has_seen_what_is_private(run, sandbox):
    call = run(
        "import os, pathlib", "assert not pathlib.Path('/nowhere').exists(), 'a'", "def f(): return 1\nraise OSError"
    )
    sandbox.renew()
    assert call("f") == 1
    assert told(sandbox) == []


def test_a_module_that_says_it_is_a_notebook_gains_nothing(run, sandbox):
    sandbox.forget()
    cells = Cells("../../x\n", (Cell(5, "raise ValueError('no')"), Cell(6, "def f(): return 1")))
    (sandbox._folder / "tokenization.py").write_text(write_cells(cells), encoding="utf-8")
    assert Seam(sandbox.exchange("tokenization", 2.0, ["f"])).f() == 1
    assert [notice.path for notice in sandbox.notices] == [r"../../x\n"]


# The same through `reelgrade grade`: what is right in Jupyter earns every point.


@pytest.fixture(scope="module")
def grader():
    with Grader(REPOSITORY) as made:
        made.start(libraries_of(["tokenization", "simple_nn"]))
        yield made


RIGHT_TOKENIZE = """def tokenize(text):
    # lower first?
    return re.findall({pattern}, text.lower(){flags})"""

CASES = {
    "a magic in the cell, and a comment that ends in a question mark": (
        "%load_ext autoreload\nimport re\n" + RIGHT_TOKENIZE.format(pattern=r'r"\b\w+\b"', flags="")
    ),
    "a verbose pattern with a line that ends in one, and a command over two lines": (
        'import re\n!pip install \\\n    regex\nWORD = r"""\n    \\b\n    (?:\\w+)(?# a word\n    ?\n    )\n    \\b\n"""\n'
        + RIGHT_TOKENIZE.format(pattern="WORD", flags=", re.VERBOSE")
    ),
    "settings that are filled afterwards": (
        'import re\nsettings = {}\nsettings["pattern"] = r"\\b\\w+\\b"\n'
        + RIGHT_TOKENIZE.format(pattern='settings["pattern"]', flags="")
    ),
    "a list that grows": (
        'import re\nparts = []\nparts.append(r"\\b")\nparts += [r"\\w+"]\nparts.append(r"\\b")\n'
        + RIGHT_TOKENIZE.format(pattern='"".join(parts)', flags="")
    ),
}


def with_code(name, code):
    made = json.loads(build(read_text(REPOSITORY / TEXTS / f"{name}.py"), REPOSITORY))
    for cell in made["cells"]:
        cell["source"] = code.get(cell["id"], cell["source"])
    return json.dumps(made)


def points(grader, folder, name, **code):
    path = folder / f"{name}.ipynb"
    path.write_text(with_code(name, code), encoding="utf-8")
    exercise = name[3:]
    grader.options = Options(exercises=(exercise,), accuracy=False, pictures=False)
    report = grader.grade(path)
    (graded,) = (one for one in report.exercises if one.exercise.name == exercise)
    return graded.points, [notice.action for notice in report.notices if notice.kind != "secret"]


@pytest.mark.parametrize("case", CASES)
def test_what_is_right_in_jupyter_earns_every_point(grader, tmp_path, case):
    assert points(grader, tmp_path, "02_tokenization", tokenize=CASES[case]) == (8, [])


def test_a_method_that_is_put_into_its_class_afterwards_earns_every_point(grader, tmp_path):
    solved = with_code("05_simple_nn", {})
    (cell,) = (cell for cell in json.loads(solved)["cells"] if cell["id"] == "SimpleNN")
    head, _, forward = "".join(cell["source"]).partition("    def forward(")
    lines = [line.removeprefix("    ") for line in ("    def forward(" + forward).split("\n")]
    code = "\n".join([head, *lines, "", "SimpleNN.forward = forward"])
    assert points(grader, tmp_path, "05_simple_nn", SimpleNN=code) == (14, [])
