"""Read a submitted notebook, which may be anything, into the form that nbgrader works on, and the time beside it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import parse_utc

from reelgrade.errors import UserError
from reelgrade.grading import notebook_intake
from reelgrade.grading.notebook_reader import READER
from reelgrade.grading.notebook_source import AGAIN
from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import Refused, Unusable

TIMESTAMP, LINE_BYTES = "timestamp.txt", 200  # nbgrader writes a line into such files
EXCHANGE_TIME = "exchange_time.txt"  # written when it is collected, where the exchange tells another time


def time_in(folder: Path, name: str) -> datetime | None:
    """Read the time in a file, in UTC without saying so; None where there is no such file.

    UserError where it is no time: nbgrader's own reader would end the run.
    """
    tree = Directory(folder)
    if tree.kind(name) is None:
        return None
    try:
        return parse_utc(tree.read(name, LINE_BYTES).decode().strip())  # type: ignore[no-any-return]
    except (Refused, ValueError, TypeError, OverflowError) as error:
        raise UserError(f"{name}: no time in it; collect this submission again") from error


def claimed_at(folder: Path) -> datetime | None:
    """Return the time that a submission itself tells; None where it tells none."""
    try:
        return time_in(folder, TIMESTAMP)
    except UserError:
        return None


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
