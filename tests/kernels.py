"""Notebooks in a fresh kernel: built from their texts, and run from top to bottom."""

import resource
import time
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbclient import NotebookClient
from nbgrader.preprocessors import ClearSolutions

from reelgrade.course.notebooks.build import TEXTS, build
from reelgrade.course.notebooks.texts import read_text


class Seconds(NamedTuple):
    """How long a kernel lived, and how long it computed."""

    wall: float
    cpu: float


def made(repository: Path, name: str) -> Any:
    """Build the solved notebook."""
    return nbformat.reads(build(read_text(repository / TEXTS / f"{name}.py"), repository), as_version=4)


def students(notebook: Any) -> Any:
    """Give a student's copy, with its holes open."""
    return ClearSolutions().preprocess(notebook, {})[0]


def run(notebook: Any, folder: Path) -> Seconds:
    """Run all cells, in a folder; CellExecutionError at the first that fails."""
    started, before = time.monotonic(), _cpu()
    NotebookClient(
        notebook, timeout=150, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return Seconds(time.monotonic() - started, _cpu() - before)


def _cpu() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def points(notebook: Any) -> dict[str, tuple[float, float]]:
    """Give for each test cell the points it has shown, and its most."""
    return {
        cell.id: (float(shown.data["text/plain"]), cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if cell.id.startswith("check-")
        for shown in cell.outputs
        if shown.output_type == "execute_result"
    }


def printed(notebook: Any, name: str) -> str:
    """Give what a cell has printed."""
    cell = next(cell for cell in notebook.cells if cell.id == name)
    return "".join(one.text for one in cell.outputs if one.output_type == "stream")
