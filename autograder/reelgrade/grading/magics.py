r"""Tell the Python of a cell from what only IPython knows, with IPython's own reader of cells.

A line of IPython's own (`%`, `!`, `?`) becomes a call of `get_ipython()`, for which cell_holes.py has a stand-in. Of cell
magics, those that run their body leave it as it is.

>>> to_python("%%time\nx = 1")
'\nx = 1'
"""

import ast
import re
from functools import cache
from typing import Any

from reelgrade.grading.sources.entries import Unusable, shown_name

RUN_THEIR_BODY = ("time", "capture", "prun")
CELL_MAGIC = re.compile(r"\s*%%([^\s?]*)")


class LeftOut(Exception):
    """A cell that is not run; the message says why."""


def to_python(source: str) -> str:
    """Give the Python of a cell; LeftOut where there is none, Unusable where there is no IPython to tell."""
    above = 0
    while magic := CELL_MAGIC.match(source):
        if magic[1] not in RUN_THEIR_BODY:
            raise LeftOut(f"%%{shown_name(magic[1])} is not run here")
        _, _, source = source[magic.start(1) :].partition("\n")
        above += magic[0].count("\n") + 1
    return "\n" * above + (source if _is_python(source) else _read_by_ipython(source))


def _read_by_ipython(source: str) -> str:
    manager = _manager()
    try:
        return str(manager.transform_cell(source))
    except Exception as error:  # it is made for what people type
        raise LeftOut(f"IPython cannot read it ({type(error).__name__})") from error


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@cache
def _manager() -> Any:
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        raise Unusable(
            "it has lines that are no Python, and IPython, which could tell its own, is not installed; "
            "run: python -m pip install ipython"
        ) from None
    return TransformerManager()  # type: ignore[no-untyped-call]
