"""Bring a newer release to a student's copy of the course: what the student wrote stays, the rest is replaced.

What the copy came from is known by release.json and the untouched stubs. All is worked out before anything is written;
then every file that changes is kept in `.reelgrade/backup-N` first, and the new release.json comes last, so that an
update that was cut off can be repeated.
"""

import itertools
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reelgrade.errors import UserError
from reelgrade.grading.sources.entries import safe_path
from reelgrade.release.manifest import NAME, Manifest, read_manifest, sha256
from reelgrade.release.merging import merge_exercise, merge_text
from reelgrade.release.newer import Release, read_release

PRIVATE = ".reelgrade"
WORK = ("exercises", "notebooks")
"""Where students work: what they have changed there is never replaced."""

GIVEN = ("autograder", "datasets", ".github")
"""What nobody is meant to change: it is replaced even so, and kept."""


@dataclass
class Plan:
    """What an update will do: texts to write by path, None for a file to remove, and what to say about them."""

    writes: dict[str, bytes | None] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def update(course: Path, newer: Path) -> list[str]:
    """Update a copy of the course to a newer release; returns what to tell.

    UserError, with nothing changed, where the copy or the release cannot be used.
    """
    old = _own_record(course)
    release = read_release(newer)
    plan = plan_update(course, old, release)
    done = f"this copy is at release {release.manifest.version}"
    if not plan.writes and old == release.manifest:
        return [f"{done} already; nothing was changed"]
    work_first = sorted(plan.writes.items(), key=lambda write: write[0].split("/")[0] not in WORK)  # then their stubs
    kept = apply(course, {**dict(work_first), NAME: release.manifest.written()})
    lines = [f"{done} now, it was {old.version}; {_counted(plan, kept)}", *plan.said]
    lines.append(f"what was there before is in {kept.relative_to(course).as_posix()}")
    if {"pyproject.toml", "constraints.txt"} & plan.writes.keys():
        lines.append("the packages it needs may have changed; run: pip install -e . -c constraints.txt")
    return lines


def _own_record(course: Path) -> Manifest:
    if (course / "solutions").is_dir():
        raise UserError(f"{course}: this is the course itself, not a student's copy; change it with git")
    manifest = read_manifest(course)
    if manifest is None or not manifest.files or any(safe_path(path) != path for path in manifest.files):
        raise UserError(f"{course / NAME}: missing or damaged; take it from the release that this copy was made from")
    return manifest


def plan_update(course: Path, old: Manifest, release: Release) -> Plan:
    """Work out what becomes of every file; nothing is written."""
    plan = Plan()
    for path, new in sorted(release.files.items()):
        mine = _read(course, path)
        if mine is None or _unchanged(mine, old.files.get(path)):
            _write(plan, path, mine, new)
        elif mine != new:
            _reconcile(plan, course, path, mine, release, old)
    for path in sorted(old.files.keys() - release.files.keys()):
        mine = _read(course, path)
        if mine is not None and _unchanged(mine, old.files[path]):
            plan.writes[path] = None
        elif mine is not None:
            plan.said.append(f"{path}: no longer in the course; yours stays")
    return plan


def _write(plan: Plan, path: str, mine: bytes | None, new: bytes) -> None:
    if mine is None or mine.replace(b"\r\n", b"\n") != new:
        plan.writes[path] = new


def _reconcile(plan: Plan, course: Path, path: str, mine: bytes, release: Release, old: Manifest) -> None:
    """Decide about a file that the student has changed."""
    folder, new = path.split("/")[0], release.files[path]
    if folder in GIVEN:
        plan.writes[path] = new
        plan.said.append(f"{path}: you had changed it; it is replaced, and yours is kept")
    elif _unchanged(new, old.files.get(path)) or _merged_before(course, path, release):
        return
    elif (merged := _merged(course, path, mine, new, old)) is not None:
        _write(plan, path, mine, merged)
        plan.said.append(f"{path}: your work is kept, and what the course changed around it is in")
    else:
        beside = beside_name(path)
        plan.writes[beside] = new
        plan.said.append(
            f"{path}: changed by you and by the course; yours stays, the new one is {beside}; compare them"
        )


