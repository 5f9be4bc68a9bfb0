"""Notebooks equal what their texts and the solutions make of them, and a text cannot be wrong without a word."""

import json
import shutil
from pathlib import Path

import pytest

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.build import TEXTS, build, build_all
from reelgrade.course.notebooks.coverage import points_of, verify_cells, verify_coverage
from reelgrade.course.notebooks.drift import drift, write_notebooks
from reelgrade.course.notebooks.texts import read_text, read_texts
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import checks_of, read_checks
from reelgrade.grading.given_cells import load_known, text_hash
from warm import reelgrade

SMALL = """\
# %% [markdown]
# # Words

# %% imports="tokenization"

# %% hole="tokenize"

# %% check="tokenization" holes="tokenize"

# %% scratch="true"
1 + 1

# %% hole="tokenize_corpus"

# %% check="tokenization" holes="tokenize_corpus"

# %% [markdown] written="why" points="1.5"
# Why?
"""


@pytest.fixture
def course(tmp_path: Path, repository: Path) -> Path:
    """A course with one exercise and the text of its notebook."""
    for name in ("solutions", "autograder"):
        (tmp_path / name).mkdir()
    shutil.copy(repository / "solutions" / "tokenization.py", tmp_path / "solutions")
    shutil.copy(repository / "autograder" / "test_tokenization.py", tmp_path / "autograder")
    listed = (repository / "autograder" / "exercises.toml").read_text(encoding="utf-8")
    start, end = listed.index("[exercise.tokenization]"), listed.index("[exercise.vocab]")
    (tmp_path / "autograder" / "exercises.toml").write_text(listed[start:end], encoding="utf-8")
    (tmp_path / TEXTS).mkdir(parents=True)
    (tmp_path / TEXTS / "02_tokenization.py").write_text(SMALL, encoding="utf-8")
    return tmp_path


def rewrite(course: Path, old: str, new: str) -> None:
    path = course / TEXTS / "02_tokenization.py"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def the_notebook(course: Path) -> Path:
    return course / "source_notebooks" / "02_tokenization" / "02_tokenization.ipynb"


def known_cells(course: Path) -> Path:
    return course / "autograder" / "given_cells.toml"


def cells(course: Path) -> dict[str, dict]:
    return {cell["id"]: cell for cell in json.loads(build_all(course)[the_notebook(course)])["cells"]}


def test_committed_notebooks_are_what_their_texts_make(repository):
    assert sorted(text.name for text in read_texts(repository / TEXTS)) == sorted(NOTEBOOKS)
    assert drift(repository) == []


def test_a_cell_has_the_code_of_the_solution(course):
    found = cells(course)
    hole = "".join(found["tokenize"]["source"])
    assert hole.startswith("def tokenize(text: str) -> list[str]:")
    assert hole.endswith("### END SOLUTION")
    assert hole in (course / "solutions" / "tokenization.py").read_text(encoding="utf-8")
    assert "".join(found["imports-tokenization"]["source"]) == "from collections.abc import Iterable"


def test_points_of_a_test_cell_are_those_of_its_checks(course):
    found = cells(course)
    points = {name: cell["metadata"].get("nbgrader", {}).get("points") for name, cell in found.items()}
    assert points["check-tokenize"] + points["check-tokenize_corpus"] == 8
    assert points["written-why"] == 1.5
    assert points["scratch-1-1"] is None


def test_two_builds_give_the_same_bytes_and_no_outputs(course):
    assert build_all(course) == build_all(course)
    assert all(cell.get("outputs", []) == [] for cell in cells(course).values())


def test_every_notebook_has_its_own_cells_only(repository):
    for text in read_texts(repository / TEXTS):
        verify_cells(text, repository / "autograder")
        build(text, repository)


def test_an_accuracy_check_belongs_to_the_last_hole_it_requires(repository):
    autograder = repository / "autograder"
    accuracy = [check for check in read_checks(autograder) if check.requires]
    assert [check.exercise for check in accuracy] == ["training", "finetuning"]
    for check in accuracy:
        assert check in checks_of(autograder, check.exercise, [check.requires[-1]])
        assert check not in checks_of(autograder, check.exercise, check.requires[:-1])


def test_all_holes_together_are_worth_a_hundred_and_twenty(repository):
    autograder = repository / "autograder"
    holes = {(check.exercise, check.hole) for check in read_checks(autograder)}
    points = {(exercise, hole): points_of(autograder, exercise, [hole]) for exercise, hole in holes}
    assert sum(points.values()) == 120
    assert sum(value for (exercise, _), value in points.items() if exercise == "extensions") == 20


