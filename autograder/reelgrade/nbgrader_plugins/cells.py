"""Make a submitted notebook have every cell of the assignment exactly once, whatever became of it on its way.

Knows nothing of gradebooks: the cells that were released come as plain records. Code that a student wrote is never
changed, moved or dropped; only which cell is which, and the cells that belong to the assignment.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Cell = dict[str, Any]


@dataclass(frozen=True)
class Released:
    """A cell as it was released; `points` is None where it earns none."""

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool = False
    solution: bool = False
    task: bool = False
    points: float | None = None

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata that nbgrader wants, of schema 3."""
        graded = self.points is not None
        found = {
            "schema_version": 3,
            "grade_id": self.name,
            "grade": graded and not self.task,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
            "checksum": self.checksum,
        }
        return found | ({"points": self.points} if graded else {})


def repair(cells: list[Cell], released: Iterable[Released], with_ids: bool) -> tuple[list[Cell], list[str]]:
    """Give the cells with the right metadata, the missing ones added, and say in one line each what was mended.

    A cell is known by nbgrader's name for it, by its own id, by the very text of a locked cell, or because it
    defines what the cell was for. Of several the one that was worked on counts, else the last. Missing imports are
    put first, other missing cells last; a missing answer cell of code stays missing.
    """
    known = {one.name: one for one in released}
    names = [_name_of(cell, known) for cell in cells]
    notes: list[str] = []
    chosen: dict[int, Released] = {}
    for name, one in known.items():
        found = [index for index, given in enumerate(names) if given == name] or _definitions(cells, names, one)
        if len(found) > 1:
            notes.append(f"{name} is there {len(found)} times; the one that was worked on counts, else the last")
        if found:
            chosen[_best(cells, found, one)] = one
    mended = [_as_released(cell, chosen.get(index), notes) for index, cell in enumerate(cells)]
    for one in known.values():
        if one not in chosen.values() and (one.locked or one.points is not None):
            notes.append(f"{one.name} was missing; it is back")
            mended.insert(0 if one.points is None else len(mended), _made(one, with_ids, mended))
    return mended, notes


def nbgraders(cell: Cell) -> dict[str, Any]:
    """Give nbgrader's metadata of a cell, if it has any that can be read."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _name_of(cell: Cell, known: dict[str, Released]) -> str:
    for name in (nbgraders(cell).get("grade_id"), cell.get("id")):
        if isinstance(name, str) and name in known:
            return name
    source = cell["source"].strip()
    same = (one.name for one in known.values() if one.locked and one.source.strip() == source)
    return next(same, "")


def _definitions(cells: list[Cell], names: list[str], one: Released) -> list[int]:
    """Find cells that nobody claims and that define what a released cell was for."""
    if not one.solution or one.points is not None:
        return []
    return [index for index, cell in enumerate(cells) if not names[index] and _defines(cell, one.name)]


def _defines(cell: Cell, name: str) -> bool:
    return cell["cell_type"] == "code" and bool(
        re.search(rf"^(async def|def|class) {re.escape(name)}\b", cell["source"], re.MULTILINE)
    )


def _best(cells: list[Cell], found: list[int], one: Released) -> int:
    """Prefer, of several cells, one that was worked on; for code one that has the definition."""
    worked_on = [index for index in found if cells[index]["source"].strip() != one.source.strip()]
    if one.solution and one.points is None:
        worked_on = [index for index in worked_on if _defines(cells[index], one.name)]
    return (worked_on if one.solution and worked_on else found)[-1]


def _as_released(cell: Cell, one: Released | None, notes: list[str]) -> Cell:
    metadata = {key: value for key, value in dict(cell.get("metadata") or {}).items() if key != "nbgrader"}
    if one is None:
        return _put(cell, metadata)
    before = nbgraders(cell)
    if any(before.get(key) != value for key, value in one.metadata.items() if key not in ("checksum", "cell_type")):
        notes.append(f"{one.name} had other metadata than it was released with")
    cell = _put(cell, metadata | {"nbgrader": one.metadata})
    if cell["cell_type"] != one.cell_type:
        notes.append(f"{one.name} was turned into {cell['cell_type']}")
        cell = _retyped(cell, one.cell_type)
    if one.locked and cell["source"] != one.source:
        notes.append(f"{one.name} was edited; the released text counts")
        cell["source"] = one.source
    return cell


def _put(cell: Cell, metadata: dict[str, Any]) -> Cell:
    return {**cell, "metadata": metadata}


def _retyped(cell: Cell, cell_type: str) -> Cell:
    kept = {key: value for key, value in cell.items() if key not in ("outputs", "execution_count", "attachments")}
    code: Cell = {"outputs": [], "execution_count": None} if cell_type == "code" else {}
    return kept | {"cell_type": cell_type} | code


def _made(one: Released, with_ids: bool, others: list[Cell]) -> Cell:
    """Make a cell that was missing."""
    taken = {other.get("id") for other in others}
    fresh = next(name for name in (one.name, *(f"{one.name}-{n}" for n in range(2, 999))) if name not in taken)
    cell: Cell = {"cell_type": one.cell_type, "metadata": {"nbgrader": one.metadata}, "source": one.source}
    return _retyped(cell, one.cell_type) | ({"id": fresh} if with_ids else {})
