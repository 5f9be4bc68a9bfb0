"""A graded notebook shows its points, and how the training went, as pictures that say in words what they show."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

pytest.importorskip("nbgrader")

from nbgrader.utils import determine_grade

from reelgrade.grading.catalogue import read_checks
from reelgrade.grading.judging import FAILED, PASSED, CheckResult
from reelgrade.grading.report import Report, make_report
from reelgrade.nbgrader_plugins.drawing import points_by_hole, points_picture, training_outputs
from reelgrade.nbgrader_plugins.marking import show_points
from sample_reports import hostile_training, training

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own


def a_report(autograder: Path, accuracy: bool = True) -> Report:
    """A report of notebook 06 whose first check alone has failed."""
    checks = [check for check in read_checks(autograder) if check.exercise in ("training", "metrics")]
    results = [CheckResult(check, PASSED, check.points) for check in checks if accuracy or not check.requires]
    results[0] = CheckResult(checks[0], FAILED, 0.0, message="wrong")
    return replace(make_report(autograder, Path("alice"), results), trainings=(training(),) if accuracy else ())


@pytest.fixture
def notebook(repository):
    return nbformat.read(repository / "source_notebooks" / "06_training" / "06_training.ipynb", as_version=4)


def images(cell):
    """The attributes of every <img> in the outputs of a cell."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag in ("figure", "figcaption", "img")
            if tag == "img":
                found.append(dict(attrs))

    for output in cell.get("outputs", []):
        Reader().feed(output.get("data", {}).get("text/html", ""))
    return found


def test_trainings_stand_where_training_is_graded_and_points_come_last(repository, notebook):
    autograder = repository / "autograder"
    total = show_points(notebook, a_report(autograder), autograder)
    shown = {cell.id: images(cell) for cell in notebook.cells if images(cell)}
    assert list(shown) == ["check-fit", "check-per_class_recall"]
    curves, matrix = shown["check-fit"]
    assert curves["alt"] == "Best validation loss 0.800 in epoch 5 of 6."
    assert "Story predicted as" in matrix["alt"]
    (bars,) = shown["check-per_class_recall"]
    assert "; evaluate " in bars["alt"]
    assert bars["alt"].startswith(f"train_epoch {points_of(a_report(autograder), 'train_epoch')}")
    assert {image["src"].partition(";")[0] for images in shown.values() for image in images} == {
        "data:image/png",
        "data:image/svg+xml",
    }
    graded = [cell for cell in notebook.cells if cell.id.startswith("check-")]
    assert sum(determine_grade(cell)[0] for cell in graded) == total > 0


def points_of(report, hole):
    earned, most = points_by_hole(report)[hole]
    return f"{earned:g} of {most:g}"


def test_a_bar_is_as_long_as_its_share_of_the_points():
    source = points_picture({"half": (3.0, 6.0), "all": (2.0, 2.0), "none": (0.0, 4.0)}).source
    drawn = ElementTree.fromstring(base64.b64decode(source.partition(",")[2]))
    bars = [float(part.get("width")) for part in drawn if part.tag.endswith("rect")]
    tracks, lengths = bars[::2], bars[1::2]
    assert [length / track for length, track in zip(lengths, tracks, strict=True)] == [0.5, 1.0, 0.0]
    words = [part.text for part in drawn if part.tag.endswith("text")]
    assert words == ["half", "3 of 6", "all", "2 of 2", "none", "0 of 4"]


def test_no_text_becomes_markup():
    picture = points_picture({"<script>&": (1.0, 1.0)})
    drawn = base64.b64decode(picture.source.partition(",")[2]).decode()
    assert "<script" not in drawn
    assert "&lt;script&gt;&amp;" in drawn


def test_a_training_of_odd_numbers_says_why_there_is_no_picture():
    curves, matrix = training_outputs(hostile_training())
    assert "values are not finite and left out" in curves.data["text/html"]
    assert matrix.data["text/html"].startswith("<figure><figcaption>No confusion matrix")


def test_accuracy_checks_that_were_left_out_are_named(repository, notebook):
    autograder = repository / "autograder"
    report = a_report(autograder, accuracy=False)
    total = show_points(notebook, report, autograder)
    (cell,) = (cell for cell in notebook.cells if cell.id == "check-fit")
    left_out = sum(check.points for check in read_checks(autograder) if check.exercise == "training" and check.requires)
    assert f"not run, since accuracy checks were left out: {left_out:g} points" in cell.outputs[0].text
    assert total == sum(result.points for result in report.results)
    assert not re.search("img", "".join(str(output) for output in cell.outputs))
