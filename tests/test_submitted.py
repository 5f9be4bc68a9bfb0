"""A submitted notebook may be anything: it is read in the form that nbformat wants, or refused in one line."""

import copy
import errno
import json
import os
from types import SimpleNamespace

import pytest

pytest.importorskip("nbgrader")

import nbformat
import psutil

from nbgrader_course import REPOSITORY
from reelgrade.errors import UserError
from reelgrade.nbgrader_plugins.cells import Released
from reelgrade.nbgrader_plugins.classwork import Handed, Marker
from reelgrade.nbgrader_plugins.marking import prepare, write_autograded
from reelgrade.nbgrader_plugins.submitted import read_notebook

pytestmark = pytest.mark.filterwarnings("ignore")  # nbformat's own, about cells without an id

BOOK = json.loads((REPOSITORY / "source_notebooks" / "03_vocab" / "03_vocab.ipynb").read_text(encoding="utf-8"))
ODD = [None, 7, True, "text", "\ud800", [], ["\ud800", 7, None], {}, {"a": {}}, {"grade_id": []}, [{}] * 3]
OF_A_BOOK = ("nbformat", "nbformat_minor", "metadata", "cells", "surplus")
OF_A_CELL = ("cell_type", "id", "metadata", "source", "outputs", "execution_count", "attachments", "surplus")
RELEASED = [
    Released(cell["metadata"]["nbgrader"]["grade_id"], cell["cell_type"], "".join(cell["source"]), "0", locked=True)
    for cell in BOOK["cells"]
    if "nbgrader" in cell["metadata"]
]


def spoiled():
    for key in OF_A_BOOK:
        for value in ODD:
            yield BOOK | {key: value}
        yield {name: value for name, value in BOOK.items() if name != key}
    for place in (0, next(index for index, cell in enumerate(BOOK["cells"]) if cell["cell_type"] == "code")):
        for key in OF_A_CELL:
            for value in [*ODD, ...]:
                book = copy.deepcopy(BOOK)
                book["cells"][place] |= {key: value}
                if value is ...:
                    del book["cells"][place][key]
                yield book
        for value in ODD:
            book = copy.deepcopy(BOOK)
            book["cells"][place] = value
            book["cells"][-1]["metadata"] = {"nbgrader": value}
            yield book


def test_every_odd_notebook_is_read_and_mended_or_refused_in_one_line(tmp_path):
    path, read = tmp_path / "03_vocab.ipynb", 0
    for book in spoiled():
        path.write_text(json.dumps(book), encoding="utf-8")
        try:
            notebook = read_notebook(path)
        except UserError as error:
            assert "\n" not in str(error)
            continue
        prepare(notebook, RELEASED, '{"name": "python3", "display_name": "Python 3"}')
        nbformat.writes(notebook, version=4).encode("utf-8")
        nbformat.validate(notebook)
        read += 1
    assert read > 200


PLENTY = {
    "names of pictures": {"attachments": {str(number): {} for number in range(10**6)}},
    "kinds of a picture": {"attachments": {"a": {str(number): "" for number in range(10**6)}}},
    "other metadata": {"metadata": {"nbgrader": {"grade_id": [[]] * 3 * 10**6}}},
    "lines": {"source": "a\n" * 4 * 10**6},
    "pieces of text": {"source": ["a", 7] * 15 * 10**5},
}


@pytest.mark.parametrize("kind", PLENTY)
def test_plenty_of_anything_costs_this_process_little(tmp_path, kind):
    path = tmp_path / "03_vocab.ipynb"
    path.write_text(json.dumps(BOOK | {"cells": [{"cell_type": "markdown"} | PLENTY[kind]]}), encoding="utf-8")
    assert path.stat().st_size > 2**23, "no test of what is large"
    used = psutil.Process().cpu_times().user
    try:
        notebook = read_notebook(path)
    except UserError as error:
        assert "leave out" in str(error)
    else:
        prepare(notebook, RELEASED, '{"name": "python3", "display_name": "Python 3"}')
        assert len(nbformat.writes(notebook, version=4)) < 2**23
    assert psutil.Process().cpu_times().user < used + 3


def test_outputs_are_not_even_looked_at(tmp_path, monkeypatch):
    book = copy.deepcopy(BOOK)
    next(cell for cell in book["cells"] if cell["cell_type"] == "code")["outputs"] = [{}] * 1000
    (tmp_path / "03_vocab.ipynb").write_text(json.dumps(book), encoding="utf-8")
    real = nbformat.reads
    monkeypatch.setattr(nbformat, "reads", lambda text, **named: real(text, **named) if "[{}," not in text else 1 / 0)
    notebook = read_notebook(tmp_path / "03_vocab.ipynb")
    assert [cell.source for cell in notebook.cells] == ["".join(cell["source"]) for cell in BOOK["cells"]]


def test_a_file_that_cannot_be_read_is_one_students_problem_and_a_full_disk_everybodys(monkeypatch):
    marker, handed = object.__new__(Marker), Handed("ann", "03_vocab")

    def fail(number):
        raise OSError(number, os.strerror(number), "ann/03_vocab.ipynb")

    monkeypatch.setattr(Marker, "_task_of", lambda *_: fail(errno.EACCES))
    assert marker.task_of(handed).problem == "ann/03_vocab.ipynb: it cannot be read (Permission denied)"
    monkeypatch.setattr(Marker, "_task_of", lambda *_: fail(errno.ENOSPC))
    with pytest.raises(OSError, match="No space"):
        marker.task_of(handed)


def test_only_lines_are_taken_of_what_lies_beside_a_submitted_notebook(tmp_path):
    course = SimpleNamespace(
        directory=SimpleNamespace(submitted_directory="submitted", autograded_directory="autograded"),
        folder=lambda step, student, assignment: tmp_path / step / student / assignment,
    )
    folder = tmp_path / "submitted" / "ann" / "03_vocab"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-11-29 10:00:00 UTC")
    (folder / "submission_secret.txt").write_text("a" * 10**6)
    made = write_autograded(course, nbformat.v4.new_notebook(), "ann", "03_vocab")
    assert {path.name for path in made.iterdir()} == {"03_vocab.ipynb", "timestamp.txt"}
