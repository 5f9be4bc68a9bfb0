"""Build the students' repository, search it for what must stay hidden, and only then put it in place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reelgrade.errors import UserError
from reelgrade.release.contents import contents
from reelgrade.release.leaks.search import Leak, files_in, find_leaks
from reelgrade.release.leaks.secrets import gather
from reelgrade.release.zips import zip_bytes

MOST_SHOWN = 20


@dataclass(frozen=True)
class Built:
    """What a build has made."""

    folder: Path
    archive: Path | None
    num_files: int


def build(course: Path, out: Path, version: str | None = None, archived: bool = False) -> Built:
    """Write the release to the folder `out`, with `archived` also to `out.zip`, which holds that folder.

    Raises UserError, and leaves nothing behind, where the course is incomplete, `out` is not empty, or something
    leaks: then each place is named.
    """
    archive = out.with_name(f"{out.name}.zip") if archived else None
    for target in filter(None, (out, archive)):
        if target.is_file() or (target.is_dir() and any(target.iterdir())):
            raise UserError(f"{target}: there already; name another --out, or remove it first")
    with _scratch(out.parent) as scratch:
        files = contents(course, version)
        write_files(scratch / "release", files)
        refuse_leaks(scratch / "release", course)
        if archive is not None:
            packed = zip_bytes({f"{out.name}/{path}": data for path, data in files_in(scratch / "release")})
            (scratch / "release.zip").write_bytes(packed)
            (scratch / "release.zip").replace(archive)
        if out.is_dir():
            out.rmdir()
        (scratch / "release").replace(out)
    return Built(out, archive, len(files))


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files, given by path, below a folder."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(0o644)


def refuse_leaks(folder: Path, course: Path) -> None:
    """Search a release; UserError naming every place where something of the course shows."""
    leaks = find_leaks(files_in(folder), gather(course))
    if leaks:
        raise UserError(describe(leaks))


def describe(leaks: list[Leak]) -> str:
    """Write leaks as a message.

    >>> print(describe([Leak("README.md, line 3", "the solution of vocab.py")]))
    this release would give away what must stay hidden, so it was not built; remove it from its source:
      README.md, line 3: the solution of vocab.py
    """
    shown = [f"  {leak}" for leak in leaks[:MOST_SHOWN]]
    more = [f"  ... and {len(leaks) - MOST_SHOWN} more places"] if len(leaks) > MOST_SHOWN else []
    first = "this release would give away what must stay hidden, so it was not built; remove it from its source:"
    return "\n".join([first, *shown, *more])


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """Give a folder beside the target, so that a rename suffices; parents that are made here go again on failure."""
    made = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".partial-", dir=parent))
    except OSError as error:
        raise UserError(f"{parent}: cannot be written ({error.strerror}); choose another folder") from error
    finished = False
    try:
        yield folder
        finished = True
    finally:
        shutil.rmtree(folder)
        for empty in () if finished else made:
            empty.rmdir()
