"""Compare a fork of the course with the course: its graders, settings and data are not the submission's to change.

The comparison only informs: the grader uses its own files whatever lies in a submission.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from reelgrade.grading.provenance import Notice
from reelgrade.grading.sources.entries import Refused, Source, join, shown_name

PROTECTED = (
    "pyproject.toml",
    "autograder/conftest.py",
    "autograder/*.toml",
    "autograder/test_*.py",
    "autograder/reelgrade/**/*.py",
    "datasets/*.csv",
)


def changed_files(source: Source, top: str, course: Path) -> Iterator[Notice]:
    """Give a notice for each protected file of the course that the fork has in another form."""
    for own in protected_files(course):
        path = join(top, own.relative_to(course).as_posix())
        if source.kind(path) is not None and not _same(source, path, own.read_bytes()):
            yield Notice("protected_file_changed", shown_name(path), "ignored: the grader uses its own")


def protected_files(course: Path) -> list[Path]:
    """Give the protected files of the course."""
    return sorted(path for pattern in PROTECTED for path in course.glob(pattern) if path.is_file())


def _same(source: Source, path: str, own: bytes) -> bool:
    """Compare by digest; a checkout on Windows may have made each line end longer by one."""
    if source.kind(path) != "file":
        return False
    try:
        return _digest(source.read(path, 2 * len(own))) == _digest(own)
    except Refused:
        return False


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).digest()
