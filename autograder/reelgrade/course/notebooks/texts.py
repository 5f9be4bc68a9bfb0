"""Read the texts from which notebooks are built: cells, what kind each is, and where it stands.

What the marker lines mean is written in FORMAT.md beside the texts. What becomes of a cell is decided elsewhere.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError

KINDS = {  # the attribute that makes a cell one -> what else its marker line may, and must, say
    "imports": set[str](),
    "hole": set[str](),
    "check": {"holes"},
    "written": {"points"},
    "scratch": set[str](),
}
BODILESS = ("imports", "hole", "check")
JUPYTEXTS_OWN = "lines_to_"  # it notes unusual numbers of empty lines
ID = re.compile(r"[a-z0-9_-]{1,40}")


@dataclass(frozen=True)
class TextCell:
    """One cell as it was written: `kind` is one of KINDS, or `text` or `given`; `value` is what its attribute says."""

    kind: str
    value: str
    body: str
    where: str  # file and line, for messages
    holes: tuple[str, ...] = ()
    points: float = 0.0


@dataclass(frozen=True)
class Text:
    """One notebook as it was written; `exercises` are those it may hold checks of."""

    name: str
    path: Path
    cells: tuple[TextCell, ...]

    @property
    def exercises(self) -> tuple[str, ...]:
        """The exercises of this notebook."""
        return NOTEBOOKS[self.name]


def read_texts(folder: Path) -> list[Text]:
    """Read all texts of a folder; UserError where it has none, one too many, or one with a mistake in it."""
    paths = sorted(folder.glob("*.py"))
    if not paths:
        raise UserError(f"{folder}: no texts of notebooks there; run this in the folder of a course that has them")
    return [read_text(path) for path in paths]


def read_text(path: Path) -> Text:
    """Read one text."""
    import jupytext

    if path.stem not in NOTEBOOKS:
        raise UserError(f"{path}: no notebook of the course has this name; name it {', '.join(NOTEBOOKS)}")
    source = path.read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(source.splitlines(), start=1) if re.match(r"# %%( |$)", line)]
    cells = jupytext.reads(source, fmt="py:percent").cells
    if len(lines) != len(cells):
        raise UserError(f"{path}: it needs a marker `# %%` before its first cell, and none within a cell")
    return Text(
        path.stem, path, tuple(_cell(cell, f"{path}, line {line}") for cell, line in zip(cells, lines, strict=True))
    )


def _cell(cell: dict[str, object], where: str) -> TextCell:
    metadata: dict[str, object] = cell["metadata"]  # type: ignore[assignment]
    attributes = {key: str(value) for key, value in metadata.items() if not key.startswith(JUPYTEXTS_OWN)}
    body = str(cell["source"]).strip("\n")
    kind = _kind(attributes, str(cell["cell_type"]), where)
    if kind in BODILESS and body.strip():
        raise UserError(f'{where}: a cell {kind}="..." has no text of its own; move it into a cell beside it')
    if kind not in BODILESS and not body.strip():
        raise UserError(f"{where}: this cell is empty; write something or take it out")
    holes = tuple(re.split(r"[ ,]+", attributes["holes"].strip())) if kind == "check" else ()
    points = _points(attributes["points"], where) if kind == "written" else 0.0
    value = attributes.get(kind, "")
    if kind == "written" and not ID.fullmatch(value):
        raise UserError(f"{where}: written={value!r} is no id; use small letters, digits, - and _")
    return TextCell(kind, value, body, where, holes, points)


def _kind(attributes: dict[str, str], cell_type: str, where: str) -> str:
    found = [kind for kind in KINDS if kind in attributes]
    kind = found[0] if found else {"markdown": "text", "code": "given"}.get(cell_type, "")
    also = set(attributes) - {kind}
    if len(found) > 1 or not kind or also != KINDS.get(kind, set()):
        wanted = "; ".join(f'{name}="..."' + "".join(f' {more}="..."' for more in KINDS[name]) for name in KINDS)
        raise UserError(f"{where}: the builder does not know this marker; it knows {wanted}, and none")
    if (kind in ("text", "written")) != (cell_type == "markdown"):
        raise UserError(f"{where}: a cell of the kind {kind} cannot be {cell_type}; add or remove [markdown]")
    return kind


def _points(text: str, where: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = -1.0
    if not 0 <= points <= 100:
        raise UserError(f"{where}: points={text!r} is no number from 0 to 100")
    return points
