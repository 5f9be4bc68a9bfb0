"""Compare the committed notebooks with what their texts make of them, and write what differs."""

import json
from pathlib import Path
from typing import Any

from reelgrade.course.files import write_text
from reelgrade.course.notebooks.build import BUILT, build_all

ACTION = "run: reelgrade notebooks"


def write_notebooks(course: Path) -> list[Path]:
    """Write the notebooks that have drifted, remove surplus ones, and return their paths."""
    built = build_all(course)
    changed = [path for path, text in built.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        write_text(path, built[path])
    surplus = _surplus(course, built)
    for path in surplus:
        path.unlink()
    return changed + surplus


def drift(course: Path) -> list[str]:
    """Say of every notebook that is not what its text makes of it, in one line each, how it differs and what to do."""
    built = build_all(course)
    differences = {path: _difference(path, text) for path, text in built.items()}
    differences |= dict.fromkeys(_surplus(course, built), "no text makes it")
    return [f"{path.relative_to(course)}: {said}; {ACTION}" for path, said in differences.items() if said]


def _surplus(course: Path, built: dict[Path, str]) -> list[Path]:
    return [path for path in sorted((course / BUILT).glob("*/*.ipynb")) if path not in built]


def _difference(path: Path, wanted: str) -> str:
    if not path.is_file():
        return "missing"
    found = path.read_text(encoding="utf-8")
    if found == wanted:
        return ""
    return _described(found, wanted) if path.suffix == ".ipynb" else "it is not what the texts make of it"


def _described(found: str, wanted: str) -> str:
    """Name the first cell that differs, and its points where they do: those come from the suites, or from the text."""
    try:
        cells = {str(cell.get("id")): cell for cell in json.loads(found)["cells"]}
    except (ValueError, KeyError, TypeError, AttributeError):
        return "it is no notebook any more"
    for cell in json.loads(wanted)["cells"]:
        name, other = cell["id"], cells.get(cell["id"])
        if other is None:
            return f"the cell {name} is missing"
        if _points(other) != _points(cell):
            source = "its text gives" if name.startswith("written-") else "its checks have"
            return f"the cell {name} has {_points(other)} points, {source} {_points(cell)}"
        if other != cell:
            return f"the cell {name} is not what its text makes of it"
    return "it is not what its text makes of it"


def _points(cell: dict[str, Any]) -> Any:
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return ours.get("points") if isinstance(ours, dict) else None
