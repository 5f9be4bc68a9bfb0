"""The journal of a class: one SQLite file that says what is graded, so that a run can be killed and repeated.

One coordinator writes, in one transaction for each step; what it had claimed when it died is to do again. Each
`--regrade` begins a new round; those before it are kept to compare with.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from reelgrade.classroom.entries import CRASHED, Entry
from reelgrade.classroom.reports_json import from_json, to_json
from reelgrade.course.files import PRIVATE
from reelgrade.errors import UserError
from reelgrade.grading.report import Report

SCHEMA = 1
NAME = "journal.sqlite"
ROOM = 2**20  # bytes that a disk must have free for a journal to begin; SQLite calls a full one by several names
TABLES = """
CREATE TABLE rounds (number INTEGER PRIMARY KEY, begun TEXT NOT NULL);
CREATE TABLE work (
    round INTEGER NOT NULL REFERENCES rounds (number),
    student TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    source TEXT NOT NULL,
    handed_in TEXT,
    files TEXT NOT NULL,       -- hash of what was taken
    rules TEXT NOT NULL,       -- hash of what the verdicts depend on
    state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'done')),
    tries INTEGER NOT NULL DEFAULT 0,  -- without a verdict; once it is done, all
    status TEXT, problem TEXT, report TEXT, seconds REAL,
    graded INTEGER NOT NULL DEFAULT 0,  -- how often a result was written
    PRIMARY KEY (round, student, attempt)
);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Item:
    """A submission as the journal knows it: who, which attempt, and the hashes of its files and of the rules."""

    student: str
    attempt: int
    source: str
    handed_in: datetime | None
    files: str
    rules: str


class Journal:
    """An open journal; nobody else writes while it is open."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._round = int(database.execute("SELECT max(number) FROM rounds").fetchone()[0] or 0)

    def begin(self, items: Sequence[Item], regrade: bool) -> int:
        """Begin a round where there is none, or where all shall be graded again.

        A last one that was stopped is gone on with instead, unless other rules judged the part that is done.
        """
        rows = self._rows("state != 'done'")
        left = any((item.student, item.attempt) in rows for item in items)  # what has vanished since is not to do
        anew = regrade and (not left or bool(self.judged_otherwise(items)))
        with self._transaction():
            self._database.execute("UPDATE work SET state = 'waiting' WHERE state = 'claimed'")
            if self._round == 0 or anew:
                self._round += 1
                now = datetime.now(UTC).isoformat(timespec="seconds")
                self._database.execute("INSERT INTO rounds VALUES (?, ?)", (self._round, now))
        return self._round

    def judged_otherwise(self, items: Iterable[Item]) -> list[str]:
        """Name the students whose same files were graded by other rules in this round."""
        rows = self._rows("state = 'done' AND status = 'graded'")
        return [
            item.student
            for item in items
            if (row := rows.get((item.student, item.attempt)))
            and row["files"] == item.files
            and row["rules"] != item.rules
        ]

    def plan(self, items: Iterable[Item]) -> list[tuple[Item, int]]:
        """Enter what is to be graded; gives what is not done yet, with the tries that gave no verdict.

        What an earlier run has given up, since no try gave a verdict, is tried once more.
        """
        rows, todo = self._rows(), []
        with self._transaction():
            for item in items:
                row = rows.get((item.student, item.attempt))
                same = row is not None and (row["files"], row["rules"]) == (item.files, item.rules)
                given_up = row is not None and row["status"] == CRASHED
                tries = int(row["tries"]) - given_up if row is not None and same else 0
                if row is None or not same or given_up:
                    self._enter(item, tries)
                if row is None or not same or given_up or row["state"] != "done":
                    todo.append((item, tries))
        return todo

    def _enter(self, item: Item, tries: int) -> None:
        handed_in = item.handed_in.isoformat() if item.handed_in else None
        key = (self._round, item.student, item.attempt)
        self._database.execute(
            "INSERT OR REPLACE INTO work (round, student, attempt, source, handed_in, files, rules, state, tries) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
            (*key, item.source, handed_in, item.files, item.rules, tries),
        )

    def claim(self, item: Item, files: str) -> None:
        """Say that a submission is being graded, and the hash of its files as they are now."""
        self._change("state = 'claimed', files = ?", item, (files,))

    def died(self, item: Item) -> None:
        """Count a try that gave no verdict; the submission is to be tried again."""
        self._change("state = 'waiting', tries = tries + 1", item)

    def finish(self, item: Item, entry: Entry) -> None:
        """Write a result, once."""
        report = to_json(entry.report) if entry.report else None
        problem = entry.problem.encode("utf-8", "replace").decode()  # names of files in it may hold anything
        self._change(
            "state = 'done', graded = graded + 1, tries = ?, status = ?, problem = ?, report = ?, seconds = ?",
            item,
            (entry.tries, entry.status, problem, report, entry.seconds),
        )

    def entries(self, items: Iterable[Item]) -> Iterator[Entry]:
        """Give what became of these submissions, in their order; one report in memory at a time is enough."""
        for item in items:
            row = self._row(item)
            if row is not None and row["state"] == "done":
                earlier = self._report_before(row)
                yield Entry(
                    item.student,
                    item.source,
                    item.attempt,
                    item.handed_in,
                    row["status"],
                    _report(row["report"], item),
                    row["problem"],
                    row["tries"],
                    row["seconds"],
                    _report(earlier, item),
                )

    def files_of(self, entry: Entry) -> str:
        """Give the hash of the files that were graded for an entry of this round."""
        row = self._row(entry)
        return str(row["files"]) if row is not None else ""

    def note(self, name: str, value: str) -> None:
        """Keep a note for the next run."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def noted(self, name: str) -> str:
        """Read a note; empty where there is none."""
        row = self._database.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _change(self, what: str, item: Item, values: tuple[object, ...] = ()) -> None:
        with self._transaction():
            changed = self._database.execute(
                f"UPDATE work SET {what} WHERE round = ? AND student = ? AND attempt = ? AND state != 'done'",
                (*values, self._round, item.student, item.attempt),
            )
            if changed.rowcount != 1:
                raise AssertionError(f"{item.student}, attempt {item.attempt}, is done already or was never entered")

    def _rows(self, condition: str = "1") -> dict[tuple[str, int], sqlite3.Row]:
        found = self._database.execute(
            f"SELECT student, attempt, files, rules, state, status, tries FROM work WHERE round = ? AND {condition}",
            (self._round,),
        )
        return {(row["student"], row["attempt"]): row for row in found}

    def _row(self, item: Item | Entry) -> sqlite3.Row | None:
        found = self._database.execute(
            "SELECT * FROM work WHERE round = ? AND student = ? AND attempt = ?",
            (self._round, item.student, item.attempt),
        )
        return found.fetchone()  # type: ignore[no-any-return]

    def _report_before(self, row: sqlite3.Row) -> str | None:
        """Give the last report on the same files in the rounds before; one that was stopped need not have it."""
        found = self._database.execute(
            "SELECT report FROM work WHERE round < ? AND student = ? AND attempt = ? AND files = ? "
            "AND report IS NOT NULL ORDER BY round DESC",
            tuple(row[name] for name in ("round", "student", "attempt", "files")),
        ).fetchone()
        return str(found[0]) if found else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            with self._database:  # commits, or rolls back
                yield
        except sqlite3.OperationalError as error:
            raise UserError(
                f"the journal cannot be written ({error}); make room or mend it, then run the same command"
            ) from error


