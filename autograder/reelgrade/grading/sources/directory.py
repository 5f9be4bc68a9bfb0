"""A folder as a source: links are not followed, and a file is judged after it was opened.

Where the system cannot open a path relative to an open folder (Windows), links are looked for
before opening instead.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reelgrade.grading.sources.entries import REFUSALS, Kind, Refused, read_up_to

HAS_FOLDER_HANDLES = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
FOLDER = os.O_RDONLY | NOT_FOLLOWED | getattr(os, "O_DIRECTORY", 0)
PLAIN = (  # opening a FIFO must not wait for its writer
    os.O_RDONLY | NOT_FOLLOWED | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
)


class Directory:
    """A folder on disk, which may change while it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kind(self, path: str) -> Kind | None:
        """Say what lies at a path, or None; nothing is found behind a link."""
        found: Kind | None = "folder"
        place = self.folder
        for part in path.split("/") if path else []:
            place = place / part
            found = _kind(place) if found == "folder" else None
        return found

    def names(self, folder: str) -> Iterator[str]:
        """Give the names in a folder; none where it is gone or closed to us."""
        with suppress(OSError):
            if HAS_FOLDER_HANDLES:
                with opened_beneath(self.folder, folder, FOLDER) as handle:
                    yield from _listed(handle)
            else:
                yield from _listed(self.folder / folder)

    def read(self, path: str, most: int) -> bytes:
        """Read a plain file, at most one byte more than asked for; Refused where it is none."""
        if not HAS_FOLDER_HANDLES and self.kind(path) != "file":
            raise Refused(*REFUSALS["link"])
        try:
            with opened_beneath(self.folder, path, PLAIN) as handle:
                return read_plain(handle, most)
        except OSError as error:
            raise refusal(error) from error


@contextmanager
def opened_beneath(folder: Path, path: str, flags: int) -> Iterator[int]:
    """Open a path below a folder, part by part, so that no part of it can be a link."""
    handle = _open_beneath(folder, path, flags) if HAS_FOLDER_HANDLES else os.open(folder / path, flags)
    try:
        yield handle
    finally:
        os.close(handle)


def _open_beneath(folder: Path, path: str, flags: int) -> int:
    handle = os.open(folder, FOLDER)
    parts = path.split("/") if path else []
    for index, part in enumerate(parts, 1):
        outer = handle
        try:
            handle = os.open(part, flags if index == len(parts) else FOLDER, dir_fd=outer)
        finally:
            os.close(outer)
    return handle


def _listed(folder: int | Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry.name


def read_plain(handle: int, most: int) -> bytes:
    """Read an open file, at most one byte more than asked for; Refused where it is no plain file."""
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise Refused(*REFUSALS["special_file"])
    with os.fdopen(handle, "rb", closefd=False) as file:
        return read_up_to(file, most)


def refusal(error: OSError) -> Refused:
    """Say why a file could not be opened.

    >>> refusal(OSError(errno.ELOOP, "")).action
    'refused: a symbolic link'
    """
    if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR):  # EMLINK is what FreeBSD says
        return Refused(*REFUSALS["link"])
    if error.errno in (errno.ENXIO, errno.EOPNOTSUPP):  # a socket cannot be opened
        return Refused(*REFUSALS["special_file"])
    return Refused("unreadable", f"refused: it cannot be read ({error.strerror})")


def _kind(path: Path) -> Kind | None:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return None
    return kind_of_mode(mode)


def kind_of_mode(mode: int) -> Kind:
    """Say what a Unix file mode stands for.

    >>> kind_of_mode(0o100644), kind_of_mode(0o120777), kind_of_mode(0o010600)
    ('file', 'link', 'special_file')
    """
    kinds: dict[int, Kind] = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(mode), "special_file")
