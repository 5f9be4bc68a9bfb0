"""Read a submitted notebook, which may be anything, into the form that nbgrader works on."""

import json
from pathlib import Path
from typing import Any

import nbformat

from reelgrade.errors import UserError
from reelgrade.grading.notebook_reader import READER
from reelgrade.grading.notebook_source import AGAIN, NOTEBOOK_BYTES
from reelgrade.grading.sources.entries import Unusable


def read_notebook(path: Path) -> Any:
    """Read a submitted notebook without outputs; UserError where it is damaged, too large or of another format."""
    if path.stat().st_size > NOTEBOOK_BYTES:
        raise UserError(f"{path.name}: larger than {NOTEBOOK_BYTES // 2**20} MiB; clear its outputs")
    try:
        found = READER.plain(path.read_bytes())
        return nbformat.reads(json.dumps(found), as_version=4)  # type: ignore[no-untyped-call]
    except Unusable as error:
        raise UserError(f"{path.name}: {error}") from error
    except OSError:
        raise
    except Exception as error:  # nbformat lets anything through that a damaged notebook leads to
        raise UserError(f"{path.name}: no valid notebook ({type(error).__name__}); {AGAIN}") from error
