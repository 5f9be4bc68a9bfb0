"""The formgrader in a real browser shows the scores of record, and what a person types there survives a regrade."""

import json
import shutil
import urllib.request

import pytest

pytest.importorskip("nbgrader")

from jupyter_browser import TOKEN, serve, wait_for
from nbgrader_course import REPOSITORY, course_below, graded_class
from reelgrade.course.folders import NOTEBOOKS

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

NAME = "02_tokenization"
SCRIPT = """
const field = document.getElementById('written-decisions');
field.value = '1.5';
field.dispatchEvent(new Event('change', {bubbles: true}));
"""


PICTURES = """
const drawn = [...document.querySelectorAll('.nb-output, .output, .jp-OutputArea-output')];
const seen = drawn.flatMap(one => [...one.querySelectorAll('img')]).filter(one => one.naturalWidth > 100);
seen.forEach(one => one.scrollIntoView({block: 'center'}));
return new Set(seen).size;
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one submission, graded in the sandbox."""
    with course_below(tmp_path_factory.mktemp("formgrader"), NAME) as made:
        made.release()
        made.submit(NAME, "alice", made.solved(NAME, **{"written-decisions": "Case and emoji."}))
        made.collect(NAME)
        grade(made)
        yield made


def grade(course):
    return [str(marked) for marked in graded_class(course.root, NAME)]


@pytest.fixture(scope="module")
def server(course):
    """A Jupyter server with the formgrader, in the folder of the course."""
    with serve(course.root, course.home / "server.log", course.environment) as address:
        yield address


def test_the_formgrader_shows_scores_and_keeps_what_a_person_typed(course, server, browser, tmp_path):
    browser.get(f"{server}/lab/tree?token={TOKEN}")  # sets the cookie
    browser.get(f"{server}/formgrader/manage_submissions/{NAME}")
    assert wait_for(lambda: "alice" in browser.page_source and "8 / 10" in browser.page_source), browser.page_source[
        -2000:
    ]
    browser.save_screenshot(str(tmp_path / "submissions.png"))

    with course.gradebook as gradebook:
        submission = gradebook.find_submission_notebook(NAME, NAME, "alice").id
    browser.get(f"{server}/formgrader/submissions/{submission}")
    assert wait_for(
        lambda: browser.execute_script("return document.getElementById('check-tokenize')?.placeholder") == "6"
    )
    assert "tokenize: 6 of 6 points" in browser.page_source
    assert browser.execute_script(PICTURES) == 1  # the points of each hole
    browser.save_screenshot(str(tmp_path / "pictures.png"))
    browser.execute_script(SCRIPT)

    def manual():
        with course.gradebook as gradebook:
            return gradebook.find_grade("written-decisions", NAME, NAME, "alice").manual_score

    assert wait_for(manual) == 1.5
    browser.save_screenshot(str(tmp_path / "submission.png"))
    assert (tmp_path / "submission.png").stat().st_size > 10_000

    assert grade(course) == [f"{NAME} alice: 8 of 8 points"]
    assert manual() == 1.5
    browser.get(f"{server}/formgrader/manage_submissions/{NAME}")
    assert wait_for(lambda: "9.5 / 10" in browser.page_source)


def test_the_formgrader_lists_the_notebooks_of_the_course_and_nothing_else(tmp_path, course):
    """It takes every folder beside the notebooks for an assignment, one of texts too."""
    shutil.copytree(REPOSITORY / "source_notebooks", tmp_path / "source_notebooks")
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    with serve(tmp_path, tmp_path / "server.log", course.environment) as address:
        asked = f"{address}/formgrader/api/assignments?token={TOKEN}"
        with urllib.request.urlopen(asked, timeout=60) as answer:
            assert sorted(one["name"] for one in json.load(answer)) == sorted(NOTEBOOKS)
