"""The formgrader in a real browser shows the scores of record, and what a person types there survives a regrade."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

pytest.importorskip("nbgrader")

from nbgrader_course import REPOSITORY, Course, close_loop, filled, graded_class
from reelgrade.course.notebooks.pieces import cut

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

NAME, TOKEN = "02_tokenization", "for-this-test-only"
SCRIPT = """
const field = document.getElementById('written-decisions');
field.value = '1.5';
field.dispatchEvent(new Event('change', {bubbles: true}));
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one submission, graded in the sandbox."""
    made = Course(tmp_path_factory.mktemp("formgrader"), (NAME,))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        made.release()
        answers = cut(REPOSITORY / "solutions" / "tokenization.py").definitions | {
            "written-decisions": "Case and emoji."
        }
        made.submit(NAME, "alice", json.dumps(filled(made.released(NAME), answers)))
        made.collect(NAME)
        grade(made)
        yield made
    close_loop()


def grade(course):
    return [str(marked) for marked in graded_class(course.root, NAME)]


@pytest.fixture(scope="module")
def server(course):
    """A Jupyter server with the formgrader, in the folder of the course."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--allow-root", "--ip=127.0.0.1"]
    with (course.home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options], cwd=course.root, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def browser(course):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        if os.environ.get("CI_BROWSER"):
            pytest.fail("no Chromium with its chromedriver here; install both")
        pytest.skip("no Chromium with its chromedriver here")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
    ):
        options.add_argument(option)
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    started.set_page_load_timeout(60)
    yield started
    started.quit()


def wait_for(found, seconds=30):
    """Wait until a function gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    return found()


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
