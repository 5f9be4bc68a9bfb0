"""Collect the forks of a class at a deadline: `python -m reelgrade.release.forks ROSTER --deadline T --out DIR`.

Writes DIR/submissions/STUDENT.tar for `reelgrade class`, and DIR/collected.csv with the commit of each and what could
not be collected. Grading is elsewhere; nothing of a fork is run here. How git is called is in `cloning.py`.
"""

import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reelgrade.course.files import PRIVATE, output_folder, write_text
from reelgrade.errors import UserError
from reelgrade.grading.printable import printable
from reelgrade.release.cloning import CloneError, Commit, archive, clone, history, pointers, without_secrets

STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
REPOSITORY = re.compile(r"(https://|ssh://|file:///)[^\s\"'`]+")  # no options, no `ext::`, no relative path


@dataclass(frozen=True)
class Fork:
    """A row of the roster."""

    student: str
    repository: str


@dataclass(frozen=True)
class Collected:
    """What became of one fork: the commit that was taken, or the reason why none was."""

    student: str
    repository: str
    status: str  # collected or failed
    commit: str = ""
    date: str = ""
    remark: str = ""


def read_roster(path: Path) -> list[Fork]:
    """Read a table with the columns `student` and `repository`.

    Raises UserError where it cannot be read, a row does not fit, or a student occurs twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); name a roster in CSV, UTF-8") from error
    return parse_roster(text, path.name)


def parse_roster(text: str, source: str) -> list[Fork]:
    r"""Read a roster's text.

    >>> parse_roster("student,repository\nalice,https://example.org/alice/course\n", "roster.csv")
    [Fork(student='alice', repository='https://example.org/alice/course')]
    """
    table = csv.DictReader(io.StringIO(text))
    if not {"student", "repository"} <= set(table.fieldnames or ()):
        raise UserError(f"{source}: the first line must name the columns student and repository")
    forks = [_fork(row, f"{source}, line {number}") for number, row in enumerate(table, start=2)]
    if not forks:
        raise UserError(f"{source}: no student in it; add a row for each fork")
    _check_once(forks, source)
    return forks


def _fork(row: dict[str, str | None], where: str) -> Fork:
    student, repository = ((row[name] or "").strip() for name in ("student", "repository"))
    if not STUDENT.fullmatch(student):
        raise UserError(f"{where}: {student!r} cannot name a file; use letters, digits, dots and dashes")
    if not REPOSITORY.fullmatch(repository):
        raise UserError(f"{where}: {without_secrets(repository)!r} is no address; begin it with https:// or ssh://")
    return Fork(student, repository)


def _check_once(forks: Iterable[Fork], source: str) -> None:
    seen: set[str] = set()
    for fork in forks:
        name = fork.student.casefold()  # two files where upper and lower case are one
        if name in seen:
            raise UserError(f"{source}: {fork.student} occurs twice; leave one row of each student")
        seen.add(name)


def read_deadline(text: str) -> datetime:
    """Read a time with its zone, such as 2026-12-01T23:59+01:00; UserError for anything else.

    >>> read_deadline("2026-12-01T23:59+01:00").isoformat()
    '2026-12-01T22:59:00+00:00'
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"deadline {text!r} is no time; write it as 2026-12-01T23:59+01:00") from error
    if found.tzinfo is None:
        raise UserError(f"deadline {text!r} has no time zone; write it as {text}+01:00, or with Z for UTC")
    return found.astimezone(UTC)


def pick(commits: list[Commit], deadline: datetime) -> tuple[Commit, str]:
    """Choose the last commit before a deadline from a branch, newest first, and remark on dates that look set back.

    Dates are the author's word. Raises CloneError where no commit is early enough.

    >>> def at(day): return datetime(2026, 12, day, tzinfo=UTC)
    >>> pick([Commit("c", at(3)), Commit("b", at(2)), Commit("a", at(1))], at(2))[0].name
    'b'
    >>> pick([Commit("d", at(1)), Commit("c", at(3))], at(2))[1]
    'dates run backwards: this commit says it is older than the one before it'
    """
    for commit, parent in zip(commits, [*commits[1:], None], strict=True):
        if commit.date <= deadline:
            backwards = parent is not None and parent.date > commit.date
            return commit, "dates run backwards: this commit says it is older than the one before it" * backwards
    first = commits[-1].date.isoformat()
    raise CloneError(f"no commit before the deadline, the first is of {first}; its history may have been rewritten")


def collect(forks: Iterable[Fork], deadline: datetime, into: Path) -> Iterator[Collected]:
    """Write the archive of each fork; what cannot be collected is told, and the next one follows."""
    for fork in forks:
        with tempfile.TemporaryDirectory(prefix="reelgrade-fork-") as scratch:
            try:
                yield _collected(fork, deadline, Path(scratch), into)
            except CloneError as error:
                yield _failed(fork, str(error))
            except Exception as error:  # whatever it is, the other forks are collected
                yield _failed(fork, f"it cannot be read ({type(error).__name__}: {printable(str(error), 100)})")


def _collected(fork: Fork, deadline: datetime, scratch: Path, into: Path) -> Collected:
    folder = clone(fork.repository, scratch / "fork.git")
    commit, remark = pick(history(folder), deadline)
    lost = pointers(folder, commit.name)
    if lost:
        raise CloneError(f"{lost} is kept in Git LFS, and here is only a pointer to it; ask for a plain file")
    archive(folder, commit.name, into / f"{fork.student}.tar")
    return Collected(
        fork.student, without_secrets(fork.repository), "collected", commit.name, commit.date.isoformat(), remark
    )


def _failed(fork: Fork, why: str) -> Collected:
    return Collected(fork.student, without_secrets(fork.repository), "failed", remark=without_secrets(why))


def table(rows: Iterable[Collected]) -> str:
    r"""Write what became of all forks as CSV.

    >>> table([Collected("alice", "https://example.org/a", "failed", remark="empty")])
    'student,repository,status,commit,date,remark\nalice,https://example.org/a,failed,,,empty\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Collected))
    writer.writerows(map(astuple, rows))
    return text.getvalue()


def main(
    roster: Annotated[Path, typer.Argument(metavar="ROSTER", help="CSV with the columns student and repository.")],
    deadline: Annotated[str, typer.Option(metavar="T", help="A time with its zone: 2026-12-01T23:59+01:00.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for submissions/ and collected.csv.")],
) -> None:
    """Collect the forks of a class as they were at a deadline. Exit status: 0 all, 1 some failed, 2 bad input."""
    try:
        rows = _work(read_roster(roster), read_deadline(deadline), out)
    except UserError as error:
        print(f"reelgrade: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    failed = sum(row.status == "failed" for row in rows)
    print(f"{len(rows) - failed} of {len(rows)} forks collected; see {out / 'collected.csv'}")
    if failed:
        raise typer.Exit(1)


def _work(forks: list[Fork], deadline: datetime, out: Path) -> list[Collected]:
    rows = []
    submissions = out / "submissions"
    if submissions.is_dir() and any(submissions.iterdir()):
        raise UserError(f"{submissions}: holds submissions already; name a new folder")
    with output_folder(submissions, mode=PRIVATE) as scratch:
        for row in collect(forks, deadline, scratch):
            print(f"{row.student}: {row.status} {row.commit[:10] or row.remark}", flush=True)
            rows.append(row)
    write_text(out / "collected.csv", table(rows))
    return rows


if __name__ == "__main__":
    typer.run(main)
