"""Notebooks run from top to bottom in a fresh kernel; a student's copy stops at its first hole with one clear line."""

import pytest

pytest.importorskip("nbclient")

from nbclient.exceptions import CellExecutionError

from kernels import made, points, run, students
from nbgrader_course import close_loop, settings_below
from reelgrade.course.folders import NOTEBOOKS

pytestmark = pytest.mark.filterwarnings("ignore")  # those of kernels and their libraries

SAMPLE = ("03_vocab",)
# Of computing: an idle machine with two cores needs no longer, one that is busy with something else fails nobody.
SECONDS = dict.fromkeys(NOTEBOOKS, 30) | dict.fromkeys(("06_training", "08_finetuning", "09_comparison"), 60)
CHOSEN = [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.part("notebooks")) for name in NOTEBOOKS]


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path, repository):
    """Kernels see this checkout, no network and none of this account's settings."""
    for name, value in settings_below(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    yield
    close_loop()


@pytest.mark.parametrize("name", CHOSEN)
def test_a_source_notebook_runs_from_top_to_bottom(repository, tmp_path, name):
    notebook = made(repository, name)
    seconds = run(notebook, tmp_path)
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert all(got == most for got, most in points(notebook).values()), points(notebook)
    assert len(points(notebook)) == sum(name.startswith("check-") for name in outputs)
    assert not [name for name, found in outputs.items() for one in found if one.get("name") == "stderr"]
    assert seconds.cpu <= SECONDS[name]


@pytest.mark.parametrize("name", [param for param in CHOSEN if NOTEBOOKS[getattr(param, "values", (param,))[0]]])
def test_a_students_copy_stops_at_its_first_hole_with_one_line(repository, tmp_path, name):
    notebook = students(made(repository, name))
    with pytest.raises(CellExecutionError):
        run(notebook, tmp_path)
    errors = [
        (cell.id, one) for cell in notebook.cells for one in cell.get("outputs", []) if one.output_type == "error"
    ]
    ((where, error),) = errors
    first = next(cell.id for cell in notebook.cells if cell.id.startswith("check-"))
    assert where == first
    assert error.ename == "NotAllPoints"
    assert error.evalue.endswith(
        f"is not started: fill its cell, then run this one again; reelgrade hint {error.evalue.split()[0]}"
    )
    assert error.traceback == [error.evalue]