def beside_name(path: str) -> str:
    """Name the file that a new version is put in beside the student's own.

    >>> beside_name("exercises/vocab.py"), beside_name(".gitignore")
    ('exercises/vocab.new.py', '.gitignore.new')
    """
    found = Path(path)
    return found.with_name(f"{found.stem}.new{found.suffix}").as_posix()


def _stub(path: str) -> str:
    """Name the untouched stub of an exercise."""
    return path.replace("exercises/", "autograder/stubs/", 1)


def _merged_before(course: Path, path: str, release: Release) -> bool:
    """Tell whether an update that was cut off came past this exercise: its stub, which follows it, is the new one."""
    return path.startswith("exercises/") and _read(course, _stub(path)) == release.files.get(_stub(path))


def _merged(course: Path, path: str, mine: bytes, new: bytes, old: Manifest) -> bytes | None:
    """Merge an exercise by the stub that it began as; None for another file, or where that is not certain."""
    base = _read(course, _stub(path))
    if not path.startswith("exercises/") or base is None or not _unchanged(base, old.files.get(_stub(path))):
        return None
    try:
        texts = [data.decode() for data in (base, mine, new)]
    except UnicodeDecodeError:
        return None
    merge = merge_exercise if path.endswith(".py") else merge_text
    merged = merge(*texts)
    return None if merged is None else merged.encode()


def _unchanged(data: bytes, digest: str | None) -> bool:
    """Compare with a hash; a checkout on Windows may have made each line end longer by one."""
    return digest in (sha256(data), sha256(data.replace(b"\r\n", b"\n")))


def _read(course: Path, path: str) -> bytes | None:
    target = course / path
    if not target.exists():
        return None
    if not target.is_file():
        raise UserError(f"{target}: not a file; move it away, then run this again")
    return target.read_bytes()


def _counted(plan: Plan, kept: Path) -> str:
    removed = sum(new is None for new in plan.writes.values())
    replaced = sum((kept / path).is_file() for path in plan.writes) - removed
    return f"{replaced} files changed, {len(plan.writes) - replaced - removed} added, {removed} removed"


def apply(course: Path, writes: dict[str, bytes | None]) -> Path:
    """Keep what will change, then put everything in place, in order; returns the folder of what was kept.

    Where a file cannot be written, those before it are put back, and it is a UserError. Ctrl-C waits for the end.
    """
    own = course / PRIVATE
    numbers = (own / f"backup-{number}" for number in itertools.count(1))
    with _uninterrupted():
        try:
            kept = next(folder for folder in numbers if not folder.exists())
            kept.mkdir(parents=True)
            with tempfile.TemporaryDirectory(prefix="incoming-", dir=own) as scratch:
                _keep(course, kept, writes)
                staged = {
                    path: _staged(Path(scratch), number, new) for number, (path, new) in enumerate(writes.items())
                }
                _place(course, kept, staged)
        except OSError as error:
            raise UserError(
                f"{error.filename or course}: cannot be written ({error.strerror}); nothing was changed, mend it and run this again"
            ) from error
    return kept


def _keep(course: Path, kept: Path, writes: dict[str, bytes | None]) -> None:
    for path in writes:
        if (course / path).is_file():
            (kept / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(course / path, kept / path)


def _staged(scratch: Path, number: int, new: bytes | None) -> Path | None:
    if new is None:
        return None
    target = scratch / str(number)
    target.write_bytes(new)
    return target


def _place(course: Path, kept: Path, staged: dict[str, Path | None]) -> None:
    """Move the staged files to their places; all or none."""
    placed = []
    try:
        for path, source in staged.items():
            target = course / path
            target.parent.mkdir(parents=True, exist_ok=True)
            placed.append(path)
            if source is None:
                target.unlink()
            else:
                source.replace(target)
    except OSError:
        for path in placed:
            _put_back(course / path, kept / path)
        raise


def _put_back(target: Path, kept: Path) -> None:
    if kept.is_file():
        shutil.copy2(kept, copy := kept.with_name(f"{kept.name}.copy"))
        copy.replace(target)
    else:
        target.unlink(missing_ok=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Leave Ctrl-C aside: what follows takes a second, and half of it would be of no use."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
