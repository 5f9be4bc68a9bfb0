"""Read the roster of an nbgrader course: a CSV file with nbgrader's own columns. Nothing is written here.

Rosters of other platforms, for handing grades back, are not this file's business.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from reelgrade.errors import UserError

COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")
LONGEST = 200  # bytes: the exchange adds assignment, time and a random part to make a file name of at most 255
UNFIT = '+/\\*?[]"'  # nbgrader joins names with +, and looks for students with patterns

Student = dict[str, str]


def read_roster(path: Path) -> list[Student]:
    """Read the students from a file; UserError where it cannot be read, or as `parse_roster` says."""
    try:
        return parse_roster(path.read_bytes().decode("utf-8-sig"), str(path))
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); name a roster in CSV") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 (byte {error.start}); save the roster as CSV in UTF-8") from error


def parse_roster(text: str, source: str) -> list[Student]:
    r"""Read the students from the text of a roster, each with the columns that hold something.

    UserError, naming source and line: for a column that nbgrader does not know, or a roster without `id`; for a line
    too short or too long; for an id that is missing, there twice, or of no use as the name of a folder.

    >>> parse_roster("id,first_name,last_name\n007,Jane,\n", "class.csv")
    [{'id': '007', 'first_name': 'Jane'}]
    """
    lines = _lines(text, source)
    header = [name.strip() for name in next(lines, (0, []))[1]]
    _verify_header(header, source)
    students: dict[str, Student] = {}
    for number, values in lines:
        where = f"{source}, line {number}"
        student = _student(header, values, where)
        if student["id"] in students:
            raise UserError(f"{where}: the id {student['id']} is there twice; remove one of the lines")
        students[student["id"]] = student
    if not students:
        raise UserError(f"{source}: no student in it; write one a line, below {','.join(header)}")
    return list(students.values())


def unfit_for_folder(name: str) -> str:
    """Say why nbgrader cannot name a folder so; empty where it can.

    >>> unfit_for_folder("ann+bob"), unfit_for_folder("007")
    ("holds '+'", '')
    """
    odd = next((mark for mark in name if mark in UNFIT or not mark.isprintable()), None)
    if odd is not None:
        return f"holds {odd!r}"
    if name.startswith((".", "-")):
        return f"begins with {name[0]!r}"
    if len(name.encode()) > LONGEST:
        return f"is longer than {LONGEST} bytes"
    return "" if name.strip() == name else "begins or ends with a space"


def _lines(text: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Give the number and the fields of each line that has any."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield reader.line_num, values
    except csv.Error as error:
        raise UserError(f"{source}, line {reader.line_num}: {error}; check its quotes, or save it anew") from error


def _verify_header(header: list[str], source: str) -> None:
    unknown = next((name for name in header if name not in COLUMNS), None)
    if "id" not in header or unknown is not None:
        what = "no column id" if unknown is None else f"no column of nbgrader is called {unknown!r}"
        raise UserError(f"{source}: {what}; name in the first line, with commas between them: {', '.join(COLUMNS)}")
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{source}: two columns are called {twice}; remove one")


def _student(header: list[str], values: list[str], where: str) -> Student:
    if len(values) != len(header):
        raise UserError(f"{where}: {len(values)} fields, the first line has {len(header)}; check commas and quotes")
    cells = {name: value.strip() for name, value in zip(header, values, strict=True)}
    if not cells["id"]:
        raise UserError(f"{where}: the id is empty; give every student one")
    problem = unfit_for_folder(cells["id"])
    if problem:
        raise UserError(f"{where}: the id {cells['id']!r} {problem}, so nbgrader cannot name a folder so; change it")
    return {name: value for name, value in cells.items() if value}
