"""grades.csv: a header and one row, which a spreadsheet or pandas can add to those of a class.

Text cells are quoted and cannot become formulas; numbers stay numbers; what is not known is empty, as are all points of
a report that is not final. Leaves out feedback.
"""

import csv
import io

from reelgrade.grading.report import Report
from reelgrade.grading.writers.escape import csv_cell
from reelgrade.grading.writers.words import STATUSES, count_statuses, is_of_record, number

Cell = str | int | float


def write(report: Report) -> str:
    r"""Write a report as a header and one row.

    >>> write(Report("=1+1", (), 0, 0, False)).splitlines()[1][:8]
    '"\'=1+1",'
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    cells = row(report)
    writer.writerows([list(cells), list(cells.values())])
    return file.getvalue()


def row(report: Report) -> dict[str, Cell]:
    """Gather the cells of the row, by the name of their column."""
    made, counts = report.provenance, count_statuses(report)
    (points, most), (bonus, most_bonus) = report.points(False), report.points(True)
    sums = {"points": points, "max_points": most, "bonus": bonus, "max_bonus": most_bonus}
    sums |= {one.exercise.name: one.points for one in report.exercises}
    cells: dict[str, Cell] = {"submission": csv_cell(report.submission)}
    cells |= {name: number(value) if report.gradable else "" for name, value in sums.items()}
    cells |= {f"num_{status.replace(' ', '_')}": counts[status] for status in STATUSES}
    return cells | {
        "final": str(report.gradable).lower(),
        "isolation": made.isolation.level if made else "",
        "score_of_record": str(is_of_record(report)).lower(),
        "at": csv_cell(made.at) if made else "",
        "commit": csv_cell(made.commit or "") if made else "",
    }
