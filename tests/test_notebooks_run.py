"""Notebooks run from top to bottom in a fresh kernel; a student's copy stops at its first hole with one clear line."""

import time
from pathlib import Path

import pytest

pytest.importorskip("nbclient")

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbgrader.preprocessors import ClearSolutions

from nbgrader_course import close_loop
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.build import TEXTS, build
from reelgrade.course.notebooks.texts import read_text

pytestmark = pytest.mark.filterwarnings("ignore")  # those of kernels and their libraries

SAMPLE = ("02_tokenization", "03_vocab")
SECONDS = dict.fromkeys(NOTEBOOKS, 30) | dict.fromkeys(("06_training", "08_finetuning", "09_comparison"), 60)
CHOSEN = [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in NOTEBOOKS]


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path, repository):
    """Kernels see this checkout, no network and none of this account's settings."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("PYTHONPATH", str(repository / "autograder"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    yield
    close_loop()


def made(repository: Path, name: str):
    return nbformat.reads(build(read_text(repository / TEXTS / f"{name}.py"), repository), as_version=4)


def run(notebook, folder: Path) -> float:
    started = time.monotonic()
    NotebookClient(
        notebook, timeout=150, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return time.monotonic() - started


@pytest.mark.parametrize("name", CHOSEN)
def test_a_source_notebook_runs_from_top_to_bottom(repository, tmp_path, name):
    notebook = made(repository, name)
    seconds = run(notebook, tmp_path)
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if cell.id.startswith("check-"):
            (points,) = (
                output.data["text/plain"] for output in outputs[cell.id] if output.output_type == "execute_result"
            )
            assert float(points) == cell.metadata.nbgrader.points, cell.id
    assert not [name for name, found in outputs.items() for one in found if one.get("name") == "stderr"]
    assert seconds <= SECONDS[name]


@pytest.mark.parametrize("name", [param for param in CHOSEN if NOTEBOOKS[getattr(param, "values", (param,))[0]]])
def test_a_students_copy_stops_at_its_first_hole_with_one_line(repository, tmp_path, name):
    notebook, _ = ClearSolutions().preprocess(made(repository, name), {})
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
