"""Make the exercises from the solutions: the same files with their holes open.

A hole's body stands between the lines `### BEGIN SOLUTION` and `### END SOLUTION`, nbgrader's own
markers. The text outside them is copied as it is.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from reelgrade.errors import UserError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def open_holes(source: str, name: str = "<solution>") -> str:
    r"""Replace each marked body by `raise NotImplementedError` with the name of its hole.

    The name is that of the top-level function or class. `name` is the file's, for messages. Raises
    UserError naming file and line for markers that are nested, unclosed, outside a function, or
    not alone on their line, and for a file without any.

    >>> print(open_holes("def two():\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION\n"), end="")
    def two():
        # YOUR CODE HERE
        raise NotImplementedError("two")
    """
    lines = source.splitlines()
    tree = _parse(source, name)
    stub: list[str] = []
    copied_to = 0
    for begin, end in marked_regions(source, name):
        hole = _enclosing_hole(tree, begin, end, name)
        indent = " " * (len(lines[begin]) - len(lines[begin].lstrip()))
        stub += lines[copied_to:begin]
        stub += [f"{indent}# YOUR CODE HERE", f'{indent}raise NotImplementedError("{hole}")']
        copied_to = end + 1
    stub += lines[copied_to:]
    text = "\n".join(stub) + "\n"
    _parse(text, f"stub of {name}")
    return text


def make_stubs(solutions: Path) -> dict[str, str]:
    """Generate all stubs in memory: file name -> text."""
    files = sorted(solutions.glob("*.py"))
    if not files:
        raise UserError(f"{solutions}: no solutions there; run this in the course folder")
    return {file.name: open_holes(file.read_text(encoding="utf-8"), str(file)) for file in files}


def marked_regions(source: str, name: str) -> list[tuple[int, int]]:
    """Find the marked regions as pairs of 0-based line numbers; UserError where markers are wrong."""
    regions: list[tuple[int, int]] = []
    begin: int | None = None
    for number, marker in _markers(source, name):
        where = f"{name}, line {number + 1}"
        if marker == BEGIN and begin is not None:
            raise UserError(f"{where}: '{BEGIN}' inside the region of line {begin + 1}; close that one first")
        if marker == END and begin is None:
            raise UserError(f"{where}: '{END}' without a '{BEGIN}' above it")
        if marker == BEGIN:
            begin = number
        elif begin is not None:
            regions.append((begin, number))
            begin = None
    if begin is not None:
        raise UserError(f"{name}, line {begin + 1}: '{BEGIN}' is never closed; add '{END}' at the end of the body")
    if not regions:
        raise UserError(
            f"{name}: no '{BEGIN}' in it, so it has no hole; mark a body, or move the file out of solutions"
        )
    return regions


def _markers(source: str, name: str) -> list[tuple[int, str]]:
    """Find the marker comments; the same words in a string, or beside other text, are refused."""
    comments = {
        token.start[0] - 1: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    markers = []
    for number, line in enumerate(source.splitlines()):
        if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line:
            continue
        if line.strip() not in (BEGIN, END) or comments.get(number) != line.strip():
            raise UserError(
                f"{name}, line {number + 1}: marker words where no marker can be; "
                f"write '{BEGIN}' or '{END}' as a comment alone on its line, and neither in a string"
            )
        markers.append((number, line.strip()))
    return markers


def _enclosing_hole(tree: ast.Module, begin: int, end: int, name: str) -> str:
    """Name the top-level definition in which this region ends the body of a function or method."""
    functions = list(_functions(tree))
    crosses = any(begin < function.lineno - 1 < end for _, function in functions)
    for hole, function in functions:
        first, last = function.lineno - 1, (function.end_lineno or 0) - 1  # 0-based
        if first < begin < last < end and not crosses:
            return hole
    raise UserError(
        f"{name}, line {begin + 1}: this region does not end the body of one function or method; "
        "mark the last statements of exactly one body"
    )


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Walk the top-level functions and the methods of top-level classes, with the top-level name."""
    for definition in tree.body:
        if isinstance(definition, ast.FunctionDef):
            yield definition.name, definition
        if isinstance(definition, ast.ClassDef):
            yield from ((definition.name, item) for item in definition.body if isinstance(item, ast.FunctionDef))


def _parse(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise UserError(f"{name}, line {error.lineno}: {error.msg}; it must be valid Python") from error
