"""The holes of a notebook, defined by running its cells one after the other, as a kernel does: in a worker."""

import __future__

import ast
import linecache
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from reelgrade.grading.cells import Cells, is_definition
from reelgrade.grading.holes import Holes

FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


class CellHoles(Holes):
    """Definitions that come into being cell by cell; nothing has run at first. `module` holds them."""

    missing = "{file} defines no {name} above its test cell"

    def __init__(self, cells: Cells, path: Path, signatures: Mapping[str, list[str]]) -> None:
        module = ModuleType("__main__")
        super().__init__(vars(module), path.parent / cells.notebook, signatures)
        self.__dict__.update(module=module, _cells=cells.cells, _futures=0)
        shell = Shell(vars(module))
        vars(module).update(get_ipython=lambda: shell, display=nothing, In=[], Out={}, _="")

    def run_cell(self, index: int, definitions_only: bool = False) -> None:
        """Run one cell to its end, or to the statement that fails."""
        cell = self._cells[index]
        name = f"{self.path}, code cell {cell.number}"
        linecache.cache[name] = (len(cell.source), None, cell.source.splitlines(keepends=True), name)
        tree = ast.parse(cell.source, name)
        if definitions_only:
            tree.body = [node for node in tree.body if is_definition(node)]
        code = compile(tree, name, "exec", self._futures, dont_inherit=True)
        self.__dict__["_futures"] |= code.co_flags & FUTURES  # in a kernel they hold for all later cells too
        exec(code, vars(self.module))


class Shell:
    """Stands in for IPython's shell, whose lines do nothing here; `%time` alone runs its statement."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace

    def __getattr__(self, name: str) -> Any:
        return nothing

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> Any:
        """Run the statement of `%time`, and give its value if it has one."""
        if name != "time":
            return None
        try:
            code = compile(line, "<timed eval>", "eval")
        except SyntaxError:
            code = compile(line, "<timed exec>", "exec")
        return eval(code, self.user_ns)

    def getoutput(self, *_: Any, **__: Any) -> list[str]:
        """Give the lines that a program has printed: none, since there are no programs."""
        return []


def nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""
