"""The words that every source speaks: kinds of entries, refusals, limits and printable names.

Which entries are wanted, and what is said about the others, is decided in `intake.py`.
"""

import re
from collections.abc import Iterator
from typing import IO, Literal, Protocol

from reelgrade.grading.printable import printable

MODULE_BYTES = 256 * 2**10
"""The largest module that is taken."""

ENTRIES = 10_000
"""So many names are looked at; an archive with more is refused."""

ARCHIVE_BYTES = 64 * 2**20
"""The largest archive, packed and unpacked."""

CHUNK = 2**20
MAX_DEPTH = 32
MAX_PATH = 1024
MAX_NAME = 200

Kind = Literal["file", "folder", "link", "hard_link", "submodule", "special_file", "repeated"]

REFUSALS: dict[Kind, tuple[str, str]] = {
    "folder": ("special_file", "refused: a folder"),
    "link": ("link", "refused: a symbolic link"),
    "hard_link": ("link", "refused: a hard link"),
    "submodule": ("link", "refused: a submodule"),
    "special_file": ("special_file", "refused: not a plain file"),
}
"""What a notice says about an entry that is no plain file: its kind, and what was done."""


class Refused(Exception):
    """One entry cannot be taken; the others can."""

    def __init__(self, kind: str, action: str) -> None:
        super().__init__(action)
        self.kind = kind
        self.action = action


class Unusable(Exception):
    """The whole source cannot be taken; the message says why, and the next action."""


class Source(Protocol):
    """A tree of entries. Paths have forward slashes and no leading one; "" is the top."""

    def kind(self, path: str) -> Kind | None:
        """Say what lies at a path, or None; nothing is found behind a link."""

    def names(self, folder: str) -> Iterator[str]:
        """Give the names in a folder, in any order, as they are: they may be unsafe."""

    def read(self, path: str, most: int) -> bytes:
        """Read a plain file, at most one byte more than asked for; Refused where it is none."""


def join(folder: str, name: str) -> str:
    """Put a name below a folder.

    >>> join("", "data.py"), join("exercises", "data.py")
    ('data.py', 'exercises/data.py')
    """
    return f"{folder}/{name}" if folder else name


def is_unsafe(name: str) -> bool:
    r"""Tell whether a single name could mean another place, or break a line.

    >>> [is_unsafe(name) for name in ("data.py", "..", "a/b", "a\\b", "C:x", "a\nb", "")]
    [False, True, True, True, True, True, True]
    """
    return name in ("", ".", "..") or re.search(r"[/\\\x00-\x1f\x7f]|^[A-Za-z]:", name) is not None


def safe_path(path: str) -> str | None:
    r"""Give the path of an archive's entry in one spelling, or None where it is not safe.

    >>> safe_path("./alice//data.py"), safe_path("exercises/")
    ('alice/data.py', 'exercises')
    >>> safe_path("/etc/passwd"), safe_path("a/../../b"), safe_path("C:/data.py")
    (None, None, None)
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or len(path) > MAX_PATH or len(parts) > MAX_DEPTH or any(map(is_unsafe, parts)):
        return None
    return "/".join(parts)


def shown_name(name: str) -> str:
    r"""Make the name of an entry fit to be shown.

    >>> print(shown_name("a\nb\u202e\udcff.py"))
    a\nb\u202e\udcff.py
    >>> len(shown_name("x" * 5000))
    200
    """
    return printable(name.replace("\t", r"\t"), MAX_NAME)


def too_large(most: int) -> str:
    """Say that a file is too large.

    >>> too_large(MODULE_BYTES)
    'refused: larger than 256 KiB'
    """
    return f"refused: larger than {most // 2**10} KiB"


def read_up_to(file: IO[bytes], most: int) -> bytes:
    """Read one byte more than asked for, so that the reader sees that there is more.

    >>> import io
    >>> read_up_to(io.BytesIO(b"abcdef"), 3)
    b'abcd'
    """
    parts = []
    while most >= 0 and (part := file.read(min(most + 1, CHUNK))):  # a larger read reserves all of its memory first
        parts.append(part)
        most -= len(part)
    return b"".join(parts)
