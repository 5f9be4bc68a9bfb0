"""Take a submission that may be hostile: only its exercise modules, as plain copies, and say what was left aside.

A submission is a folder, a .zip, a .tar (plain or compressed), a commit of a git repository, or a notebook; how each is
read without following or running anything is in `sources/`. Nothing taken is run here. Notebooks named after the
course's assignments become modules, as `notebook_source.py` makes them.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from reelgrade.course.folders import EXERCISES
from reelgrade.errors import UserError
from reelgrade.grading.leftovers import leftovers
from reelgrade.grading.notebook_intake import NOTEBOOK_PATHS, WITH_EXERCISES, modules_of_notebooks
from reelgrade.grading.older_release import release_notices
from reelgrade.grading.provenance import Notice, TakenFile
from reelgrade.grading.sources.archive import open_archive
from reelgrade.grading.sources.directory import PLAIN, Directory, read_plain
from reelgrade.grading.sources.entries import (
    ARCHIVE_BYTES,
    MODULE_BYTES,
    REFUSALS,
    Refused,
    Source,
    Unusable,
    join,
    shown_name,
    too_large,
)
from reelgrade.grading.sources.loose import LooseFiles
from reelgrade.grading.sources.one_file import OneFile
from reelgrade.grading.sources.repository import open_commit
from reelgrade.grading.sources.survey import Survey
from reelgrade.release.manifest import NAME as RECORD

MODULES = tuple(f"{name}.py" for name in EXERCISES)
MAX_NOTICES = 50
SUFFIXES = (".tar.gz", ".tar.xz", ".tar.bz2", ".tgz", ".tar", ".zip")


@dataclass(frozen=True)
class Taken:
    """What was taken of a submission, in memory: modules by file name, in course order."""

    name: str
    modules: dict[str, bytes]
    notices: tuple[Notice, ...]
    commit: str | None = None

    @property
    def files(self) -> tuple[TakenFile, ...]:
        """List the modules with size and hash."""
        return tuple(
            TakenFile(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in self.modules.items()
        )


@dataclass(frozen=True)
class Intake:
    """A submission as it was taken: `folder` holds the files, flat and read-only, `files` are in course order."""

    name: str
    folder: Path
    files: tuple[TakenFile, ...]
    notices: tuple[Notice, ...]
    commit: str | None


def take(source: Path, into: Path, course: Path, commit: str | None = None) -> Intake:
    """Copy the exercise modules of a submission into an empty folder, read-only, and list everything else.

    UserError where the submission cannot be taken: there is none, it is damaged, encrypted or out of
    proportion, has an exercise twice, or nothing in it can be taken.

    >>> import tempfile
    >>> alice, into = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    >>> for name in ("data.py", "torch.py"):
    ...     _ = (alice / name).write_text("labels = 3")
    >>> intake = take(alice, into, course=Path("."))
    >>> [file.path for file in intake.files], [path.name for path in into.iterdir()]
    (['data.py'], ['data.py'])
    >>> print(intake.notices[0])
    Notice(kind='ignored', path='torch.py', action='ignored: not part of a submission')
    """
    return put(read(source, course, commit), into)


def read(source: Path | LooseFiles, course: Path, commit: str | None = None) -> Taken:
    """Read what can be taken of a submission; UserError as for `take`."""
    shown, name = (source.name, source.name) if isinstance(source, LooseFiles) else (str(source), _name(source))
    try:
        tree, full_hash = (source, None) if isinstance(source, LooseFiles) else _opened(source, commit)
        modules, notices = _read_all(tree, course)
    except (Unusable, Refused) as error:
        raise UserError(f"{shown_name(shown)}: {error}") from error
    return Taken(name, modules, _bounded(notices), full_hash)


def put(taken: Taken, into: Path) -> Intake:
    """Write what was taken into an empty folder, read-only."""
    for name, content in taken.modules.items():
        _place(into / name, content)
    return Intake(taken.name, into, taken.files, taken.notices, taken.commit)


def _opened(source: Path, commit: str | None) -> tuple[Source, str | None]:
    mode = _mode(source)
    if commit is not None and stat.S_ISDIR(mode):
        found = open_commit(source, commit)
        return found, found.name
    if commit is not None:
        raise Unusable("it is no git repository; pass one, or leave out the commit")
    if stat.S_ISDIR(mode):
        return Directory(source), None
    data = _archive(source)
    if source.suffix != ".ipynb":
        return open_archive(data), None
    if source.stem not in WITH_EXERCISES:
        raise Unusable(f"no notebook with exercises has this name; they are {', '.join(WITH_EXERCISES)}")
    return OneFile(source.name, data), None


def _mode(source: Path) -> int:
    try:
        mode = source.lstat().st_mode
    except (OSError, ValueError) as error:
        raise Unusable("no such submission; pass a folder, an archive, a notebook or a repository") from error
    if stat.S_ISLNK(mode):
        raise Unusable("it is a symbolic link; pass what it points to")
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise Unusable("it is neither a folder nor a plain file; pass a folder, an archive, a notebook or a repository")
    return mode


def _archive(source: Path) -> bytes:
    try:
        handle = os.open(source, PLAIN)
    except OSError as error:
        raise Unusable(f"it cannot be read ({error.strerror}); look at its permissions") from error
    try:
        data = read_plain(handle, ARCHIVE_BYTES)
    finally:
        os.close(handle)
    if len(data) > ARCHIVE_BYTES:
        raise Unusable(f"it is larger than {ARCHIVE_BYTES // 2**20} MiB; leave out everything but the exercises")
    return data


def _read_all(tree: Source, course: Path) -> tuple[dict[str, bytes], list[Notice]]:
    survey = Survey(tree, (*MODULES, *NOTEBOOK_PATHS))
    modules: dict[str, bytes] = {}
    refused: dict[str, Notice] = {}
    for name in MODULES:
        path = join(survey.root, name)
        try:
            modules |= {name: fetch(tree, path)} if tree.kind(path) else {}
        except Refused as error:
            refused[path] = Notice(error.kind, shown_name(path), error.action)
    taken = modules_of_notebooks(tree, survey.root, course, set(modules))
    refused |= {notice.path: notice for notice in taken.refused}
    modules = {name: content for name in MODULES if (content := (modules | taken.modules).get(name)) is not None}
    if not modules:
        reasons = "; ".join(f"{notice.path} {notice.action}" for notice in refused.values())
        raise Unusable(reasons or f"no exercise in it; it needs {', '.join(MODULES[:2])}, ... as plain files")
    release = release_notices(tree, survey.top, course)
    seen = {join(survey.root, name) for name in modules} | set(refused) | taken.seen
    seen |= {path for path in [join(survey.top, RECORD)] if tree.kind(path) == "file"}
    return modules, [*refused.values(), *release, *taken.skipped, *leftovers(survey, seen, course)]


def fetch(tree: Source, path: str) -> bytes:
    """Read a module; Refused where it is no plain file or too large, Unusable where there are two of it."""
    kind = tree.kind(path)
    if kind == "repeated":
        raise Unusable(f"two entries are named {shown_name(path)}; leave one of them")
    if kind in REFUSALS:
        raise Refused(*REFUSALS[kind])
    content = tree.read(path, MODULE_BYTES)
    if len(content) > MODULE_BYTES:
        raise Refused("too_large", too_large(MODULE_BYTES))
    return content


def _place(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
    path.chmod(0o444)


def _bounded(notices: list[Notice]) -> tuple[Notice, ...]:
    if len(notices) <= MAX_NOTICES:
        return tuple(notices)
    more = Notice("ignored", "", f"{len(notices) - MAX_NOTICES} more are not listed")
    return (*notices[:MAX_NOTICES], more)


def _name(source: Path) -> str:
    name = source.resolve().name
    suffixes = (*SUFFIXES, ".ipynb") if source.is_file() else (".git",)
    return shown_name(next((name.removesuffix(suffix) for suffix in suffixes if name.endswith(suffix)), name))
