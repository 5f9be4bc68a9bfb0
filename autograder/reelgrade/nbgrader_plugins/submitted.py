"""Read a submitted notebook, which may be anything, into the form that nbgrader works on."""

import json
from pathlib import Path
from typing import Any

import nbformat

from reelgrade.errors import UserError
from reelgrade.grading import notebook_intake
from reelgrade.grading.notebook_reader import READER
from reelgrade.grading.notebook_source import AGAIN
from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import Refused, Unusable


def read_notebook(path: Path) -> Any:
    """Read a submitted notebook without outputs; UserError where it is damaged, too large or of another format."""
    try:
        content = notebook_intake.read_notebook(Directory(path.parent), path.name)
        found = json.dumps(READER.plain(content))
    except Refused as error:
        raise UserError(f"{path.name}: {error.action}") from error
    except Unusable as error:
        raise UserError(f"{path.name}: {error}") from error
    try:
        return nbformat.reads(found, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # it lets anything through that a damaged notebook leads to
        raise UserError(f"{path.name}: no valid notebook ({type(error).__name__}); {AGAIN}") from error
