"""Choose what is run of a notebook for one exercise: the student's cells whole, and of given ones what they need.

Given cells teach: they draw, print and train, which costs minutes that no hole needs. Of them the imports, definitions and
constants stay that the student's cells name; and whatever a name stands for on which a hole depends, directly or through
other cells.
"""

import ast
import symtable
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from reelgrade.grading.cells import DEFINITIONS, IMPORTS, Cell, is_definition
from reelgrade.grading.sources.entries import shown_name

ONLY_HERE = "only code in the notebook itself is graded, put it there"


@dataclass(frozen=True)
class Part:
    """Some code of one cell: a whole cell of a student, or one statement of a given cell.

    `binds` are the names that it binds, `needs` those that it looks up in the module, `touches` those whose object it may
    change, `origins` the modules from which it imports names. `cheap` says that it takes no time.
    """

    source: str
    binds: frozenset[str]
    needs: frozenset[str]
    touches: frozenset[str]
    origins: dict[str, str]
    cheap: bool = True


@dataclass(frozen=True)
class Read:
    """A cell as it was read: whole, where `own`, else by statements; a test cell has none but `tests`."""

    number: int
    parts: tuple[Part, ...] = ()
    own: bool = True
    told: bool = True  # whether it is worth telling that it failed
    tests: tuple[str, ...] = ()


def read_whole(source: str) -> Part | str:
    """Read the cell of a student, or say why Python cannot.

    >>> read_whole("def f(:")
    'invalid syntax in line 1'
    """
    try:
        return _part(source, ast.parse(source).body)
    except SyntaxError as error:
        return f"{error.msg} in line {error.lineno}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"Python cannot read it ({type(error).__name__})"


def read_statements(source: str) -> tuple[Part, ...]:
    """Read a given cell, statement by statement."""
    lines = source.split("\n")
    return tuple(_part(_as_written(node, lines), [node]) for node in ast.parse(source).body)


def _part(source: str, nodes: list[ast.stmt]) -> Part:
    compile(source, "a notebook", "exec", dont_inherit=True)
    origins: dict[str, str] = {}
    for node in nodes:
        origins |= dict.fromkeys(_binds(node), "") | _origins(node)
    needs = frozenset(_looked_up(symtable.symtable(source, "a notebook", "exec")))
    touches = frozenset(name for node in nodes for name in _touches(node))
    return Part(source, frozenset(origins), needs, touches, origins, all(map(is_definition, nodes)))


def only_checks(source: str) -> bool:
    r"""Tell whether a cell does nothing but check.

    >>> only_checks("from reelgrade import check\n\ncheck('vocab', holes=['encode'])"), only_checks("check")
    (True, False)
    """
    match _statements(source):
        case [ast.ImportFrom(module="reelgrade"), *calls]:
            return all(_is_check(node) for node in calls)
    return False


def _is_check(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(ast.Call(ast.Name("check"))):
            return True
    return False


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def select(cells: Iterable[Read], holes: Collection[str]) -> tuple[list[Cell], list[str]]:
    """Give the cells to run, up to the last test cell of the holes, and say which code stays with the student."""
    marked = [cell for cell in cells if not cell.tests or set(cell.tests) & set(holes)]
    tested = {name for cell in marked for name in cell.tests}
    last = max((index for index, cell in enumerate(marked) if cell.tests), default=len(marked))
    above = marked[: last + 1] if tested >= set(holes) else marked
    wanted = {id(part) for part in _wanted(above, holes)}
    found = []
    for cell in above:
        kept = [part for part in cell.parts if cell.own or id(part) in wanted]
        if kept or cell.tests:
            source = "\n".join(part.source for part in kept)
            tests = tuple(name for name in cell.tests if name in holes)
            found.append(Cell(0 if tests else cell.number, source, cell.told, tests))
    return found, list(_left_behind(above, wanted, set(holes)))


def _wanted(cells: list[Read], holes: Iterable[str]) -> list[Part]:
    """Give the parts on which holes depend, and the cheap ones that any cell of the student names."""
    own = [part for cell in cells if cell.own for part in cell.parts]
    every = [part for cell in cells for part in cell.parts]
    for_holes = _followed(every, set(holes))
    given = [part for cell in cells if not cell.own for part in cell.parts if part.cheap]
    return for_holes + _followed(given, {name for part in own for name in part.needs})


def _followed(parts: list[Part], names: set[str]) -> list[Part]:
    """Follow names to the parts that bind or change them, and to what these need in turn.

    An import of everything may bind any name.
    """
    imported = {name for part in parts for name, origin in part.origins.items() if origin}
    binding: dict[str, list[Part]] = {}
    for part in parts:
        for name in part.binds | (part.touches - imported):
            binding.setdefault(name, []).append(part)
    found = [part for part in parts if "*" in part.binds]
    seen, waiting, asked = {id(part) for part in found}, [*names], set(names)
    while waiting:
        for part in binding.pop(waiting.pop(), []):
            if id(part) not in seen:
                seen.add(id(part))
                found.append(part)
                waiting += part.needs - asked
                asked |= part.needs
    return found


def _left_behind(cells: list[Read], wanted: set[int], holes: set[str]) -> Iterator[str]:
    """Say which code stays behind with the student: holes that are imported, and whatever comes from their `exercises`."""
    origins: dict[str, str] = {}
    needed = set(holes)
    for part in (part for cell in cells if cell.own for part in cell.parts if id(part) in wanted):
        needed |= part.needs
        origins |= {name: part.origins.get(name, "") for name in sorted(part.binds)}
    for name, origin in origins.items():
        if origin and name in needed and (name in holes or origin.partition(".")[0] == "exercises"):
            yield f"{name} is imported from {shown_name(origin)}: {ONLY_HERE}"


def _origins(node: ast.stmt) -> dict[str, str]:
    """Give the module of each name that a statement imports, "." where it says no more."""
    if not isinstance(node, IMPORTS):
        return {}
    of = node.module or "." if isinstance(node, ast.ImportFrom) else ""
    return {alias.asname or alias.name.split(".")[0]: of or alias.name for alias in node.names}


def _as_written(node: ast.stmt, lines: list[str]) -> str:
    """Take a definition as it was written, its decorators too; of other statements the code without comments."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    if not isinstance(node, DEFINITIONS) or node.col_offset:
        return ast.unparse(node)
    return "\n".join(lines[first - 1 : node.end_lineno])


def _binds(node: ast.stmt) -> Iterator[str]:
    """Give the names that a statement binds on its own level."""
    for part in _level(node):
        if isinstance(part, IMPORTS):
            yield from (alias.asname or alias.name.split(".")[0] for alias in part.names)
        elif isinstance(part, DEFINITIONS):
            yield part.name
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
            yield part.name


def _level(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a statement without going into definitions."""
    yield node
    if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from _level(child)


def _touches(node: ast.stmt) -> Iterator[str]:
    """Give the names whose object a statement may change: an item or an attribute is set, or a method is called."""
    for part in _level(node):
        changed = part.func if isinstance(part, ast.Call) else part
        if isinstance(changed, ast.Attribute | ast.Subscript) and (
            changed is not part or isinstance(changed.ctx, ast.Store)
        ):
            while isinstance(changed, ast.Attribute | ast.Subscript):
                changed = changed.value
            if isinstance(changed, ast.Name):
                yield changed.id


def _looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    """Give the names that are looked up in the module, at whatever depth: no parameters and no local names."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _looked_up(inner)
