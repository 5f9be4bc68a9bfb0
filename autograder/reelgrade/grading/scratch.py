"""Folders that student code writes to: how full one is, and how to remove it whatever was put there."""

import os
from contextlib import suppress
from itertools import count, islice
from pathlib import Path


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
                    num_bytes += entry.stat(follow_symlinks=False).st_size
                    waiting += [entry.path] if entry.is_dir(follow_symlinks=False) else []
        except FileNotFoundError:  # removed meanwhile
            continue
        except OSError:  # closed to others, or below the longest path: it hides something
            return True
    return num_bytes > most_bytes or num_files > most_files


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
