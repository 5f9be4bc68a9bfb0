"""Notebooks alone, modules alone, or both: what a student needs beside them, and which code counts."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

pytest.importorskip("nbgrader")

from nbformat.v4 import new_code_cell

from kernels import made, points, printed, run, students
from nbgrader_course import REPOSITORY, Course, close_loop, done, filled, graded_class, settings_below
from reelgrade import use_exercises
from reelgrade.course.notebooks.pieces import cut
from reelgrade.errors import UserError
from reelgrade.grading.grade import grade

pytestmark = pytest.mark.filterwarnings("ignore")  # those of kernels, nbgrader and their libraries

NAME = "03_vocab"
SOLVED = cut(REPOSITORY / "solutions" / "vocab.py").definitions
IMPORTED = "from reelgrade import use_exercises\n\nuse_exercises()\nfrom exercises.vocab import encode"
STAYS_BEHIND = "encode is imported from exercises.vocab: only code in the notebook itself is graded, put it there"
OWN_WORDS = """\
from exercises.tokenization import tokenize_corpus

assert tokenize_corpus(row["review"] for row in read_rows(reviews_file("train"))) == train_tokens
"""


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path):
    """Kernels see none of this account's settings."""
    for name, value in settings_below(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    yield
    close_loop()


def with_answers(notebook, **code):
    """Fill the holes of a student's copy."""
    for cell in notebook.cells:
        cell.source = (SOLVED | code).get(cell.id, cell.source)
    return notebook


def test_a_notebook_alone_needs_nothing_but_the_installed_package(monkeypatch, tmp_path, installed):
    monkeypatch.setenv("PYTHONPATH", str(installed))
    folder = tmp_path / "fetched" / NAME
    folder.mkdir(parents=True)
    nbformat.write(with_answers(students(made(REPOSITORY, NAME))), folder / f"{NAME}.ipynb")
    notebook = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    where = f"import reelgrade\nassert reelgrade.__file__.startswith({str(installed)!r})\n"
    data = f"assert str(reviews_file('train')).startswith({str(installed)!r})"
    notebook.cells.append(new_code_cell(where + data))
    run(notebook, folder)
    assert all(got == most for got, most in points(notebook).values())
    assert "hidden checks will confirm at grading" in printed(notebook, "check-encode")


def test_modules_alone_need_no_notebook_and_none_of_its_libraries(tmp_path):
    for folder in ("autograder", "datasets"):
        shutil.copytree(
            REPOSITORY / folder, tmp_path / folder, ignore=shutil.ignore_patterns("reelgrade", "__pycache__")
        )
    shutil.copytree(
        REPOSITORY / "solutions", tmp_path / "exercises", ignore=shutil.ignore_patterns("notebooks", "__pycache__")
    )
    program = (
        "import sys, pytest\n"
        "for name in ('nbgrader', 'nbformat', 'nbclient', 'jupyter_core', 'jupytext', 'IPython'):\n"
        "    sys.modules[name] = None  # importing it fails\n"
        "sys.exit(pytest.main(['-q', 'autograder/test_vocab.py']))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert "12 / 12" in ran.stdout


@pytest.fixture
def mixed(tmp_path):
    """A student's folders: finished modules, and the notebook in a folder of its own beside them."""
    (tmp_path / "work" / NAME).mkdir(parents=True)
    (tmp_path / "work" / "exercises").mkdir()
    for name in ("tokenization", "vocab"):
        shutil.copy(REPOSITORY / "solutions" / f"{name}.py", tmp_path / "work" / "exercises")
    return tmp_path / "work" / NAME


def test_a_notebook_imports_finished_modules_and_checks_grade_them(mixed):
    notebook = with_answers(students(made(REPOSITORY, NAME)), encode=IMPORTED)
    notebook.cells.append(new_code_cell(OWN_WORDS))
    run(notebook, mixed)
    assert all(got == most for got, most in points(notebook).values())
    assert printed(notebook, "check-encode").splitlines()[-1] == STAYS_BEHIND
    assert "imported" not in printed(notebook, "check-build_vocab")


def test_a_hole_that_is_imported_does_not_validate(mixed):
    from nbgrader.validator import Validator

    notebook = with_answers(students(made(REPOSITORY, NAME)), encode=IMPORTED)
    kept = [
        cell for cell in notebook.cells if cell.cell_type == "code" and not cell.id.startswith(("given", "scratch"))
    ]
    notebook.cells = kept
    nbformat.write(notebook, mixed / f"{NAME}.ipynb")
    (failed,) = Validator().validate(str(mixed / f"{NAME}.ipynb"))["failed"]
    assert STAYS_BEHIND in failed["error"]


def test_scores_of_record_need_the_code_and_all_of_them_say_the_same(monkeypatch, tmp_path):
    """From the notebook, from the class, and from nbgrader's own run: no points for what stayed with the student."""
    course = Course(tmp_path / "nbgrader", (NAME,))
    for name, value in course.environment.items():
        monkeypatch.setenv(name, value)
    course.release()
    code = SOLVED | {"encode": IMPORTED}
    course.submit(NAME, "alice", json.dumps(filled(course.released(NAME), code)))
    course.collect(NAME)
    report = grade(course.root / "submitted" / "alice" / NAME / f"{NAME}.ipynb", REPOSITORY)
    (line,) = graded_class(course.root, NAME)
    by_class = course.scores(NAME, "alice")
    assert by_class["check-encode"] == by_class["check-encode_splits"] == 0  # the second uses the first
    assert by_class["check-build_vocab"] == points_of(report, "build_vocab") > 0
    assert points_of(report, "encode") == 0
    assert STAYS_BEHIND in [notice.action for notice in report.notices]
    failed = "code cell 6 failed in line 3: UserError: a notebook is graded without the modules beside it"
    assert f"of 12 points ({STAYS_BEHIND}; {failed}" in str(line)
    done(course.api.autograde(NAME, "alice", force=True))
    assert course.scores(NAME, "alice") == by_class


def points_of(report, hole):
    return sum(result.points for result in report.results if result.check.hole == hole)


def test_the_nearest_folder_is_used_and_a_change_is_seen(monkeypatch, mixed):
    monkeypatch.chdir(mixed)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert use_exercises() == (mixed.parent / "exercises").resolve()
    inner = mixed / "exercises"
    inner.mkdir()
    for answer in (1, 22):
        (inner / "vocab.py").write_text(f"encode = {answer}\n", encoding="utf-8")
        assert use_exercises() == inner.resolve()
        from exercises.vocab import encode

        assert encode == answer
    assert use_exercises(mixed.parent / "exercises") == mixed.parent / "exercises"
    for name in [name for name in sys.modules if name.partition(".")[0] == "exercises"]:
        del sys.modules[name]


def test_a_folder_that_is_not_there_is_named_with_the_next_action(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"no folder `exercises` with modules in it; name yours: use_exercises\("):
        use_exercises()
    monkeypatch.setitem(os.environ, "NBGRADER_EXECUTION", "autograde")
    with pytest.raises(UserError, match="graded without the modules beside it"):
        use_exercises()
