"""Choose the statements of a notebook that its holes need: their definitions, and what the names in them stand for.

A statement of a notebook that fails stops its own cell, not the definitions in others; therefore imports and
assignments are put into a `try`. Calls that stand alone, loops and outputs are left out, and so is what no hole uses.
"""

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from reelgrade.grading.sources.entries import shown_name

ONLY_HERE = "only code in the notebook itself is graded, put it there"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BINDING = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Try, ast.If)


@dataclass(frozen=True)
class Statements:
    """The top level of one cell; `tests` are the names that a test cell mentions, which has no statements here."""

    source: str
    nodes: list[ast.stmt]
    tests: frozenset[str] = frozenset()

    @cached_property
    def lines(self) -> list[str]:
        """Lines of the source as ast counts them, unlike splitlines; cut once, since there may be many statements."""
        return self.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True)
class Kept:
    """A statement that may be kept: the names it binds, those it needs, and its text."""

    binds: frozenset[str]
    needs: frozenset[str]
    text: str
    is_future: bool = False
    origin: str = ""  # the module that an import takes the names from; "." where it says no more


def read_cell(source: str) -> Statements | str:
    """Read a cell, or say why Python cannot.

    >>> read_cell("def f(:")
    'invalid syntax in line 1'
    """
    try:
        return Statements(source, ast.parse(source).body)
    except SyntaxError as error:
        return f"{error.msg} in line {error.lineno}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"Python cannot read it ({type(error).__name__})"


def select(cells: Iterable[Statements], holes: Iterable[str], imports: str = "") -> tuple[str, list[str]]:
    """Give the source of a module with the holes and what they need, and say what had to be left out.

    A hole is what its name stands for when its test cell runs, the last one where there are more.
    """
    given = read_cell(imports)
    found: list[Kept] = []
    unfit: list[str] = []
    settled: dict[str, list[Kept]] = {}  # what has come when a hole was tested
    for cell in [*([given] if isinstance(given, Statements) else []), *cells]:
        settled |= {name: list(found) for name in cell.tests if any(name in kept.binds for kept in found)}
        for kept in (_kept(node, cell) for node in cell.nodes):
            if isinstance(kept, str):
                unfit.append(kept)
            elif kept is not None:
                found.append(kept)
    names = set(holes)
    late = {id(kept) for name in names & settled.keys() for kept in found if _comes_late(kept, name, settled[name])}
    found = [kept for kept in found if id(kept) not in late]
    needed = _needed(found, names)
    chosen = [kept for kept in found if kept.is_future or kept.binds & needed or "*" in kept.binds]
    chosen.sort(key=lambda kept: not kept.is_future)
    return "".join(f"{kept.text}\n" for kept in chosen), [*unfit, *_left_behind(chosen, names)]


def _left_behind(chosen: list[Kept], holes: set[str]) -> Iterator[str]:
    """Say which code stays behind with the student: holes that are imported, and whatever comes from their `exercises`."""
    last = {name: kept for kept in chosen for name in sorted(kept.binds)}
    for name, kept in last.items():
        if kept.origin and (name in holes or kept.origin.partition(".")[0] == "exercises"):
            yield f"{name} is imported from {shown_name(kept.origin)}: {ONLY_HERE}"


def _comes_late(kept: Kept, name: str, settled: list[Kept]) -> bool:
    """Tell whether a statement defines a hole anew after its test, as an experiment may."""
    return name in kept.binds and not any(kept is one for one in settled)


def _needed(found: list[Kept], names: set[str]) -> set[str]:
    """Follow the names: what holes need, and what that needs in turn."""
    binding: dict[str, list[Kept]] = {}
    for kept in found:
        for name in kept.binds:
            binding.setdefault(name, []).append(kept)
    needed, waiting, followed = set(names), list(names), set()
    while waiting:
        for kept in binding.pop(waiting.pop(), []):
            if id(kept) not in followed:  # one statement may bind very many names
                followed.add(id(kept))
                waiting += kept.needs - needed
                needed |= kept.needs
    return needed


def _kept(node: ast.stmt, cell: Statements) -> Kept | str | None:
    """Make of a statement of a cell what may be kept of it; a text says why it cannot be."""
    if not isinstance(node, (*DEFINITIONS, *BINDING)):
        return None
    try:
        is_definition = isinstance(node, DEFINITIONS)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        text = _lines(node, cell.lines) if is_definition else ast.unparse(node)
        compile(text, "a notebook", "exec", dont_inherit=True)
        if not is_definition and not is_future:
            text = ast.unparse(_tried(node))
        binds, needs = frozenset(_binds(node)), frozenset(_needs(symtable.symtable(text, "a notebook", "exec")))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"a statement was left out: {getattr(error, 'msg', type(error).__name__)}"
    return Kept(binds, needs, text, is_future, _origin(node))


def _origin(node: ast.stmt) -> str:
    if isinstance(node, ast.ImportFrom):
        return node.module or "."
    return node.names[0].name if isinstance(node, ast.Import) else ""


def _lines(node: ast.stmt, lines: list[str]) -> str:
    """Take a definition as it was written, its decorators too."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    if node.col_offset or ";" in lines[first - 1][: node.col_offset]:
        return ast.unparse(node)
    return "\n".join(lines[first - 1 : node.end_lineno])


def _tried(node: ast.stmt) -> ast.stmt:
    handler = ast.ExceptHandler(type=ast.Name("Exception", ast.Load()), name=None, body=[ast.Pass()])
    return ast.fix_missing_locations(ast.Try(body=[node], handlers=[handler], orelse=[], finalbody=[]))


def _binds(node: ast.stmt) -> Iterator[str]:
    """Give the names that a statement binds on its own level."""
    for part in _level(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in part.names)
        elif isinstance(part, DEFINITIONS):
            yield part.name
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


def _level(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a statement without going into definitions."""
    yield node
    if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from _level(child)


def _needs(table: symtable.SymbolTable) -> Iterator[str]:
    """Give the names that are looked up in the module, at whatever depth: no parameters and no local names."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _needs(inner)