MISTAKES = {
    "a check in no cell": ('# %% check="tokenization" holes="tokenize_corpus"', "", "no test cell holds the check"),
    "a check in two cells": (
        'holes="tokenize_corpus"',
        'holes="tokenize_corpus, tokenize"',
        "line 15: the check tokenization.tokenize_",
    ),
    "an unknown hole": ('# %% hole="tokenize"', '# %% hole="tokenise"', "line 6: 02_tokenization has no hole tokenise"),
    "a hole twice": ('# %% hole="tokenize_corpus"', '# %% hole="tokenize"', "tokenize stands here a second time"),
    "checked before it is defined": ('# %% hole="tokenize"\n', "", "tokenize is checked before it is defined"),
    "another notebook's exercise": ('check="tokenization"', 'check="vocab"', "vocab is no exercise of 02_tokenization"),
    "an unknown attribute": ('scratch="true"', 'scratched="true"', "line 10: the builder does not know this marker"),
    "a check without holes": (' holes="tokenize"', "", "line 8: the builder does not know this marker"),
    "a body in a hole": ('# %% hole="tokenize"', '# %% hole="tokenize"\npass', 'a cell hole="..." has no text'),
    "an empty cell": ("1 + 1", "", "line 10: this cell is empty"),
    "code as a question": ('[markdown] written="why"', 'written="why"', "cannot be code; add or remove [markdown]"),
    "points that are no number": ('points="1.5"', 'points="many"', "'many' is no number from 0 to 100"),
    "an id that is none": ('written="why"', 'written="why not?"', "'why not?' is no id"),
    "text before the first marker": ("# %% [markdown]\n# # Words", "x = 1", "it needs a marker"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_text_is_named_with_file_and_place(course, mistake):
    old, new, message = MISTAKES[mistake]
    rewrite(course, old, new)
    with pytest.raises(UserError) as raised:
        build_all(course)
    assert message in str(raised.value)
    assert "02_tokenization" in str(raised.value)


def test_a_text_of_an_unknown_name_is_refused(course):
    (course / TEXTS / "03_words.py").write_text(SMALL, encoding="utf-8")
    with pytest.raises(UserError, match=r"03_words\.py: no notebook of the course has this name"):
        build_all(course)


def test_a_cell_keeps_its_name_whatever_is_put_in_above_it(course):
    before = list(cells(course))
    rewrite(course, '# %% scratch="true"', '# %% [markdown]\n# More, in words.\n\n# %%\nx = 1\n\n# %% scratch="true"')
    added = ["text-more-in-words", "given-x-1"]
    assert [name for name in cells(course) if name not in added] == before
    rewrite(course, "# Why?", "# Why?\n\n# %%\nx = 1")
    assert list(cells(course))[-1] == "given-x-1-2"


def test_the_table_of_known_cells_keeps_those_of_earlier_releases(course):
    rewrite(course, '# %% scratch="true"', '# %%\nx = 1\n\n# %% scratch="true"')
    write_notebooks(course)
    first = load_known(course / "autograder")
    assert text_hash("x = 1\r\n") in first["given"]
    assert first["scratch"] == [text_hash("1 + 1")]
    rewrite(course, "x = 1", "x = 2")
    write_notebooks(course)
    later = load_known(course / "autograder")
    assert {text_hash("x = 2"), *first["given"]} == set(later["given"])
    known_cells(course).write_text("given = []", encoding="utf-8")
    assert drift(course) == [
        "autograder/given_cells.toml: it is not what the texts make of it; run: reelgrade notebooks"
    ]


def test_drift_is_named_with_the_cell_and_the_next_action(course):
    path = the_notebook(course)
    assert write_notebooks(course) == [path, known_cells(course)]
    assert write_notebooks(course) == []
    assert drift(course) == []
    built = path.read_text(encoding="utf-8")
    path.write_text(built.replace('"points": 6.0', '"points": 60.0'), encoding="utf-8")
    (line,) = drift(course)
    assert line.endswith("the cell check-tokenize has 60.0 points, its checks have 6.0; run: reelgrade notebooks")
    path.write_text(built.replace('"points": 1.5', '"points": 15'), encoding="utf-8")
    assert "the cell written-why has 15 points, its text gives 1.5; run: reelgrade notebooks" in drift(course)[0]
    path.write_text(built.replace('"metadata": {}', '"metadata": []'), encoding="utf-8")
    assert "the cell scratch-1-1 is not what its text makes of it" in drift(course)[0]
    path.write_text(built.replace("Why?", "Why not?"), encoding="utf-8")
    assert "question-why is not what its text makes of it" in drift(course)[0]
    path.write_text("{", encoding="utf-8")
    assert "no notebook any more" in drift(course)[0]
    path.unlink()
    (course / "source_notebooks" / "03_vocab").mkdir()
    surplus = course / "source_notebooks" / "03_vocab" / "03_vocab.ipynb"
    surplus.write_text(built, encoding="utf-8")
    assert [line.split(": ")[1] for line in drift(course)] == ["missing; run", "no text makes it; run"]
    assert write_notebooks(course) == [path, surplus]
    assert not surplus.exists()


def test_the_command_names_points_edited_by_hand_and_mends_them(course):
    for name in ("exercises", "datasets"):  # what a course is known by
        (course / name).mkdir()
    write_notebooks(course)
    path = the_notebook(course)
    built = path.read_text(encoding="utf-8")
    path.write_text(built.replace('"points": 6.0', '"points": 7'), encoding="utf-8")

    def run(*options):
        return reelgrade("notebooks", *options, cwd=course)

    checked = run("--check")
    assert checked.returncode == 1
    where = "source_notebooks/02_tokenization/02_tokenization.ipynb"
    said = "the cell check-tokenize has 7 points, its checks have 6.0; run: reelgrade notebooks"
    assert checked.stderr == f"{where}: {said}\n"
    assert run().stdout == f"wrote {where}\n"
    assert path.read_text(encoding="utf-8") == built
    assert run("--check").returncode == 0


def test_coverage_of_no_texts_names_the_first_check(repository):
    with pytest.raises(UserError, match="the texts of notebooks: no test cell holds the check data"):
        verify_coverage([], repository / "autograder")


def test_a_folder_without_texts_is_refused(tmp_path):
    with pytest.raises(UserError, match="no texts of notebooks there"):
        read_texts(tmp_path)
    with pytest.raises(UserError):
        read_text(tmp_path / "vocab.py")
