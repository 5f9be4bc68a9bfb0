"""Turn a notebook that may be hostile into a module: the cells that a worker runs, one after the other.

Nothing is run here, no kernel is started, and nbformat is not needed. `notebook_reader.py` bounds what that may cost. Which
cells are run, and what of given ones, is decided in `notebook_code.py`; `cells.py` says how they are written down.
"""

import json
import re
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from reelgrade.grading.cells import Cells, write_cells
from reelgrade.grading.given_cells import GIVEN, SCRATCH, Known, text_hash
from reelgrade.grading.magics import LeftOut, to_python
from reelgrade.grading.notebook_code import Read, only_checks, read_statements, read_whole, select
from reelgrade.grading.sources.entries import Unusable, shown_name

NOTEBOOK_BYTES = 16 * 2**20
"""The largest notebook that is taken; pictures in its outputs make it large."""

CELLS = 2000
CODE_CHARACTERS = 2**18
SKIPPED = 20
"""Of how many things that were left out a line tells."""

AGAIN = "open it in Jupyter and save it again"
CONVERT = "jupyter nbconvert --to notebook --nbformat 4 --inplace NOTEBOOK"
QUOTED = re.compile(r"[\"'](\w+)[\"']")
NOTHING_KNOWN: Known = {GIVEN: (), SCRATCH: ()}


@dataclass(frozen=True)
class Extracted:
    """The module that a notebook holds, and why cells of it were left out, one line each."""

    source: str
    skipped: tuple[str, ...]


def extract(
    notebook: bytes, holes: Collection[str], imports: str = "", known: Known = NOTHING_KNOWN, name: str = "notebook"
) -> Extracted:
    r"""Take out of a notebook what has to be run for one exercise; Unusable where it is no notebook.

    `holes` are the names that are asked for, `imports` those that the exercise comes with: they stand first. `known`
    tells cells of the course from a student's.

    >>> from reelgrade.grading.cells import code_of
    >>> cells = ["import re\n!ls", "PATTERN = re.compile('a')", "def f(t): return PATTERN.findall(t)"]
    >>> book = {"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {}, "source": text} for text in cells]}
    >>> print(code_of(extract(json.dumps(book).encode(), ["f"]).source), end="")
    import re
    get_ipython().system('ls')
    <BLANKLINE>
    PATTERN = re.compile('a')
    def f(t): return PATTERN.findall(t)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in the code, which is the student's business
        return _extract(notebook, holes, imports, known, name)


def _extract(notebook: bytes, holes: Collection[str], imports: str, known: Known, name: str) -> Extracted:
    skipped: list[str] = []
    cells = [Read(0, read_statements(imports), own=False, told=False)]
    found = code_cells(notebook)
    if sum(len(cell) for cell, _ in found) > CODE_CHARACTERS:
        raise Unusable(f"it has more than {CODE_CHARACTERS // 2**10} KiB of code; leave out what no exercise needs")
    graded = {hole for source, is_graded in found if is_graded for hole in QUOTED.findall(source)}
    for number, (source, is_graded) in enumerate(found, start=1):
        if is_graded or only_checks(source):
            asked = [hole for hole in QUOTED.findall(source) if is_graded or hole not in graded]
            cells.append(Read(number, tests=tuple(asked)))
            continue
        read = _read(source.replace("\r\n", "\n"), number, known)
        if isinstance(read, str):
            skipped.append(f"code cell {number} was left out: {read}")
        else:
            cells.append(read)
    chosen, unfit = select(cells, holes)
    skipped += unfit
    more = [f"and {len(skipped) - SKIPPED} more"] * (len(skipped) > SKIPPED)
    return Extracted(write_cells(Cells(name, tuple(chosen))), (*skipped[:SKIPPED], *more))


def _read(source: str, number: int, known: Known) -> Read | str:
    """Read a cell that is no test, or say why it is left out."""
    name = text_hash(source)
    try:
        if name in known[GIVEN]:
            return Read(number, read_statements(source), own=False, told=False)
        whole = read_whole(to_python(source))
    except LeftOut as error:
        return str(error)
    return whole if isinstance(whole, str) else Read(number, (whole,), told=name not in known[SCRATCH])


def code_cells(notebook: bytes) -> list[tuple[str, bool]]:
    """Give the sources of all code cells in order, and whether nbgrader grades them as tests."""
    return [(text_of(cell), _is_graded(cell)) for cell in cells_of(notebook) if cell.get("cell_type") == "code"]


def cells_of(notebook: bytes) -> list[dict[str, Any]]:
    """Parse a notebook and give its cells, which may hold anything; Unusable where it is no notebook."""
    cells = _parsed(notebook).get("cells")
    if not isinstance(cells, list) or len(cells) > CELLS:
        raise Unusable(f"it has no list of at most {CELLS} cells; {AGAIN}")
    return [cell for cell in cells if isinstance(cell, dict)]


def text_of(cell: dict[str, Any]) -> str:
    """Give the text of a cell, which may be written as a list of lines."""
    source = cell.get("source", "")
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


def _parsed(notebook: bytes) -> dict[str, Any]:
    try:
        found = json.loads(notebook)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it is no notebook but damaged JSON; {AGAIN}") from error
    if not isinstance(found, dict) or "nbformat" not in found:
        raise Unusable(f"it is no notebook; {AGAIN}")
    if found["nbformat"] != 4:
        raise Unusable(f"it is in nbformat {_shown(found['nbformat'])}, not 4; {_other_format(found['nbformat'])}")
    return found


def _shown(version: object) -> str:
    return shown_name(str(version)[:10]) + " in quotes" * isinstance(version, str)


def _other_format(version: object) -> str:
    """Say what to do about a format that is not read here: Jupyter converts older ones, and knows no newer one."""
    if isinstance(version, int) and version < 4:
        return f"convert it: {CONVERT}"
    return "copy your cells into the notebook that was released, and hand that in"


def _is_graded(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return isinstance(ours, dict) and ours.get("grade") is True and ours.get("solution") is not True
