"""Rosters: who is in the class, and under which id each platform knows them.

Read are Canvas's exported gradebook, Moodle's grading worksheet, and a plain table with a column `student` or `id`.
What is written back to the platforms is in `imports.py`.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reelgrade.errors import UserError
from reelgrade.grading.printable import printable

PLAIN, CANVAS, MOODLE = "plain", "canvas", "moodle"
NUMBERED = re.compile(r"(?P<name>.+)_(?P<id>\d+)", re.DOTALL)  # as bulk downloads name students
CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
MOODLE_IDS = ("Identifier", "ID number", "Username", "Email address")
MOODLE_NEEDS = ("Identifier", "Grade", "Last modified (grade)")  # its importer refuses a worksheet without them
PLAIN_NAMES = ("name", "full name", "student name")
TEST_STUDENT = "Student, Test"  # Canvas keeps one in every course


@dataclass(frozen=True)
class Row:
    """One student of a roster: the platform's own id first, then others; `cells` are as they were read."""

    ids: tuple[str, ...]
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """A roster; `above` are the lines between the header and the first student, as Canvas has them."""

    kind: str
    source: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    above: tuple[tuple[str, ...], ...] = ()
    delimiter: str = ","

    def column(self, name: str) -> int:
        """Find a column by its name."""
        return self.header.index(name)


@dataclass(frozen=True)
class Matched:
    """Rows by the students they belong to, the rows of nobody, and what the instructor should know."""

    rows: dict[str, Row]
    absent: tuple[Row, ...] = ()
    notices: tuple[str, ...] = ()


def read_roster(path: Path) -> Roster:
    """Read a roster from a file; UserError where it cannot be read, or as `parse_roster` says."""
    try:
        return parse_roster(path.read_bytes().decode("utf-8-sig"), path.name)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); name a roster in CSV") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 (byte {error.start}); save the roster as CSV in UTF-8") from error


def parse_roster(text: str, source: str) -> Roster:
    r"""Read a roster of any of the three kinds, told apart by their columns.

    UserError, naming the source and the row, where the columns are of no known kind, a row is too short or too long,
    an id is missing, or an id occurs twice.

    >>> roster = parse_roster("Student,ID,SIS Login ID,Section\n\"Doe, Jane\",7,jdoe,A\n", "gradebook.csv")
    >>> roster.kind, roster.rows[0].ids, roster.rows[0].name
    ('canvas', ('7', 'jdoe'), 'Doe, Jane')
    """
    delimiter = _delimiter(text)
    header, *lines = _table(text, source, delimiter)
    kind = _kind(header, source)
    above = [line for line in lines if kind == CANVAS and _is_above(line)]
    rows = [_row(kind, header, line, f"{source}, row {number}") for number, line in _numbered(lines, above)]
    _check_once(rows, source)
    return Roster(kind, source, tuple(header), tuple(rows), tuple(map(tuple, above)), delimiter)


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _table(text: str, source: str, delimiter: str) -> list[list[str]]:
    """Read the lines that hold anything, the header first."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if line]
    except csv.Error as error:
        raise UserError(f"{source}: {error}; check its quotes, or export the roster again") from error
    if not lines:
        raise UserError(f"{source}: empty; the first line must name the columns")
    header = [name.strip() for name in lines[0]]
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise UserError(
                f"{source}, row {number}: {len(line)} fields, the header has {len(header)}; export it again"
            )
    return [header, *lines[1:]]


def _kind(header: list[str], source: str) -> str:
    if header[0] == "Student" and "ID" in header and "Section" in header:
        return CANVAS
    if "Identifier" in header:
        lost = [name for name in MOODLE_NEEDS if name not in header]
        if lost:
            raise UserError(f"{source}: no column {lost[0]!r}; download Moodle's grading worksheet in English")
        return MOODLE
    if _plain_column(header) is not None:
        return PLAIN
    raise UserError(
        f"{source}: no roster; it needs a column `student` or `id`, or be Canvas's exported gradebook (Student, ID, "
        "..., Section) or Moodle's grading worksheet (Identifier, ..., Grade)"
    )


def _plain_column(header: list[str]) -> int | None:
    lower = [name.lower() for name in header]
    return next((lower.index(name) for name in ("student", "id") if name in lower), None)


def _is_above(line: list[str]) -> bool:
    """Tell a line of Canvas's that is about the columns: points possible, and which grades are hidden."""
    return "Points Possible" in line[0] or not any(line[:2])


def _numbered(lines: list[list[str]], above: list[list[str]]) -> list[tuple[int, list[str]]]:
    return [(number, line) for number, line in enumerate(lines, start=2) if line not in above]


