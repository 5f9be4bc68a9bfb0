"""Merge what the course changed into a file that a student has worked in. Where both meant one place, there is no merge."""

import ast
import io
import re
import warnings
from collections.abc import Iterator

from merge3 import Merge3

Bodies = dict[str, str]
FENCE = "\0"  # no source can hold it


def merge_text(base: str, mine: str, new: str) -> str | None:
    r"""Bring the changes from `base` to `new` into `mine`; None where both changed the same lines.

    >>> merge_text("a\n\nb\n\nc\n", "A\n\nb\n\nc\n", "a\n\nb\n\nC\n")
    'A\n\nb\n\nC\n'
    >>> merge_text("a\n", "A\n", "b\n")
    """
    before, own, comes = (text.replace("\r\n", "\n").splitlines(keepends=True) for text in (base, mine, new))
    groups = list(Merge3(before, own, comes).merge_groups())
    if any(group[0] == "conflict" for group in groups):
        return None
    merged = "".join("".join(group[1]) for group in groups)
    return merged.replace("\n", "\r\n") if "\r\n" in mine else merged


def merge_exercise(base: str, mine: str, new: str) -> str | None:
    r"""Merge an exercise; None also where it cannot be proved that every body the student wrote is still there.

    >>> stub = 'def two():\n    "Give 2."\n    raise NotImplementedError("two")\n'
    >>> print(merge_exercise(stub, stub.replace('raise NotImplementedError("two")', "return 2"), stub.replace(".", "!")))
    def two():
        "Give 2!"
        return 2
    <BLANKLINE>
    """
    try:
        merged = _merged_bodies(base, mine, new)
        if merged is None:
            return None
        was, theirs, comes, found = (_bodies(text) for text in (base, mine, new, merged))
    except SyntaxError:
        return None
    own = {name: body for name, body in theirs.items() if body != was.get(name)}
    if not own.keys() <= found.keys() or any(_parameters(mine, name) != _parameters(merged, name) for name in own):
        return None  # a body that is kept needs the names it was written with
    given = {name: body for name, body in comes.items() if name in theirs or name not in was}
    return merged if found == {**given, **own} else None


def _merged_bodies(base: str, mine: str, new: str) -> str | None:
    merged = merge_text(*(_fenced(text.replace("\r\n", "\n")) for text in (base, mine, new)))
    if merged is None:
        return None
    plain = _unfenced(merged)
    return plain.replace("\n", "\r\n") if "\r\n" in mine else plain


def _parameters(text: str, function: str) -> list[str]:
    """Give the names of a function's parameters."""
    node = dict(_functions(_parsed(text), ""))[function]
    return [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]


def _fenced(text: str) -> str:
    """Name its function on each line, so that only lines of one function match, and put lines around each body."""
    lines = list(io.StringIO(text if text.endswith("\n") else text + "\n"))
    for name, node in reversed(list(_functions(_parsed(text), ""))):
        first, end = node.lineno - 1, node.end_lineno or 0
        lines[first:end] = [line.rstrip("\n") + f"{FENCE}{name}\n" for line in lines[first:end]]
        lines.insert(end, f"{FENCE}{FENCE}end of {name}\n")
        if len(node.body) > 1 and ast.get_docstring(node) is not None:
            lines.insert(node.body[0].end_lineno or 0, f"{FENCE}{FENCE}body of {name}\n")
    return "".join(lines)


def _unfenced(text: str) -> str:
    return re.sub(f"{FENCE}.*", "", re.sub(f"{FENCE}{FENCE}.*\n", "", text))


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's "\d" is not the matter here
        return ast.parse(text.removeprefix("\ufeff"))


def _bodies(text: str) -> Bodies:
    """Give the statements of every function and method, without docstrings and places, by name."""
    return {name: "\n".join(map(ast.dump, _statements(node))) for name, node in _functions(_parsed(text), "")}


def _functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _statements(node: ast.FunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node) is not None else node.body
