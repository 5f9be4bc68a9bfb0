"""The formgrader in a real browser shows the scores of record, and what a person types there survives a regrade."""

import json
import shutil
import urllib.request

import pytest

pytest.importorskip("nbgrader")

from jupyter_browser import TOKEN, serve, wait_for
from nbgrader_course import REPOSITORY, course_below, done, graded_class
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


RUN = "(window.ran = window.ran || []).push"
TEXTS = [
    f"<script>{RUN}(1)</script>",
    f"<img src=x onerror={RUN}(2)>",
    f"<svg/onload={RUN}(3)>",
    f"<svg onload={RUN}(4)></svg>",
    f"<div onmouseover={RUN}(5)\nfoo",
    "<iframe srcdoc='<script>parent.ran=[6]</script>'></iframe>",
    f"<details open ontoggle={RUN}(7)>x</details>",
    f"[x](javascript:{RUN}(8))",
    f"[x]\n\n[x]: javascript:{RUN}(9)",
    f"<a href='javascript:{RUN}(10)'>x</a>",
    f"<!--><script>{RUN}(11)</script>-->",
    f"$<img src=x onerror={RUN}(12)>$",
    rf"$\href{{javascript:{RUN}(13)}}{{x}}$",
    f"<math><mi//xlink:href='data:x,<script>{RUN}(14)</script>'>",
    f"`````\n<script>{RUN}(15)</script>",
    f"<form action='javascript:{RUN}(16)'><input type=submit autofocus onfocus={RUN}(16)></form>",
    f"<style>@import 'javascript:{RUN}(17)';</style>",
    f"<x onclick={RUN}(18) tabindex=1 id=x>x</x>",
    f"![x](attachment:a.png)\n\n<img src='x' title='`'><script>{RUN}(19)</script>",
    f"<b\x0bonclick={RUN}(20)>x</b><noscript><p title='</noscript><img src=x onerror={RUN}(20)>'>",
    "[x](/formgrader/api/x) <a href=//example.org>x</a> <base href=https://example.org>",
    f"<meta http-equiv=refresh content='0;url=https://example.org'><object data=javascript:{RUN}(22)></object>",
]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HONEST = "# Words\n\n| a | b |\n|---|---|\n| $a < b$ | `x <y>` |\n\n```python\nfor a in b: pass\n```\n\n![dot](attachment:dot.png)"


def hostile(text):
    """Add cells that try to run something where they are shown, and one that is honest."""
    notebook = json.loads(text)
    cells = [{"cell_type": kind, "source": one} for one in TEXTS for kind in ("markdown", "raw")]
    cells += [{"cell_type": "markdown", "source": HONEST, "attachments": {"dot.png": {"image/png": PIXEL}}}]
    evil = {'a.png"><script>1</script>': {"image/png": PIXEL}, "b": {"image/png": f'"><script>{RUN}(30)</script>'}}
    cells += [{"cell_type": "markdown", "source": "![b](attachment:b)", "attachments": evil}]
    shown = f"display({{'text/html': '<script>{RUN}(31)</script><b>bold</b>', 'text/plain': 'x'}}, raw=True)"
    cells += [{"cell_type": "code", "source": shown, "outputs": [], "execution_count": None}]
    named = {"nbgrader": {"grade_id": f'x"><script>{RUN}(32)</script>', "grade": True, "solution": True, "points": 1}}
    cells += [{"cell_type": "markdown", "source": "named", "metadata": named}]
    notebook["cells"] += [{"metadata": {}, "id": f"own-{number}"} | cell for number, cell in enumerate(cells)]
    return json.dumps(notebook)


DONE = """
const odd = [...document.querySelectorAll('*')].filter(one => one.closest('#notebook, body > div') &&
  [...one.attributes].some(({name}) => name.startsWith('on')));
const links = [...document.querySelectorAll('#notebook-container a[href], .border-box-sizing a[href]')]
  .map(one => one.getAttribute('href')).filter(href => !/^(https?:\\/\\/|#)/.test(href));
return {ran: window.ran || [], odd: odd.map(one => one.outerHTML), links,
  scripts: [...document.scripts].map(one => one.text).filter(text => text.includes('window.ran')),
  table: [...document.querySelectorAll('td code')].filter(one => one.textContent === 'x <y>').length, colours: document.querySelectorAll('pre .k').length > 0,
  pictures: [...document.querySelectorAll('img[alt=dot]')].map(one => one.naturalWidth)};
"""
HARMLESS = {"ran": [], "odd": [], "links": [], "scripts": [], "table": 1, "colours": True, "pictures": [1]}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one submission, graded in the sandbox."""
    with course_below(tmp_path_factory.mktemp("formgrader"), NAME) as made:
        made.release()
        made.submit(NAME, "alice", made.solved(NAME, **{"written-decisions": "Case and emoji."}))
        made.submit(NAME, "mallory", hostile(made.solved(NAME)))
        made.collect(NAME)
        grade(made)
        yield made


def grade(course):
    return [str(marked) for marked in graded_class(course.root, NAME) if marked.student == "alice"]


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


def test_nothing_of_a_notebook_runs_where_it_is_shown(course, server, browser):
    """Graded by the class and by `nbgrader autograde`, in formgrader and on the feedback page."""
    browser.get(f"{server}/lab/tree?token={TOKEN}")
    for again in (False, True):
        if again:
            done(course.api.autograde(NAME, "mallory", force=True))
        with course.gradebook as gradebook:
            submission = gradebook.find_submission_notebook(NAME, NAME, "mallory").id
        browser.get(f"{server}/formgrader/submissions/{submission}")
        assert wait_for(lambda: "Words" in browser.page_source), browser.page_source[-2000:]
        assert browser.execute_script(DONE) == HARMLESS, again
        done(course.api.generate_feedback(NAME, "mallory", force=True))
        browser.get((course.root / "feedback" / "mallory" / NAME / f"{NAME}.html").as_uri())
        assert browser.execute_script(DONE) == HARMLESS, again


def test_the_formgrader_lists_the_notebooks_of_the_course_and_nothing_else(tmp_path, course):
    """It takes every folder beside the notebooks for an assignment, one of texts too."""
    shutil.copytree(REPOSITORY / "source_notebooks", tmp_path / "source_notebooks")
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    with serve(tmp_path, tmp_path / "server.log", course.environment) as address:
        asked = f"{address}/formgrader/api/assignments?token={TOKEN}"
        with urllib.request.urlopen(asked, timeout=60) as answer:
            assert sorted(one["name"] for one in json.load(answer)) == sorted(NOTEBOOKS)
