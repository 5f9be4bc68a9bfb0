"""How the cells of one notebook fare in the workers of one exercise: which are run whole, and what is told of the others.

A cell that takes too long, or ends its process, costs its worker. The next one runs only the definitions of that cell, and
where these are no better, nothing of it.
"""

from pathlib import Path

from reelgrade.grading.cells import Cells, read_cells
from reelgrade.grading.clock import Clock
from reelgrade.grading.errors import BrokenModule, HoleError, NotStarted, TimeIsUp
from reelgrade.grading.limits import Limits
from reelgrade.grading.printable import printable
from reelgrade.grading.provenance import Notice
from reelgrade.grading.sources.entries import shown_name

MOST_CUT = 3
"""So many cells may be cut; then of all others, too, only the definitions are run, and so many of these may be left out."""
MOST_NOTICES = 20
LEAST_SECONDS = 0.1
WHOLE, DEFINITIONS, NOTHING = range(3)


class CellRuns:
    """The cells of one exercise, and what has become of each in earlier workers."""

    def __init__(self, cells: Cells, limits: Limits) -> None:
        self.cells, self._limits = cells, limits
        self._cut: dict[int, int] = {}
        self._failed: set[int] = set()
        self.notices: list[Notice] = []

    def extent(self, index: int) -> int:
        """Tell how much of a cell is to be run; none of a test cell."""
        if self.cells.cells[index].tests:
            return NOTHING
        return self._cut.get(index, DEFINITIONS if len(self._cut) >= MOST_CUT else WHOLE)

    def clock(self, spent: float) -> Clock:
        """Give the clock of a cell, in a worker whose other cells have taken so long."""
        left = max(self._limits.cells_seconds - spent, LEAST_SECONDS)
        return Clock(min(self._limits.cell_seconds, left))

    def cut(self, index: int, why: BaseException, told: bool) -> None:
        """Run less of a cell from now on; BrokenModule where there are too many of the kind."""
        self._cut[index] = self.extent(index) + 1
        left = "only its definitions are run" if self._cut[index] == DEFINITIONS else "it is left out"
        how = str(why) if isinstance(why, TimeIsUp) else f"did not come to its end ({why})"
        if told:
            self._tell(index, f"{how}: {left}")
        if sum(extent == NOTHING for extent in self._cut.values()) > MOST_CUT:
            raise BrokenModule(
                f"{self.cells.notebook}: too many of its cells never end; is there a loop without an end?"
            )

    def failed(self, index: int, error: Exception, told: bool) -> None:
        """Take note of a cell that has raised; nothing of one that called a hole which is not started."""
        first = index not in self._failed
        self._failed.add(index)
        if first and told and self.cells.cells[index].own and not isinstance(error, NotStarted):
            kind = f"{error.kind}: " if isinstance(error, HoleError) else ""
            place = f" in line {error.place.line}" if isinstance(error, HoleError) and error.place else ""
            first_line = (str(error).strip().splitlines() or [""])[0]
            self._tell(index, f"failed{place}: {printable(kind + first_line, 200)}")

    def _tell(self, index: int, said: str) -> None:
        if len(self.notices) < MOST_NOTICES:
            line = f"code cell {self.cells.cells[index].number} {said}"
            self.notices.append(Notice("ignored", shown_name(self.cells.notebook), printable(line, 400)))


def runs_of(module: Path, limits: Limits) -> CellRuns | None:
    """Give the cells of a module that was a notebook; None for any other."""
    cells = read_cells(module.read_bytes().decode("utf-8", "replace")) if module.is_file() else None
    return None if cells is None else CellRuns(cells, limits)
