"""Random numbers of hidden checks. They follow from the course secret and the code of a hole, however it is handed in.

The same code gets the same inputs as a module and in a notebook, whatever stands beside it, and so the same verdict.
"""

import ast
import hashlib
import hmac
import os
import random
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from reelgrade.grading.catalogue import Check
from reelgrade.grading.notebook_code import Kept, Statements, follow, keep, read_cell


class Code:
    r"""What a student has written for an exercise: a module, or the cells of a notebook.

    Layout, comments, imports and the order of definitions make no difference, nor does what no hole uses.

    >>> short, long = Code(["N = 2\ndef f(): return N"]), Code(["import re", "def f():\n  # two\n  return N", "N = 2"])
    >>> short.hash_of("f") == long.hash_of("f") != Code(["N = 3\ndef f(): return N"]).hash_of("f")
    True
    """

    def __init__(self, cells: Iterable[str]) -> None:
        self._cells = tuple(cells)
        self._hashes: dict[str, bytes] = {}

    @classmethod
    def of_module(cls, path: Path) -> "Code":
        """Read a module; there is no code where there is no file."""
        return cls([path.read_text(encoding="utf-8", errors="replace")] if path.is_file() else [])

    def hash_of(self, hole: str) -> bytes:
        """Hash the definition of a hole and all that it uses, 32 bytes."""
        if hole not in self._hashes:
            self._hashes[hole] = self._hash(hole)
        return self._hashes[hole]

    def _hash(self, hole: str) -> bytes:
        statements, unreadable = self._read
        needed = follow(statements, [hole])
        forms = {_form(kept) for kept in statements if kept.binds & needed and not kept.origin}
        return hashlib.sha256("\0".join(sorted(forms | unreadable)).encode("utf-8", "replace")).digest()

    @cached_property
    def _read(self) -> tuple[list[Kept], set[str]]:
        """Give the statements, and whole cells that cannot be read: their every change counts."""
        statements: list[Kept] = []
        unreadable: set[str] = set()
        for cell in self._cells:
            read = read_cell(cell)
            found = [keep(node, read) for node in read.nodes] if isinstance(read, Statements) else [read]
            statements += [kept for kept in found if isinstance(kept, Kept)]
            unreadable |= {cell for kept in found if isinstance(kept, str)}
        return statements, unreadable


def _form(kept: Kept) -> str:
    """Write a statement so that its layout makes no difference."""
    try:
        return ast.dump(ast.parse(kept.text))
    except (RecursionError, MemoryError):
        return kept.text


def draw_for(check: Check, code: Code) -> random.Random:
    """Give the random numbers of a check: they follow from the course secret, the code of its hole and its name."""
    return random.Random(hmac.digest(course_secret(), code.hash_of(check.hole) + check.id.encode(), "sha256"))


def course_secret() -> bytes:
    """Give the secret from which all drawn inputs follow."""
    return (os.environ.get("REELGRADE_SECRET") or "no secret set").encode()
