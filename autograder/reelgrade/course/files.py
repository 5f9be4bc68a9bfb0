"""Write files so that a reader, a crash or Ctrl-C never meets half of one."""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reelgrade.errors import UserError

PRIVATE = 0o700  # of a folder with work or grades of students: closed to other accounts


def is_disk_full(error: BaseException) -> bool:
    """Tell whether an error says that a disk is full, or that no folder for temporary files has room.

    >>> is_disk_full(OSError(errno.ENOSPC, "No space left on device")), is_disk_full(OSError(errno.ENOENT, "none"))
    (True, False)
    """
    if isinstance(error, FileNotFoundError):  # tempfile has tried all folders that it knows
        return "No usable temporary directory" in str(error)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def write_text(path: Path, text: str, mode: int = 0o777) -> None:
    """Put a whole text in place of a file: UTF-8 and LF, to a temporary file first, then renamed.

    A link stays, and what it names is written; a pipe or a device gets the text as it comes. A folder made for it has `mode`.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    target = path.resolve()
    with output_folder(target.parent, mode=mode) as folder:
        (folder / target.name).write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def output_folder(folder: Path, forget: Iterable[str] = (), mode: int = 0o777) -> Iterator[Path]:
    """Give a scratch folder whose files and folders move into `folder` at the end, all of them or none.

    The scratch folder lies inside the target, so that a rename suffices; a folder takes the place of a former one as
    a whole. It is made at the start: a target that cannot be written is a UserError before any work is done, and so is
    a disk that is full. Files named in `forget`, which an earlier run left, go with the move. When the body fails,
    nothing moves and a target folder made here is removed again. Made here it has `mode`: PRIVATE for what is about students.

    >>> target = Path(tempfile.mkdtemp()) / "out"
    >>> with output_folder(target) as scratch:
    ...     _ = (scratch / "a.txt").write_text("1")
    >>> [path.name for path in target.iterdir()]
    ['a.txt']
    """
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(mode, parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(prefix=".partial-", dir=folder)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from error
    finished = False
    try:
        with scratch as name:
            yield Path(name)
            _move(Path(name), folder, forget)
            finished = True
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise UserError(f"{folder}: the disk is full, nothing was changed; make room, or choose another") from error
    finally:
        if not finished:
            for parent in made:
                parent.rmdir()


def _move(scratch: Path, folder: Path, forget: Iterable[str]) -> None:
    found = sorted(scratch.iterdir())
    former = Path(tempfile.mkdtemp(prefix=".former-", dir=scratch))  # goes with the scratch folder
    for path in found:
        target = folder / path.name
        if path.is_dir() and target.is_dir():
            target.replace(former / path.name)
        elif path.is_file():
            _make_readable(path)
        path.replace(target)
    for name in forget:
        (folder / name).unlink(missing_ok=True)


def _make_readable(path: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)