def _report(text: str | None, item: Item) -> Report | None:
    """Read a report as it was written; UserError where that has changed since."""
    try:
        return from_json(text) if text else None
    except Exception as error:  # whatever a damaged text leads to
        raise UserError(
            f"{NAME}: the report of {item.student}, attempt {item.attempt}, is damaged ({type(error).__name__}); "
            "restore a copy or choose another --out"
        ) from error


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """Open the journal of a folder of results, or make it; UserError where another run or version has it."""
    try:
        folder.mkdir(PRIVATE, parents=True, exist_ok=True)
        lock = FileLock(folder / "journal.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise UserError(f"{folder}: another run is writing there; wait for it, or choose another --out") from error
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); choose another --out") from error
    try:
        with closing(_connect(folder / NAME)) as database:
            yield Journal(database)
    finally:
        lock.release()


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    try:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        empty = not database.execute("SELECT 1 FROM sqlite_master").fetchone()
        if version != SCHEMA and not (version == 0 and empty):
            raise UserError(
                f"{path}: a journal of schema {version}, and this version of reelgrade writes {SCHEMA}; "
                "it stays as it is: choose another --out"
            )
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")  # a result outlives a power cut
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("a page of it holds no data")
        if empty:
            database.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
    except sqlite3.DatabaseError as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError) and shutil.disk_usage(path.parent).free < ROOM:
            raise UserError(
                f"{path}: the disk is full, nothing was changed; make room, or choose another --out"
            ) from error
        raise UserError(
            f"{path}: no journal, or a damaged one ({error}); restore a copy or choose another --out"
        ) from error
    except BaseException:
        database.close()
        raise
    return database
