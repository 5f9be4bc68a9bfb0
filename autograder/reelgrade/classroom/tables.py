"""grades.csv and items.csv: a row for each student, and one for each check.

Text is quoted and cannot become a formula, numbers stay numbers, and what is not known is empty. What is imported
elsewhere is in `imports.py`.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from reelgrade.classroom.analysis import Item
from reelgrade.classroom.late import Standing
from reelgrade.course.exercises import BONUS
from reelgrade.grading.report import Report
from reelgrade.grading.writers.escape import csv_cell
from reelgrade.grading.writers.words import STATUSES, number

Cell = str | int | float
TOPS = ("student", "name", "status", "points", "max_points", "bonus", "max_bonus")
LATE = ("handed_in", "late_days", "late_percent", "penalty", "final_points", "attempt", "attempts", "problem")


def grades_csv(standings: Sequence[Standing], names: Mapping[str, str] | None = None) -> str:
    """Write the grades: final points are what lateness leaves of points and bonus.

    The most there is counts the exercises that were graded.

    >>> from reelgrade.classroom.entries import Entry
    >>> grades_csv([Standing(Entry("alice", "alice.zip", status="refused", problem="damaged"))]).splitlines()[1][:20]
    '"alice","","refused"'
    """
    graded = (one for each in _reports(standings) for one in each.exercises if one.results)
    exercises = list(dict.fromkeys(one.exercise.name for one in graded))
    header = [*TOPS, *LATE, *exercises]
    return written([header, *(_grades(one, (names or {}).get(one.student, ""), exercises) for one in standings)])


def _reports(standings: Iterable[Standing]) -> list[Report]:
    return [one.entry.report for one in standings if one.entry.report]


def _grades(standing: Standing, name: str, exercises: Sequence[str]) -> list[Cell]:
    entry, report = standing.entry, standing.entry.report
    row: list[Cell] = [csv_cell(entry.student), csv_cell(name), standing.status]
    scored = report if standing.counts else None  # what is not final has no number that could be imported
    row += list(map(number, _points(standing, scored))) if scored else [""] * 4
    row.append(entry.handed_in.isoformat() if entry.handed_in else "")
    row += [standing.days, number(float(100 * standing.share))]
    row += [number(standing.earned - standing.final), number(standing.final)] if scored else ["", ""]
    row += [entry.attempt, standing.attempts, csv_cell("; ".join(filter(None, (entry.problem, standing.note))))]
    points = {one.exercise.name: one.points for one in scored.exercises if one.results} if scored else {}
    return row + [number(points[name]) if name in points else "" for name in exercises]


def _points(standing: Standing, report: Report) -> tuple[float, ...]:
    return report.points(False)[0], standing.most, report.points(True)[0], standing.most_bonus


def items_csv(items: Iterable[Item]) -> str:
    """Write the item analysis; what is not started counts as not passed, but stands in a column of its own.

    >>> items_csv([])[:24]
    '"check","exercise","hole'
    """
    header = ["check", "exercise", "hole", "title", "bonus", "points", "submissions", "pass_rate", "mean_points"]
    header += ["discrimination", "pass_rate_of_started", *(f"num_{status.replace(' ', '_')}" for status in STATUSES)]
    return written([header, *map(_item, items)])


def _item(item: Item) -> list[Cell]:
    check = item.check
    row: list[Cell] = [
        check.id,
        check.exercise,
        check.hole,
        csv_cell(check.title),
        str(check.exercise == BONUS).lower(),
    ]
    row += [number(check.points), item.submissions, round(item.pass_rate, 3), round(item.mean_points, 3)]
    row += ["" if value is None else round(value, 3) for value in (item.discrimination, item.started_rate)]
    return row + [item.counts[status] for status in STATUSES]


def written(rows: Iterable[Sequence[Cell]], delimiter: str = ",", quoting: int = csv.QUOTE_NONNUMERIC) -> str:
    r"""Write rows as CSV.

    >>> written([["a", 1]])
    '"a",1\n'
    """
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()
