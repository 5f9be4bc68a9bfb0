"""Take of a submitted notebook, which may be anything, only what is graded or shown, in the form that nbformat wants.

What is left is so little that whoever works on it needs no limits; `notebook_reader.py` bounds what taking it may cost.
"""

import json
import re
from typing import Any

from reelgrade.grading.notebook_source import cells_of, text_of
from reelgrade.grading.sources.entries import Unusable

ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TYPES = ("code", "markdown", "raw")
METADATA = {"language_info": {"name": "python"}}  # for its colours
NBGRADERS = ("schema_version", "grade_id", "grade", "solution", "locked", "task", "points", "cell_type", "checksum")
CHARACTERS = 2**22
PICTURES = 200
Json = dict[str, Any]


def plain(notebook: bytes) -> Json:
    r"""Take what counts of a notebook; Unusable where it is none, or has more in it than anybody writes.

    >>> plain(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a\\n", "b"], "outputs": [{}]}, 7]}')["cells"]
    [{'cell_type': 'code', 'id': 'unnamed-0', 'metadata': {}, 'source': 'a\nb', 'outputs': [], 'execution_count': None}]
    """
    cells = [_cell(cell, number) for number, cell in enumerate(cells_of(notebook)) if cell.get("cell_type") in TYPES]
    if sum(len(cell["source"]) + len(json.dumps(cell["metadata"])) for cell in cells) > CHARACTERS:
        raise Unusable(f"it has more than {CHARACTERS // 2**20} MiB of text; leave out what nobody has to read")
    if sum(_pictures(cell.get("attachments", {})) for cell in cells) > PICTURES:
        raise Unusable(f"more than {PICTURES} pictures are attached to it; leave out what nobody has to see")
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": [_storable(cell) for cell in cells]}


def _cell(cell: Json, number: int) -> Json:
    metadata, given = cell.get("metadata"), cell.get("id")
    own = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    found: Json = {
        "cell_type": cell["cell_type"],
        "id": given if isinstance(given, str) and ID.fullmatch(given) else f"unnamed-{number}",
        "metadata": {"nbgrader": _nbgraders(own)} if isinstance(own, dict) else {},
        "source": text_of(cell),
    }
    if cell["cell_type"] == "code":
        return found | {"outputs": [], "execution_count": None}
    attached = cell.get("attachments")
    return found | ({"attachments": attached} if _are_pictures(attached) else {})


def _nbgraders(metadata: Json) -> Json:
    """Take what nbgrader knows; all of it is a number, a word, or whether."""
    plainly = {key: value for key, value in metadata.items() if isinstance(value, str | int | float | None)}
    return {key: plainly[key] for key in NBGRADERS if key in plainly}


def _are_pictures(attachments: object) -> bool:
    """Tell whether these are what Jupyter makes of pictures in a text: by name, then by kind, base64."""
    return isinstance(attachments, dict) and all(
        isinstance(kinds, dict) and all(isinstance(data, str) for data in kinds.values())
        for kinds in attachments.values()
    )


def _pictures(attachments: dict[str, Json]) -> int:
    return sum(max(1, len(kinds)) for kinds in attachments.values())


def _storable(value: Any) -> Any:
    """Replace what no UTF-8 can hold, at any depth."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
