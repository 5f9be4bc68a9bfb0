"""canvas.csv and moodle.csv: what Canvas's gradebook and Moodle's grading worksheet take, made from the roster they gave.

Only students with points that count have a row: an empty cell would delete a grade in Canvas. Read for this were the
importers themselves: `lib/gradebook_importer.rb` of Canvas, `mod/assign/feedback/offline` of Moodle.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reelgrade.classroom.late import Standing
from reelgrade.classroom.rosters import CANVAS_IDS, Roster, Row
from reelgrade.classroom.tables import Cell, written
from reelgrade.grading.writers.escape import csv_cell

CANVAS_COLUMNS = ("Student", *CANVAS_IDS, "Root Account", "Section")
WITH_ID = re.compile(r"(?P<title>.+) \(\d+\)")
ID = re.compile(r"[\w.@+: -]*")  # holds nothing that a formula needs, so that it can stay as the platform knows it
COMMENTS = "Feedback comments"


@dataclass(frozen=True)
class Import:
    """A file to import, and what the instructor should know before; no text where there is nothing to import."""

    text: str
    notices: tuple[str, ...] = ()


def canvas_csv(standings: Sequence[Standing], rows: Mapping[str, Row], roster: Roster, title: str) -> Import:
    """Write the gradebook for Canvas: the columns that tell the students, and the one assignment of this title.

    An assignment that the gradebook has keeps its id and points possible; else Canvas asks what the column is.
    """
    chosen = [one for one in standings if one.counts and one.student in rows]
    if not chosen:
        return Import("", (f"{roster.source}: no student of it has points; there is no canvas.csv",))
    place = _assignment(roster, title)
    most = max(one.most for one in chosen)
    kept = [roster.column(name) for name in CANVAS_COLUMNS if name in roster.header]
    possible = next((line for line in roster.above if "Points Possible" in line[0]), None)
    given = possible[place] if possible and place is not None else f"{most:g}"
    header = [roster.header[column] for column in kept] + [roster.header[place] if place is not None else title]
    lines: list[list[Cell]] = [list(header), ["    Points Possible", *[""] * (len(kept) - 1), given]]
    for one in chosen:
        cells = rows[one.student].cells
        lines.append([*(_identity(cells[column]) for column in kept), f"{one.final:g}"])
    text = written(lines, roster.delimiter, csv.QUOTE_MINIMAL)
    return Import(text, tuple(_canvas_notices(roster, title, place, given, most)))


def _assignment(roster: Roster, title: str) -> int | None:
    """Find the column of the assignment, `Title (123)`; only the title decides, so that no other one is overwritten."""
    for place, name in enumerate(roster.header):
        found = WITH_ID.fullmatch(name)
        if found and found["title"].strip().casefold() == title.casefold():
            return place
    return None


def _canvas_notices(roster: Roster, title: str, place: int | None, given: str, most: float) -> list[str]:
    if place is None:
        return [f"{roster.source} has no assignment {title!r}; at the import Canvas will ask which one it is"]
    if _number(given) != most:
        return [
            f"{roster.source}: {title} has {given or 'no'} points possible in Canvas, and {most:g} here; mend it there"
        ]
    return []


def moodle_csv(standings: Sequence[Standing], rows: Mapping[str, Row], roster: Roster) -> Import:
    """Write the grading worksheet for Moodle: the rows as they came, with the grade, and what counts as a comment.

    Moodle skips grades above its maximum without a word: bonus points are cut there, and a worksheet whose maximum is
    another one than ours is not written at all.
    """
    chosen = [one for one in standings if one.counts and one.student in rows]
    if not chosen:
        return Import("", (f"{roster.source}: no student of it has points; there is no moodle.csv",))
    lines: list[list[Cell]] = [list(roster.header)]
    notices = []
    for one in chosen:
        cells = list(rows[one.student].cells)
        most = _maximum(roster, cells)
        if most is not None and most != one.most:
            reason = f"Maximum Grade is {most:g} there, and {one.most:g} here"
            return Import("", (f"{roster.source}: {reason}; set it in Moodle, download the worksheet again",))
        grade = one.final if most is None else min(one.final, most)
        if grade < one.final:
            notices.append(
                f"{one.student} has {one.final:g} points; moodle.csv says {grade:g}, since Moodle takes no more"
            )
        lines.append(_worksheet_row(roster, cells, f"{grade:g}", one.sentence))
    return Import(written(lines, roster.delimiter, csv.QUOTE_MINIMAL), tuple(notices))


def _maximum(roster: Roster, cells: Sequence[str]) -> float | None:
    place = next((i for i, name in enumerate(roster.header) if name.lower() == "maximum grade"), None)
    return None if place is None else _number(cells[place])


def _worksheet_row(roster: Roster, cells: list[str], grade: str, comment: str) -> list[Cell]:
    row = list(map(_identity, cells))
    row[roster.column("Grade")] = grade
    if COMMENTS in roster.header:
        place = roster.column(COMMENTS)
        row[place] = cells[place] if cells[place].strip() else comment  # what an instructor has written stays
    return list(row)


def _identity(cell: str) -> str:
    """Keep a cell as the platform knows it; a name that begins like a formula, and could be one, becomes a text.

    >>> _identity("+49123"), _identity("=HYPERLINK(1)")
    ('+49123', "'=HYPERLINK(1)")
    """
    safe = csv_cell(cell)
    return safe if safe.startswith("'") and not ID.fullmatch(cell) else cell


def _number(text: str) -> float | None:
    """Read a number with a point or a comma; None where it is none.

    >>> _number("100.00"), _number("14,5"), _number("")
    (100.0, 14.5, None)
    """
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
