"""What student code takes of a disk: how full a folder is, what has no name, and how to remove whatever was put there."""

import os
import stat
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

BLOCK = 512  # bytes, the unit of st_blocks


def overfull(folder: Path, most_bytes: int, most_files: int) -> bool:
    """Tell whether a folder holds too much; stops counting where that is clear."""
    if folder.is_symlink():  # put in its place, to be followed
        return True
    num_bytes = num_files = 0
    waiting = [str(folder)]
    while waiting and num_bytes <= most_bytes and num_files <= most_files:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in islice(entries, most_files + 1):
                    num_files += 1
                    num_bytes += _taken(entry.stat(follow_symlinks=False))
                    waiting += [entry.path] if entry.is_dir(follow_symlinks=False) else []
        except FileNotFoundError:  # removed meanwhile
            continue
        except OSError:  # closed to others, or below the longest path: it hides something
            return True
    return num_bytes > most_bytes or num_files > most_files


def _taken(found: os.stat_result) -> int:
    """Return the bytes that a file takes on the disk: room that is reserved beyond its end counts, holes do not."""
    blocks: int | None = getattr(found, "st_blocks", None)  # Windows has none
    return found.st_size if blocks is None else blocks * BLOCK


def nameless(pid: int) -> tuple[int, bool]:
    """Return the bytes in files without a name that a process has open or mapped, and whether it may have others."""
    found: dict[tuple[int, int], int] = {}
    hidden = False
    try:
        with os.scandir(f"/proc/{pid}/fd") as descriptors:
            paths = [entry.path for entry in descriptors]
        with Path(f"/proc/{pid}/maps").open(encoding="utf-8", errors="replace") as maps:
            gone = [line.split()[:5] for line in maps if line.rstrip().endswith("(deleted)")]
    except OSError:
        return 0, True
    mapped = {(device, inode): span for span, _, _, device, inode in gone}  # one place of each file
    for path in [*paths, *(f"/proc/{pid}/map_files/{span}" for span in mapped.values())]:
        try:
            one = os.stat(path)  # noqa: PTH116  # follows to a file that has no path
        except FileNotFoundError:  # closed meanwhile
            continue
        except OSError:  # what is mapped is shown to administrators only
            hidden = True
            continue
        if stat.S_ISREG(one.st_mode) and one.st_nlink == 0:
            found[one.st_dev, one.st_ino] = _taken(one)
    return sum(found.values()), hidden


def remove_tree(folder: Path) -> bool:
    """Remove a folder that nobody writes to any more, however deep it is and whatever rights were taken away.

    Folders within are emptied into the top one, so that no path grows long; no link is followed. Gives False where
    something stays.

    >>> import tempfile
    >>> top = Path(tempfile.mkdtemp())
    >>> (top / "a" / "b").mkdir(parents=True)
    >>> remove_tree(top), top.exists()
    (True, False)
    """
    if folder.is_symlink():
        folder.unlink()
        return True
    numbers = count()
    while _remove_one_level(folder, numbers):
        pass
    with suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def _remove_one_level(folder: Path, numbers: "count[int]") -> bool:
    """Remove every file and empty folder; tells whether anything could be done."""
    progress = False
    for entry in _entries(str(folder)):
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                _empty_into(entry.path, folder, numbers)
                os.rmdir(entry.path)  # noqa: PTH106  # paths as the system gave them, here and below
            else:
                os.unlink(entry.path)  # noqa: PTH108
            progress = True
    return progress


def _empty_into(inner: str, top: Path, numbers: "count[int]") -> None:
    _open_up(inner)
    for entry in _entries(inner):
        if entry.is_dir(follow_symlinks=False):
            _open_up(entry.path)  # moving a folder writes its ".."
        name = next(name for number in numbers if not (name := top / f".removed-{number}").exists())
        os.rename(entry.path, name)  # noqa: PTH104


def _open_up(folder: str) -> None:
    with suppress(OSError):
        os.chmod(folder, 0o700)  # noqa: PTH101


def _entries(folder: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
