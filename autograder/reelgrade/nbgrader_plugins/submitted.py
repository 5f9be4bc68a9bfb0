"""Read a submitted notebook that may be anything: only what is graded or shown is taken of it, in the form that nbformat wants."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat

from reelgrade.errors import UserError
from reelgrade.grading.notebook_source import AGAIN, NOTEBOOK_BYTES, code_cells
from reelgrade.grading.sources.entries import Unusable

ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TYPES = ("code", "markdown", "raw")
METADATA = {"language_info": {"name": "python"}}  # for its colours
Json = dict[str, Any]


def read_notebook(path: Path) -> Any:
    """Read a submitted notebook without outputs; UserError where it is damaged, too large or of another format."""
    if path.stat().st_size > NOTEBOOK_BYTES:
        raise UserError(f"{path.name}: larger than {NOTEBOOK_BYTES // 2**20} MiB; clear its outputs")
    content = path.read_bytes()
    try:
        code_cells(content)  # says in one line what is wrong with it
        return nbformat.reads(json.dumps(plain(json.loads(content))), as_version=4)  # type: ignore[no-untyped-call]
    except Unusable as error:
        raise UserError(f"{path.name}: {error}") from error
    except Exception as error:  # nbformat lets anything through that a damaged notebook leads to
        raise UserError(f"{path.name}: no valid notebook ({type(error).__name__}); {AGAIN}") from error


def plain(book: Json) -> Json:
    r"""Take what counts of a notebook.

    >>> plain({"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a\n", "b"], "outputs": [{}]}, 7]})["cells"]
    [{'cell_type': 'code', 'id': 'unnamed-0', 'metadata': {}, 'source': 'a\nb', 'outputs': [], 'execution_count': None}]
    """
    cells = [
        _cell(cell, number)
        for number, cell in enumerate(book["cells"])
        if isinstance(cell, dict) and cell.get("cell_type") in TYPES
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": cells}


def _cell(cell: Json, number: int) -> Json:
    metadata, source = cell.get("metadata"), cell.get("source", "")
    own = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    parts = source if isinstance(source, list) else [source]
    given = cell.get("id")
    found: Json = {
        "cell_type": cell["cell_type"],
        "id": given if isinstance(given, str) and ID.fullmatch(given) else f"unnamed-{number}",
        "metadata": {"nbgrader": _text(own)} if isinstance(own, dict) else {},
        "source": _text("".join(part for part in parts if isinstance(part, str))),
    }
    if cell["cell_type"] == "code":
        return found | {"outputs": [], "execution_count": None}
    return found | ({"attachments": _text(cell["attachments"])} if _are_pictures(cell.get("attachments")) else {})


def _are_pictures(attachments: object) -> bool:
    """Tell whether these are what Jupyter makes of pictures in a text: by name, then by kind, base64."""
    return isinstance(attachments, dict) and all(
        isinstance(kinds, dict) and all(isinstance(data, str) for data in kinds.values())
        for kinds in attachments.values()
    )


def _text(value: Any) -> Any:
    """Replace what no UTF-8 can hold, at any depth."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
