"""Find the submissions in a folder: one folder, archive or set of notebooks each, also as Canvas and Moodle name them.

Nothing is opened here but folders, and nothing in them is believed: when something was handed in is read off its name,
which the instructor gave. What can be taken of a submission is decided by `grading/intake.py`.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from reelgrade.course.folders import EXERCISES, NOTEBOOKS
from reelgrade.errors import UserError
from reelgrade.grading.intake import SUFFIXES
from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import shown_name
from reelgrade.grading.sources.loose import LooseFiles
from reelgrade.grading.sources.survey import SILENT

CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)", re.DOTALL)
MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_file_?(?P<file>.*)", re.DOTALL)
ONLINE_TEXT = "_assignsubmission_onlinetext"
AGAIN = re.compile(r"-\d+$")  # Canvas numbers files that were handed in again
DATED = re.compile(r"(?P<name>.+)@(?P<time>\d{4}-\d\d-\d\dT\d\d[-:]?\d\d(?:[-:]?\d\d)?Z?)")
CODE = {*EXERCISES, *NOTEBOOKS}
MOST_NAMED = 10


@dataclass(frozen=True)
class Submission:
    """What a student handed in; `problem` says why it cannot be graded at all."""

    student: str
    source: Path | LooseFiles
    attempt: int = 1  # counted by time
    handed_in: datetime | None = None  # in UTC
    problem: str = ""

    @property
    def shown(self) -> str:
        """Name the file, folder or files that it was, fit to be shown."""
        return shown_name(self.source.name)


def find_submissions(folder: Path) -> list[Submission]:
    """List what was handed in, sorted by student and attempt; UserError where there is nothing.

    A name `alice@2026-12-01T10-00-00Z` says when alice handed it in; of several such all are attempts. Without times,
    two submissions of one student are a problem of that student. Canvas's `doejane_LATE_7_99_vocab.py` and Moodle's
    `Jane Doe_7_assignsubmission_file_vocab.py` are the files of `doejane_7` and `Jane Doe_7`.

    >>> import tempfile
    >>> work = Path(tempfile.mkdtemp())
    >>> for name in ("bob.zip", "doejane_7_99_vocab-1.py", "doejane_7_98_data.py", "readme.txt"):
    ...     _ = (work / name).write_bytes(b"")
    >>> [(found.student, found.shown) for found in find_submissions(work)]
    [('bob', 'bob.zip'), ('doejane_7', 'doejane_7')]
    """
    entries = _entries(folder)
    found = _single(entries) + _scattered(entries)
    if not found:
        raise UserError(f"{folder}: no submission in it; it needs one folder or archive for each student")
    by_student: dict[str, list[Submission]] = {}
    for one in found:
        by_student.setdefault(one.student, []).append(one)
    return [one for student in sorted(by_student) for one in _numbered(by_student[student])]


def overlooked(folder: Path) -> list[str]:
    """Say in a line what lies beside the submissions and is none; nothing where there is no such thing.

    >>> import tempfile
    >>> work = Path(tempfile.mkdtemp())
    >>> for name in ("bob.zip", "eve.rar"):
    ...     _ = (work / name).write_bytes(b"")
    >>> overlooked(work)[0][:34]
    'not looked at: eve.rar; a submissi'
    """
    names = [shown_name(path.name) for path in _entries(folder) if _stem(path) is None and not _platform(path.name)]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    known = ", ".join(SUFFIXES)
    line = f"not looked at: {', '.join(names[:MOST_NAMED])}{more}; a submission is a folder or an archive ({known})"
    return [line] if names else []


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "no such folder"
        raise UserError(f"{folder}: {what}; name a folder with one folder or archive for each student")
    try:
        return sorted(path for path in folder.iterdir() if path.name not in SILENT and not path.name.startswith("."))
    except OSError as error:
        raise UserError(f"{folder}: cannot be read ({error.strerror}); look at its permissions") from error


def _single(entries: Iterable[Path]) -> list[Submission]:
    """Take folders and archives that are a submission by themselves."""
    found = []
    for path in entries:
        name, platform = _stem(path), _platform(path.name)
        if name is None or (platform and not path.is_dir()):
            continue
        if platform and not platform["file"]:  # a folder of Moodle's
            name = f"{platform['name']}_{platform['id']}"
        dated = DATED.fullmatch(name)
        fits = dated and dated["name"] not in (".", "..")  # the name of a student becomes that of a folder
        student, time = (dated["name"], _time(dated["time"])) if dated and fits else (name, None)
        found.append(Submission(shown_name(student), _inner(path), handed_in=time))
    return found


def _stem(path: Path) -> str | None:
    """Give the name of a folder or archive without its suffix; None for any other file."""
    if path.is_symlink() or path.is_dir():
        return path.name  # a link is refused later, by name
    return next((path.name.removesuffix(suffix) for suffix in SUFFIXES if path.name.endswith(suffix)), None)


def _platform(name: str) -> re.Match[str] | None:
    """Read a name as Moodle or Canvas writes it."""
    return None if ONLINE_TEXT in name else MOODLE.fullmatch(name) or CANVAS.fullmatch(name)


def _scattered(entries: Iterable[Path]) -> list[Submission]:
    """Gather the files of each student on a platform that puts all files of all students side by side."""
    files: dict[str, dict[str, Path]] = {}
    for path in entries:
        platform = _platform(path.name)
        if platform and not path.is_dir():
            student = shown_name(f"{platform['name']}_{platform['id']}")
            files.setdefault(student, {})[_plain(platform["file"])] = path
    return [Submission(student, *_source_of(student, found)) for student, found in files.items()]


def _source_of(student: str, files: dict[str, Path]) -> tuple[Path | LooseFiles, int, None, str]:
    archives = [path for path in files.values() if path.name.endswith(SUFFIXES)]
    loose = LooseFiles(student, files)
    if not archives:
        return loose, 1, None, ""
    if len(files) == 1:
        return archives[0], 1, None, ""
    return (
        loose,
        1,
        None,
        f"an archive and {len(files) - 1} more files were handed in; leave one archive, or no archive",
    )


def _plain(name: str) -> str:
    """Undo the number that Canvas puts behind the names of files that were handed in again.

    >>> _plain("vocab-2.py"), _plain("notes-2.py")
    ('vocab.py', 'notes-2.py')
    """
    stem, dot, suffix = name.rpartition(".")
    return AGAIN.sub("", stem) + dot + suffix if AGAIN.sub("", stem) in CODE else name


def _inner(path: Path) -> Path:
    """Go into a folder with nothing but one archive in it, as Moodle has it."""
    if path.is_symlink() or not path.is_dir():
        return path
    names = [name for name in Directory(path).names("") if name not in SILENT]
    if len(names) == 1 and names[0].endswith(SUFFIXES) and Directory(path).kind(names[0]) == "file":
        return path / names[0]
    return path


def _time(text: str) -> datetime | None:
    """Read the time in a name.

    >>> _time("2026-12-01T10-00-00Z").isoformat()
    '2026-12-01T10:00:00+00:00'
    """
    day, _, clock = text.partition("T")
    digits = re.sub(r"\D", "", clock)
    with suppress(ValueError):
        return datetime.strptime(f"{day}T{digits:0<6}", "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
    return None


def _numbered(found: list[Submission]) -> list[Submission]:
    """Count the attempts of a student by time; without times, none of several can be graded."""
    if len(found) == 1:
        return found
    if all(one.handed_in for one in found):
        in_order = sorted(found, key=lambda one: (one.handed_in, one.shown))
        return [replace(one, attempt=number) for number, one in enumerate(in_order, start=1)]
    names = ", ".join(one.shown for one in found)
    problem = (
        f"two submissions of one student: {names}; leave one, or name them {found[0].student}@2026-12-01T10-00-00Z"
    )
    return [replace(found[0], problem=problem)]
