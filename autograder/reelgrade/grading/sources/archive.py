"""An archive as a source: its kind is told by its content, and only what is asked for is unpacked.

The two formats are in `zipped.py` and `tarred.py`; compression around a tar is undone here, up to a limit.
"""

import bz2
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from reelgrade.grading.sources.entries import (
    ARCHIVE_BYTES,
    ENTRIES,
    REFUSALS,
    Kind,
    Refused,
    Unusable,
    safe_path,
    shown_name,
)

AGAIN = "pack the files again as a plain .zip or .tar.gz"
XZ_MEMORY = 128 * 2**20  # an .xz file names the memory that its reader shall take; xz -9 needs half of this


@dataclass(frozen=True)
class Member:
    """One entry of an archive, as the archive spells it."""

    path: str
    kind: Kind
    read: Callable[[int], bytes]


class Decompressor(Protocol):
    """What the three modules of the standard library have in common."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Give at most so many bytes."""


COMPRESSIONS: dict[bytes, Callable[[], Decompressor]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lambda: lzma.LZMADecompressor(memlimit=XZ_MEMORY),
}


class Archive:
    """The members of an archive as a tree. An unsafe path is a name in the top folder, where nothing opens it."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members: dict[str, Member] = {}
        self._children: dict[str, set[str]] = {"": set()}
        self._seen: Counter[str] = Counter()
        for member in bounded(members):
            self._add(member)

    def kind(self, path: str) -> Kind | None:
        """Say what lies at a path, or None; nothing is found behind a link."""
        folder = path.rpartition("/")[0]
        if folder and self.kind(folder) != "folder":
            return None
        if self._seen[path] > 1:
            return "repeated"
        if path in self._members:
            return self._members[path].kind
        return "folder" if path in self._children else None

    def names(self, folder: str) -> Iterator[str]:
        """Give the names in a folder, each once."""
        yield from self._children.get(folder, ())

    def read(self, path: str, most: int) -> bytes:
        """Read a plain file, at most one byte more than asked for; Refused where it is none."""
        if self.kind(path) != "file":
            raise Refused(*REFUSALS["special_file"])
        with unpacking():
            return self._members[path].read(most)

    def _add(self, member: Member) -> None:
        path = safe_path(member.path)
        if path is None:
            self._children[""].add(member.path)
        elif member.kind == "folder":
            self._add_folder(path)
        elif path:
            folder, _, name = path.rpartition("/")
            self._add_folder(folder)
            self._children[folder].add(name)
            self._members[path] = member
            self._seen[path] += 1

    def _add_folder(self, path: str) -> None:
        if path not in self._children:
            folder, _, name = path.rpartition("/")
            self._add_folder(folder)
            self._children[folder].add(name)
            self._children[path] = set()


def open_archive(data: bytes) -> Archive:
    """Read the table of an archive; Unusable where it is none, damaged, encrypted or a bomb."""
    from reelgrade.grading.sources import tarred, zipped

    with unpacking():
        data = decompressed(data)
        if tarred.is_tar(data):
            return Archive(tarred.members(data))
        if zipfile.is_zipfile(BytesIO(data)):
            return Archive(zipped.members(data))
    raise Unusable(f"it is no .zip and no .tar archive; {AGAIN}")


def bounded(members: Iterable[Member]) -> Iterator[Member]:
    """Give the members, and stop with a Unusable where there are too many."""
    for count, member in enumerate(members):
        if count == ENTRIES:
            raise too_many()
        yield member


def decompressed(data: bytes) -> bytes:
    """Undo the compression around a tar, in one piece; Unusable where it is cut off or too large.

    >>> decompressed(bz2.compress(b"plain")), decompressed(b"plain")
    (b'plain', b'plain')
    """
    make = next((make for magic, make in COMPRESSIONS.items() if data.startswith(magic)), None)
    if make is None:
        return data
    stream = make()
    plain = stream.decompress(data, ARCHIVE_BYTES + 1)
    if len(plain) > ARCHIVE_BYTES:
        raise too_much()
    if not stream.eof or stream.unused_data.strip(b"\0"):
        raise Unusable(f"it is cut off, or has something behind its end; {AGAIN}")
    return plain


def too_many() -> Unusable:
    """Say that an archive has too many entries."""
    return Unusable(f"it has more than {ENTRIES} entries; leave out everything but the exercises")


def too_much() -> Unusable:
    """Say that an archive holds too much."""
    return Unusable(f"it holds more than {ARCHIVE_BYTES // 2**20} MiB unpacked; leave out everything but the exercises")


@contextmanager
def unpacking() -> Iterator[None]:
    """Turn whatever a hostile archive raises into a Unusable: the parsers raise some twenty kinds of errors."""
    try:
        yield
    except (Unusable, Refused):
        raise
    except Exception as error:
        raise Unusable(f"it is damaged ({shown_name(f'{type(error).__name__}: {error}')}); {AGAIN}") from error
