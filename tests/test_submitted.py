"""A submitted notebook may be anything: it is read in the form that nbformat wants, or refused in one line."""

import copy
import json

import pytest

pytest.importorskip("nbgrader")

import nbformat

from nbgrader_course import REPOSITORY
from reelgrade.errors import UserError
from reelgrade.nbgrader_plugins.cells import Released
from reelgrade.nbgrader_plugins.marking import prepare
from reelgrade.nbgrader_plugins.submitted import read_notebook

pytestmark = pytest.mark.filterwarnings("ignore")  # nbformat's own, about cells without an id

BOOK = json.loads((REPOSITORY / "source_notebooks" / "03_vocab" / "03_vocab.ipynb").read_text(encoding="utf-8"))
ODD = [None, 7, True, "text", "\ud800", [], ["\ud800", 7, None], {}, {"a": {}}, {"grade_id": []}, [{}] * 3]
OF_A_BOOK = ("nbformat_minor", "metadata", "cells", "surplus")
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


def test_outputs_are_not_even_looked_at(tmp_path, monkeypatch):
    book = copy.deepcopy(BOOK)
    next(cell for cell in book["cells"] if cell["cell_type"] == "code")["outputs"] = [{}] * 1000
    (tmp_path / "03_vocab.ipynb").write_text(json.dumps(book), encoding="utf-8")
    real = nbformat.reads
    monkeypatch.setattr(nbformat, "reads", lambda text, **named: real(text, **named) if "[{}," not in text else 1 / 0)
    notebook = read_notebook(tmp_path / "03_vocab.ipynb")
    assert [cell.source for cell in notebook.cells] == ["".join(cell["source"]) for cell in BOOK["cells"]]
