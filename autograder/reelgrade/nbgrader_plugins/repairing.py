"""A preprocessor for `Autograde.sanitize_preprocessors`: mends a submitted notebook before nbgrader looks at its cells.

nbgrader itself stops the whole class at a test cell that was copied, crashes where a missing cell follows another, and
scores nothing, without a word, where all metadata is gone.
"""

from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from reelgrade.nbgrader_plugins.cells import Released, repair


class RepairCells(NbGraderPreprocessor):
    """Puts metadata, names and missing cells back as they were released; has to come before DeduplicateIds."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Mend one notebook, and log what was mended."""
        place = resources["nbgrader"]
        with Gradebook(place["db_url"]) as gradebook:
            released = released_cells(gradebook, place["assignment"], place["notebook"])
        notes = repair_notebook(nb, released)
        for note in notes:
            self.log.warning("%s: %s", place["student"], note)
        return nb, resources


def repair_notebook(nb: NotebookNode, released: list[Released]) -> list[str]:
    """Mend a notebook in place and say what was mended."""
    with_ids = (nb.nbformat, nb.nbformat_minor) >= (4, 5)
    cells, notes = repair(list(nb.cells), released, with_ids)
    nb.cells = [from_dict(dict(cell)) for cell in cells]  # type: ignore[no-untyped-call]
    return notes


def released_cells(gradebook: Any, assignment: str, notebook: str) -> list[Released]:
    """Read from a gradebook which cells a notebook was released with, in their order."""
    found = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: float(cell.max_score) for cell in (*found.grade_cells, *found.task_cells)}
    solutions = {cell.name for cell in found.solution_cells}
    tasks = {cell.name for cell in found.task_cells}
    return [
        Released(
            cell.name,
            cell.cell_type,
            cell.source,
            cell.checksum,
            bool(cell.locked),
            cell.name in solutions,
            cell.name in tasks,
            points.get(cell.name),
        )
        for cell in found.source_cells
    ]
