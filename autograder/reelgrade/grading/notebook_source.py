"""Turn a notebook that may be hostile into the source of a module: its holes, and what they need.

Nothing is run, no kernel is started, and nbformat is not needed. `notebook_reader.py` bounds what that may cost. What a
cell computes or prints on the way is left out; which statements stay is decided in `notebook_code.py`.
"""

import json
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reelgrade.grading.notebook_code import Statements, read_cell, select
from reelgrade.grading.sources.entries import Unusable, shown_name

NOTEBOOK_BYTES = 16 * 2**20
"""The largest notebook that is taken; pictures in its outputs make it large."""

CELLS = 2000
CODE_CHARACTERS = 2**18
SKIPPED = 20
"""Of how many things that were left out a line tells."""

AGAIN = "open it in Jupyter and save it again"
CONVERT = "jupyter nbconvert --to notebook --nbformat 4 --inplace NOTEBOOK"
OURS = "from reelgrade import check"
RUN_IN_PLACE = ("%%time", "%%timeit", "%%capture", "%%prun")
QUOTED = re.compile(r"[\"'](\w+)[\"']")
MAGIC = re.compile(r"^\s*[%!?]|^[\w.,\s]+=\s*[%!]|\?\s*$")


@dataclass(frozen=True)
class Extracted:
    """The module that a notebook holds, and why cells of it were left out, one line each."""

    source: str
    skipped: tuple[str, ...]


def extract(notebook: bytes, holes: Iterable[str], imports: str = "") -> Extracted:
    r"""Take the module out of a notebook; Unusable where it is none.

    `holes` are the names that are asked for, `imports` those that the exercise comes with: they stand first.

    >>> cells = ["%time x = 1\n!ls", "import re\nPATTERN = re.compile('a')", "print(1)\ndef f(t): return PATTERN.findall(t)"]
    >>> book = {"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {}, "source": text} for text in cells]}
    >>> print(extract(json.dumps(book).encode(), ["f"]).source, end="")
    try:
        import re
    except Exception:
        pass
    try:
        PATTERN = re.compile('a')
    except Exception:
        pass
    def f(t): return PATTERN.findall(t)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in the code, which is the student's business
        return _extract(notebook, holes, imports)


def _extract(notebook: bytes, holes: Iterable[str], imports: str) -> Extracted:
    skipped: list[str] = []
    statements: list[Statements] = []
    cells = code_cells(notebook)
    if sum(len(cell) for cell, _ in cells) > CODE_CHARACTERS:
        raise Unusable(f"it has more than {CODE_CHARACTERS // 2**10} KiB of code; leave out what no exercise needs")
    for number, (cell, is_test) in enumerate(cells, start=1):
        read = Statements(cell, [], frozenset(QUOTED.findall(cell))) if is_test else read_cell(_plain(cell))
        if isinstance(read, str):
            skipped.append(f"code cell {number} was left out: {read}")
        else:
            statements.append(read)
    source, unfit = select(statements, holes, imports)
    skipped += unfit
    more = [f"and {len(skipped) - SKIPPED} more"] * (len(skipped) > SKIPPED)
    return Extracted(source, (*skipped[:SKIPPED], *more))


def code_cells(notebook: bytes) -> list[tuple[str, bool]]:
    """Give the sources of all code cells in order, and whether each is a test cell."""
    return [(text_of(cell), _is_test(cell)) for cell in cells_of(notebook) if cell.get("cell_type") == "code"]


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


def _is_test(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    graded = isinstance(ours, dict) and ours.get("grade") is True and ours.get("solution") is not True
    return graded or text_of(cell).lstrip().startswith(OURS)


def _plain(source: str) -> str:
    """Leave IPython's own lines out, where the cell is no Python as it stands."""
    if source.lstrip().startswith("%%"):
        magic, _, rest = source.lstrip().partition("\n")
        source = rest if magic.split()[0] in RUN_IN_PLACE else ""
    if not isinstance(read_cell(source), str):
        return source
    return "\n".join(_without_magic(line) for line in source.split("\n"))


def _without_magic(line: str) -> str:
    if not MAGIC.search(line) or line.lstrip().startswith("#"):
        return line
    return line[: len(line) - len(line.lstrip())] + "pass"
