"""The `class` verb from end to end: results, rosters, lateness, a check that is mended, and a gradebook."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from class_runs import REPOSITORY, SOLUTIONS, hand_in
from nbgrader_course import course_below
from reelgrade.course.class_cli import _expected
from warm import reelgrade

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's and its libraries' own
]

VOCAB = (SOLUTIONS / "vocab.py").read_text(encoding="utf-8")
COURSE_TOML = """[course]
name = "NLP 26"

[deadlines]
course = 2026-12-01T12:00:00Z

[late]
percent_per_day = 10
attempt = "best"
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section
Points Possible,,,,
"Doe, Jane",17,s17,doejane,A
"Absent, Ann",18,s18,ann,A
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of its own, with one check that is wrong."""
    folder = tmp_path_factory.mktemp("own") / "course"
    for name in ("autograder", "solutions", "exercises", "datasets", "source_notebooks"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "course.toml").write_text(COURSE_TOML, encoding="utf-8")
    return folder


def mend(course, wrong):
    """Put a mistake into a check, or take it out again."""
    suite = course / "autograder" / "test_vocab.py"
    text = (REPOSITORY / "autograder" / "test_vocab.py").read_text(encoding="utf-8")
    start = text.index('    """', text.index("def test_build_vocab_"))
    line = text.index("\n", text.index('"""', start + 7)) + 1
    suite.write_text(text[:line] + '    raise AssertionError("a mistake")\n' * wrong + text[line:], encoding="utf-8")


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder, "doejane_17@2026-12-01T10-00-00Z", vocab=VOCAB.replace("UNK_ID", "PAD_ID"))
    hand_in(folder, "doejane_17@2026-12-03T10-00-00Z", vocab=VOCAB)
    hand_in(folder, "roeric", vocab=VOCAB)
    return folder


def run(course, *arguments):
    return reelgrade("class", *arguments, cwd=course)


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_mended_check_changes_points_and_the_page_says_whose(course, submissions, tmp_path):
    roster, out = tmp_path / "canvas.csv", tmp_path / "out"
    roster.write_text(CANVAS, encoding="utf-8")
    options = (submissions, "--out", out, "--exercise", "vocab", "--roster", roster)
    mend(course, wrong=True)
    done = run(course, *options)
    assert done.returncode == 0, done.stderr
    assert "Ann" in (out / "class.html").read_text(encoding="utf-8")
    before = {row["student"]: float(row["final_points"]) for row in table(out / "grades.csv")}
    mend(course, wrong=False)
    assert run(course, *options).returncode == 2  # not without being asked to
    assert run(course, *options, "--regrade").returncode == 0
    rows = {row["student"]: row for row in table(out / "grades.csv")}
    assert float(rows["doejane_17"]["final_points"]) == 9.5  # 12 points, two days late: 20 % less, rounded down
    assert float(rows["roeric"]["final_points"]) == 12
    assert before["roeric"] < 12
    page = (out / "class.html").read_text(encoding="utf-8")
    assert f"{before['roeric']:g}" in page
    assert "9.5" in (out / "canvas.csv").read_text(encoding="utf-8")


def test_plain_folders_reach_an_nbgrader_gradebook(submissions, tmp_path):
    with course_below(tmp_path, "03_vocab") as made:
        made.release()
        options = ("--out", tmp_path / "out", "--exercise", "vocab", "--nbgrader", made.root)
        done = run(REPOSITORY, submissions, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "roeric: 12 of 12 points\n" in done.stdout  # of what was graded
    assert sum(value or 0 for value in made.scores("03_vocab", "roeric").values()) == 12
    assert sum(value or 0 for value in made.scores("03_vocab", "doejane_17").values()) == 12
    assert (made.root / "autograded" / "roeric" / "03_vocab" / "03_vocab.ipynb").is_file()


def test_nothing_is_imported_from_where_the_submissions_lie(tmp_path):
    """By no process of the command; nor do odd words in one student's notebook end the grading of the others."""
    touched = tmp_path / "touched"
    others = ("conftest", "numpy", "reelgrade", "sitecustomize", "torch", "usercustomize")
    for name in (*sys.stdlib_module_names, *others):
        (tmp_path / f"{name}.py").write_text(f"open({str(touched)!r}, 'a').write('{name} ')\nraise ImportError")
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "03_vocab.ipynb").write_text('{"nbformat": "\\ud800\\u001b", "cells": []}')
    (tmp_path / "class" / "bob").mkdir()
    shutil.copy(REPOSITORY / "source_notebooks" / "03_vocab" / "03_vocab.ipynb", tmp_path / "class" / "bob")
    command = [Path(sys.executable).parent / "reelgrade", "class", "class", "--out", "results", "--exercise", "vocab"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert not touched.exists(), touched.read_text()
    assert ended.returncode == 1, ended.stderr
    assert "ann: refused: ann: 03_vocab.ipynb: it is in nbformat \\ud800\\x1b in quotes, not 4" in ended.stdout
    assert "1 of 2 graded" in ended.stdout


def test_processes_warm_up_for_what_was_handed_in(tmp_path):
    assert _expected(tmp_path, None) == ()  # all of them
    assert _expected(tmp_path, "06_training") == ("training", "metrics")
    for name in ("03_vocab", "06_training", "lecture"):
        (tmp_path / "submitted" / "ann" / name).mkdir(parents=True)
    assert _expected(tmp_path, None) == ("vocab", "training", "metrics")
