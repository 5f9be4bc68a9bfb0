"""Folders that student code writes to: how full one is, and how to remove it whatever was put there."""

import os
from contextlib import suppress
from itertools import count
from pathlib import Path


def overfull(folder: Path, most_bytes: int, most_files: int) -> bool:
    """Tell whether a folder holds too much; stops counting where that is clear."""
    num_bytes = num_files = 0
    waiting = [str(folder)]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                num_files += 1
                with suppress(OSError):
                    num_bytes += entry.stat(follow_symlinks=False).st_size
                    waiting += [entry.path] if entry.is_dir(follow_symlinks=False) else []
                if num_bytes > most_bytes or num_files > most_files:
                    return True
    return False


def remove_tree(folder: Path) -> None:
    """Remove a folder that nobody writes to any more, however deep it is and whatever rights were taken away.

    Folders within are emptied into the top one, so that no path grows long.

    >>> import tempfile
    >>> top = Path(tempfile.mkdtemp())
    >>> (top / "a" / "b").mkdir(parents=True)
    >>> remove_tree(top)
    >>> top.exists()
    False
    """
    numbers = count()
    with suppress(FileNotFoundError):
        while entries := list(os.scandir(folder)):
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    _empty_into(entry.path, folder, numbers)
                else:
                    os.unlink(entry.path)  # noqa: PTH108  # the path as the system gave it
        folder.rmdir()


def _empty_into(inner: str, top: Path, numbers: "count[int]") -> None:
    with suppress(OSError):
        os.chmod(inner, 0o700)  # noqa: PTH101
    for entry in list(os.scandir(inner)):
        if entry.is_dir(follow_symlinks=False):
            os.chmod(entry.path, 0o700)  # noqa: PTH101  # moving a folder writes its ".."
        name = next(name for number in numbers if not (name := top / f".removed-{number}").exists())
        os.rename(entry.path, name)  # noqa: PTH104
    os.rmdir(inner)  # noqa: PTH106
