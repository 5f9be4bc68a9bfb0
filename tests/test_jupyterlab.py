"""JupyterLab in a real browser, as a student has it: run all cells, look at the outputs, press nbgrader's Validate."""

import json
import shutil

import nbformat
import pytest

pytest.importorskip("nbgrader")

from nbgrader.preprocessors import ClearSolutions

from jupyter_browser import TOKEN, serve, wait_for
from nbgrader_course import REPOSITORY, close_loop, settings_below

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

NAME = "02_tokenization"
WHOLE_PAGE = {"windowingMode": "none"}  # else cells out of sight are not in the page
SOLVED = ["tokenize: 6 of 6 points", "tokenize_corpus: 2 of 2 points"]
NOT_STARTED = "tokenize is not started: fill its cell, then run this one again; reelgrade hint tokenize"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Jupyter server in a folder with the solved notebook and a student's copy of it."""
    root = tmp_path_factory.mktemp("jupyterlab")
    environment = settings_below(root / "home")
    settings = root / "home" / "jupyter_config_dir" / "lab/user-settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps(WHOLE_PAGE), encoding="utf-8")
    for name in ("solved", "student"):
        (root / "work" / name).mkdir(parents=True)
    source = REPOSITORY / "source_notebooks" / NAME / f"{NAME}.ipynb"
    shutil.copy(source, root / "work" / "solved")
    holes_open, _ = ClearSolutions().preprocess(nbformat.read(source, as_version=4), {})
    nbformat.write(holes_open, root / "work" / "student" / f"{NAME}.ipynb")
    with serve(root / "work", root / "server.log", environment) as address:
        yield address
    close_loop()


class Lab:
    """One notebook in JupyterLab."""

    def __init__(self, browser, server, path):
        self.browser = browser
        browser.get(f"{server}/lab/tree/{path}?reset&token={TOKEN}")
        self.wait_until_idle()

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def wait_until_idle(self):
        idle = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
        assert wait_for(lambda: self.all(idle), seconds=90), self.browser.page_source[-2000:]

    def press(self, selector, text=""):
        def pressed():
            found = [one for one in self.all(selector) if text in one.text and one.is_displayed()]
            return bool(found) and (found[0].click() or True)

        assert wait_for(pressed), f"nothing to press: {selector} {text}"

    def run_all(self):
        """Choose Run > Run All Cells; the first cell has its number once the run has begun."""
        self.press(".lm-MenuBar-itemLabel", "Run")
        self.press('.lm-Menu-item[data-command="runmenu:run-all"]')
        assert wait_for(lambda: "[1]:" in self.text(".jp-InputPrompt"), seconds=90)
        self.wait_until_idle()

    def text(self, selector):
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent).join('\\n')", selector
        )

    def validate(self):
        """Press nbgrader's button, and give what its dialog says."""
        self.press(".validate-button button, button.validate-button, .validate-button", "Validate")
        return wait_for(lambda: self.text(".validation-success, .validation-failed"), seconds=120)


@pytest.mark.part("notebooks")
def test_a_solved_notebook_runs_with_all_points_and_validates(server, browser, tmp_path):
    lab = Lab(browser, server, f"solved/{NAME}.ipynb")
    lab.run_all()
    assert wait_for(lambda: all(line in lab.text(".jp-OutputArea") for line in SOLVED), seconds=90)
    assert not lab.all(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']")
    assert "Success! Your notebook passes all the tests." in lab.validate()
    browser.save_screenshot(str(tmp_path / "solved.png"))
    assert (tmp_path / "solved.png").stat().st_size > 10_000


def test_a_students_notebook_stops_at_its_first_hole_and_does_not_validate(server, browser, tmp_path):
    lab = Lab(browser, server, f"student/{NAME}.ipynb")
    lab.run_all()
    assert wait_for(lambda: NOT_STARTED in lab.text(".jp-OutputArea"), seconds=90)
    assert "tokenize_corpus" not in lab.text(".jp-OutputArea")
    said = lab.validate()
    assert "tokenize: 0 of 6 points" in said
    assert "Success" not in said
    browser.save_screenshot(str(tmp_path / "student.png"))
    assert (tmp_path / "student.png").stat().st_size > 10_000
