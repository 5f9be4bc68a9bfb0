"""Cut a solution into what notebooks show of it: its imports, and the definition of each hole with its markers."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reelgrade.errors import UserError


@dataclass(frozen=True)
class Pieces:
    """The code of one solution; `definitions` in the order of the file."""

    imports: str
    definitions: dict[str, str]


@cache
def cut(path: Path) -> Pieces:
    """Cut one solution; UserError where it holds what no notebook could show."""
    if not path.is_file():
        raise UserError(f"{path}: there is no such solution; name an exercise that has one")
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    imports: list[ast.stmt] = []
    definitions: dict[str, str] = {}
    for node in ast.parse(source).body[1:]:  # after the docstring
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(node)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = _definition(lines, node)
        else:
            raise UserError(
                f"{path}, line {node.lineno}: notebooks show imports, functions and classes; move this into a function"
            )
    first = imports[0].lineno - 1 if imports else 0
    last = imports[-1].end_lineno or 0 if imports else 0
    return Pieces("\n".join(lines[first:last]), definitions)


def _definition(lines: list[str], node: ast.FunctionDef | ast.ClassDef) -> str:
    """Take the lines of a definition; the marker that closes its body is a comment, unknown to ast."""
    first = min(part.lineno for part in (node, *node.decorator_list)) - 1
    end = node.end_lineno or 0
    while end < len(lines) and lines[end].startswith((" ", "\t")):
        end += 1
    return "\n".join(lines[first:end])
