"""Build a notebook from its text: nbgrader's metadata, stable cell ids, no outputs, the same bytes every time."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reelgrade.course.notebooks.coverage import points_of, verify_cells, verify_coverage
from reelgrade.course.notebooks.pieces import cut
from reelgrade.course.notebooks.texts import Text, TextCell, read_texts
from reelgrade.errors import UserError
from reelgrade.grading.given_cells import GIVEN, NAME, SCRATCH, load_known, text_hash, written

TEXTS = Path("solutions", "notebooks")  # not beside the notebooks: nbgrader takes each folder there for an assignment
BUILT = Path("source_notebooks")
MOST_OF_ID = 48
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

Cell = dict[str, Any]


def build_all(course: Path) -> dict[Path, str]:
    """Build every notebook in memory, and the table by which a grader knows their cells: path -> text of the file."""
    texts, autograder = read_texts(course / TEXTS), course / "autograder"
    for text in texts:
        verify_cells(text, autograder)
    verify_coverage(texts, autograder)
    built = {course / BUILT / text.name / f"{text.name}.ipynb": build(text, course) for text in texts}
    return built | {autograder / NAME: written(_known(texts, course, load_known(autograder)))}


def _known(texts: list[Text], course: Path, before: dict[str, list[str]]) -> dict[str, set[str]]:
    """Gather the hashes of all cells that students are not meant to write, beside those of earlier releases."""
    cells = [cell for text in texts for cell in text.cells]
    given = [cell.body for cell in cells if cell.kind == "given"]
    given += [cut(course / "solutions" / f"{cell.value}.py").imports for cell in cells if cell.kind == "imports"]
    scratch = [cell.body for cell in cells if cell.kind == "scratch"]
    return {GIVEN: {*before[GIVEN], *map(text_hash, given)}, SCRATCH: {*before[SCRATCH], *map(text_hash, scratch)}}


def build(text: Text, course: Path) -> str:
    """Build one notebook; UserError where nbgrader would refuse it."""
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator, ValidationError

    cells = [cell for written in text.cells for cell in _cells(written, course)]
    _number_same(cells)
    notebook: dict[str, Any] = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    try:
        nbformat.validate(node)
        MetadataValidator().validate_nb(node)
    except (nbformat.ValidationError, ValidationError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"{text.path}: nbgrader would refuse this notebook: {reason}") from error
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _number_same(cells: list[Cell]) -> None:
    """Tell cells apart that would have the same id."""
    seen = Counter[str]()
    for cell in cells:
        seen[cell["id"]] += 1
        cell["id"] += f"-{seen[cell['id']]}" if seen[cell["id"]] > 1 else ""


def _named(kind: str, body: str) -> str:
    r"""Name a cell by its heading or its first words, so that a cell that is put in or taken out renames no other.

    >>> _named("text", "# What is a token?\n\nAny run of ..."), _named("given", "import re\n")
    ('text-what-is-a-token', 'given-import-re')
    """
    lines = [line for line in body.splitlines() if line.strip()]
    first = next((line for line in lines if kind == "text" and line.startswith("#")), lines[0])
    words = re.findall(r"[a-z0-9]+", first.lower())
    return "-".join([kind, *words])[:MOST_OF_ID].rstrip("-")


def _cells(cell: TextCell, course: Path) -> Iterator[Cell]:
    """Make the cell or cells of the notebook for one of the text."""
    match cell.kind:
        case "text":
            yield _markdown(cell.body, _named(cell.kind, cell.body), READ_ONLY)
        case "given":
            yield _code(cell.body, _named(cell.kind, cell.body), READ_ONLY)
        case "scratch":
            yield _code(cell.body, _named(cell.kind, cell.body), {})
        case "imports":
            pieces = cut(course / "solutions" / f"{cell.value}.py")
            yield _code(pieces.imports, f"imports-{cell.value}", _graded(f"imports-{cell.value}", locked=True))
        case "hole":
            yield _code(_definition(cell, course), cell.value, _graded(cell.value, solution=True))
        case "check":
            points = points_of(course / "autograder", cell.value, cell.holes)
            name = check_id(cell.holes)
            yield _code(
                check_source(cell.value, cell.holes), name, _graded(name, grade=True, locked=True, points=points)
            )
        case "written":
            yield _markdown(cell.body, f"question-{cell.value}", READ_ONLY)
            name = f"written-{cell.value}"
            yield _markdown("*Your answer.*", name, _graded(name, grade=True, solution=True, points=cell.points))


READ_ONLY: dict[str, Any] = {"editable": False, "deletable": False}
"""Protected in Jupyter, unknown to nbgrader, which refuses to generate an assignment anew once its cells are others."""


def check_id(holes: tuple[str, ...]) -> str:
    """Name the test cell of some holes by its last one, which no other cell has.

    >>> check_id(("build_vocab", "encode"))
    'check-encode'
    """
    return f"check-{holes[-1]}"


def check_source(exercise: str, holes: tuple[str, ...]) -> str:
    """Write the code of a test cell.

    >>> print(check_source("vocab", ("encode",)))
    from reelgrade import check
    <BLANKLINE>
    check("vocab", holes=["encode"])
    """
    names = ", ".join(f'"{hole}"' for hole in holes)
    return f'from reelgrade import check\n\ncheck("{exercise}", holes=[{names}])'


def _definition(cell: TextCell, course: Path) -> str:
    from reelgrade.course.exercises import find_hole, load_exercises

    hole = find_hole(load_exercises(course / "autograder"), cell.value)
    if hole is None:
        raise UserError(f"{cell.where}: there is no hole {cell.value}")
    definitions = cut(course / "solutions" / f"{hole.exercise}.py").definitions
    if cell.value not in definitions:
        raise UserError(f"{cell.where}: solutions/{hole.exercise}.py defines no {cell.value}; add it there")
    return definitions[cell.value]


def _graded(name: str, **fields: Any) -> dict[str, Any]:
    """Make nbgrader's metadata of schema 3."""
    kinds = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {**kinds, **fields, "grade_id": name, "schema_version": 3}}


def _markdown(source: str, name: str, metadata: dict[str, Any]) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": source.splitlines(keepends=True)}


def _code(source: str, name: str, metadata: dict[str, Any]) -> Cell:
    return {**_markdown(source, name, metadata), "cell_type": "code", "execution_count": None, "outputs": []}
