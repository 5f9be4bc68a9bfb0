r"""The cells of a notebook in one module file: how they are written down, and read again by the judge and the worker.

The first line tells how many lines each cell has, so that no text within a cell can end it. A test cell has no text; it
marks the place at which its holes are tested, with what the cells above it have defined.

>>> cells = Cells("02_tokenization.ipynb", (Cell(1, "import re\nx = 1"), Cell(0, tests=("f",)), Cell(3, "x = 2")))
>>> read_cells(write_cells(cells)) == cells, cells.above(["f"]), cells.above(["g"])
(True, 1, 3)
"""

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

HEAD = "# cells of a notebook: "
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
COMPUTING = (ast.Call, ast.comprehension, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


@dataclass(frozen=True)
class Cell:
    """One code cell by its number in the notebook, 0 for imports that stand before all cells, and for test cells.

    `own` says that the student wrote it, so that its failure is worth telling. `tests` are the holes of a test cell.
    """

    number: int
    source: str = ""
    own: bool = True
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cells:
    """What is run of one notebook for one exercise, in order."""

    notebook: str
    cells: tuple[Cell, ...]

    def above(self, holes: Iterable[str]) -> int:
        """Count the cells above the test cell of some holes, the last one where there are more; all where there is none."""
        most = len(self.cells)
        places = [[index for index, cell in enumerate(self.cells) if hole in cell.tests] for hole in holes]
        return max((found[-1] if found else most for found in places), default=most)


def write_cells(cells: Cells) -> str:
    """Write cells as the text of a module."""
    parts = [
        {"tests": cell.tests} if cell.tests else {"number": cell.number, "lines": _lines(cell.source), "own": cell.own}
        for cell in cells.cells
    ]
    head = json.dumps({"notebook": cells.notebook, "cells": parts})
    return "".join(f"{text}\n" for text in (HEAD + head, *(cell.source for cell in cells.cells if not cell.tests)))


def read_cells(module: str) -> Cells | None:
    """Read the cells of a module again; None for a module that is none, whatever its first line says."""
    if not module.startswith(HEAD):
        return None
    head, _, body = module.partition("\n")
    try:
        found = json.loads(head.removeprefix(HEAD))
        lines = iter(body.split("\n"))
        return Cells(_exactly(found["notebook"], str), tuple([_cell(part, lines) for part in found["cells"]]))
    except (ValueError, LookupError, TypeError, RecursionError, StopIteration, RuntimeError):
        return None


def _cell(part: dict[str, Any], lines: Iterator[str]) -> Cell:
    if "tests" in part:
        return Cell(0, tests=tuple(_exactly(name, str) for name in _exactly(part["tests"], list)))
    source = "\n".join([next(lines) for _ in range(_exactly(part["lines"], int))])
    return Cell(_exactly(part["number"], int), source, _exactly(part["own"], bool))


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"no {kind.__name__}")
    return value


def _lines(source: str) -> int:
    return source.count("\n") + 1


def code_of(module: str) -> str:
    """Give the code of a module without the line that tells of cells."""
    return module.partition("\n")[2] if module.startswith(HEAD) else module


def is_definition(node: ast.stmt) -> bool:
    """Tell whether a statement imports, defines, or names a constant, so that running it takes no time.

    >>> [is_definition(node) for node in ast.parse("import re; X = [1, 'a']; Y = f(); X.append(1)").body]
    [True, True, False, False]
    """
    if isinstance(node, (*IMPORTS, *DEFINITIONS)):
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return node.value is not None and all(map(_is_plain, [node.value, *targets]))
    if isinstance(node, ast.If):
        return _is_plain(node.test) and all(map(is_definition, [*node.body, *node.orelse]))
    if isinstance(node, ast.Try):
        handled = [inner for handler in node.handlers for inner in handler.body]
        inner = [*node.body, *handled, *node.orelse, *node.finalbody]
        return all(is_definition(one) or isinstance(one, ast.Pass) for one in inner)
    return False


def _is_plain(value: ast.expr) -> bool:
    return not any(isinstance(part, COMPUTING) for part in ast.walk(value))