def _row(kind: str, header: list[str], line: list[str], where: str) -> Row:
    cells = dict(zip(header, map(str.strip, line), strict=True))
    if kind == CANVAS:
        ids, name = [cells.get(column, "") for column in CANVAS_IDS], cells["Student"]
    elif kind == MOODLE:
        ids, name = [cells.get(column, "") for column in MOODLE_IDS], cells.get("Full name", "")
        ids[0] = re.sub(r"^\D+", "", ids[0])  # `Participant 7` in English
    else:
        ids = [line[_plain_column(header) or 0].strip()]
        name = next((cells[column] for column in header if column.lower() in PLAIN_NAMES), "")
    if not ids[0]:
        raise UserError(f"{where}: no id{f' for {printable(name, 60)}' if name else ''}; fill it in, or delete the row")
    return Row(tuple(filter(None, ids)), name, tuple(line))


def _check_once(rows: list[Row], source: str) -> None:
    """Refuse ids that two rows share: nobody could say whose points they get."""
    owners = Counter(one for row in rows for one in {_folded(found) for found in row.ids})
    twice = sorted(name for name, number in owners.items() if number > 1)
    if twice:
        raise UserError(
            f"{source}: id {printable(twice[0], 60)!r} occurs {owners[twice[0]]} times; leave one row of it"
        )


@dataclass
class _Finder:
    """The rows of a roster by id and by name."""

    roster: Roster
    by_id: dict[str, Row] = field(default_factory=dict)
    by_name: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.roster.rows:
            self.by_id |= {_folded(one): row for one in row.ids}
            before_at = {_squeezed(one.partition("@")[0]) for one in row.ids[1:] if "@" in one}
            for name in _spellings(row.name) | before_at:
                self.by_name.setdefault(name, []).append(row)

    def find(self, student: str) -> list[Row]:
        """Give the rows that may be this student's: by id, by number and name, else by name alone."""
        row = self.by_id.get(_folded(student))
        if row is not None:
            return [row]
        numbered = NUMBERED.fullmatch(student)
        name = numbered["name"] if numbered and self.roster.kind != PLAIN else student
        named = self.by_name.get(_squeezed(name), [])
        if numbered and self.roster.kind != PLAIN:
            return [row for row in named if row.ids[0] == numbered["id"]]
        return named


def match(roster: Roster, students: Iterable[str]) -> Matched:
    r"""Find each student's row; a student without one, or with several, is named in a notice and left out.

    `doejane_7`, as bulk downloads name students, is the row with the id 7 if its name agrees.

    >>> roster = parse_roster("Student,ID,SIS Login ID,Section\n\"Doe, Jane\",7,jdoe,A\n", "gradebook.csv")
    >>> match(roster, ["doejane_7"]).rows["doejane_7"].name, match(roster, ["bob"]).notices
    ('Doe, Jane', ('bob: no row in gradebook.csv, and no grade in its import file; mend the roster, or rename the submission',))
    """
    finder = _Finder(roster)
    found = {student: finder.find(student) for student in students}
    chosen = {student: rows[0] for student, rows in found.items() if len(rows) == 1}
    notices = _left_out(roster, [student for student, rows in found.items() if not rows], "no row")
    notices += _left_out(roster, [student for student, rows in found.items() if len(rows) > 1], "several rows that fit")
    for row in [row for row, number in Counter(chosen.values()).items() if number > 1]:
        shared = [student for student in chosen if chosen[student] == row]
        notices.append(f"{' and '.join(shared)} are one row of {roster.source}, {row.ids[0]}; no grade goes there")
        chosen = {student: one for student, one in chosen.items() if one != row}
    taken = set(chosen.values())
    absent = tuple(row for row in roster.rows if row not in taken and row.name != TEST_STUDENT)
    return Matched(chosen, absent, tuple(notices))


def _left_out(roster: Roster, students: list[str], why: str) -> list[str]:
    if not students:
        return []
    imported = "" if roster.kind == PLAIN else ", and no grade in its import file"
    return [f"{', '.join(students)}: {why} in {roster.source}{imported}; mend the roster, or rename the submission"]


def _folded(text: str) -> str:
    return text.strip().casefold()


def _squeezed(name: str) -> str:
    """Give the letters and digits of a name alone, without accents.

    >>> _squeezed("Doe, Zoë-Ann")
    'doezoeann'
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())


def _spellings(name: str) -> set[str]:
    """Give a name as written, and with the last name at the other end.

    >>> sorted(_spellings("Doe, Jane"))
    ['doejane', 'janedoe']
    """
    last, comma, first = name.partition(",")
    return {_squeezed(name), _squeezed(first + last) if comma else _squeezed(name)} - {""}
