"""summary.md: the job summary of a GitHub workflow, below its limit of 1 MiB.

Text that students control stands in code or in blocks of preformatted text, where neither Markdown nor GitHub's
mentions and links apply. Leaves out all problems but the first twelve.
"""

from collections.abc import Iterator

from reelgrade.course.exercises import BONUS
from reelgrade.grading.judging import CheckResult
from reelgrade.grading.report import ExerciseReport, Report
from reelgrade.grading.writers.escape import markdown_block, markdown_cell, markdown_text
from reelgrade.grading.writers.words import (
    checks_line,
    doubts,
    isolation_line,
    not_final,
    notice_text,
    points_text,
    record_line,
    to_tell,
    told,
)

MOST_PROBLEMS, MOST_NOTICES = 12, 20
MOST_LINES, LINE_WIDTH, REMARK_WIDTH = 20, 400, 120  # of feedback; together they keep the size below 500 kB


def write(report: Report) -> str:
    """Write a report as GitHub Markdown.

    >>> write(Report("<alice>", (), 0, 0, False)).splitlines()[0]
    '## `<alice>`: 0 of 0 points'
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    (points, most), (bonus, most_bonus) = report.points(False), report.points(True)
    yield f"## {markdown_cell(report.submission, LINE_WIDTH)}: {points_text(points, most)}"
    yield ""
    yield from _doubt(report)
    plus = f"{bonus:g} of {most_bonus:g} bonus points · " if most_bonus else ""
    yield f"{plus}{checks_line(report)}"
    yield ""
    yield f"{markdown_text(record_line(report))} {markdown_text(isolation_line(report))}"
    yield ""
    yield from _table(report)
    yield from _problems(report)
    yield from _notices(report)


def _doubt(report: Report) -> Iterator[str]:
    if report.gradable:
        return
    found = doubts(report)
    yield f"**{not_final(report)}**"
    yield ""
    yield from markdown_block([*found[:MOST_NOTICES], *["..."] * (len(found) > MOST_NOTICES)], LINE_WIDTH)
    yield ""


def _table(report: Report) -> Iterator[str]:
    if not report.exercises:
        return
    yield "| stage | exercise | points | of | status | first problem |"
    yield "| ---: | --- | ---: | ---: | --- | --- |"
    for one in report.exercises:
        name = markdown_text(one.exercise.name) + " (bonus)" * (one.exercise.name == BONUS)
        cells = [one.exercise.stage, name, f"{one.points:g}", f"{one.max_points:g}", one.status, _remark(one)]
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""


def _remark(report: ExerciseReport) -> str:
    if report.problem is None:
        return ""
    return markdown_cell(report.problem.message or report.problem.check.title, REMARK_WIDTH)


def _problems(report: Report) -> Iterator[str]:
    results = to_tell(report)
    for result in results[:MOST_PROBLEMS]:
        yield from _problem(result)
    if len(results) > MOST_PROBLEMS:
        yield f"... and {len(results) - MOST_PROBLEMS} more; the other reports have them all."
        yield ""


def _problem(result: CheckResult) -> Iterator[str]:
    points = points_text(result.points, result.check.points)
    yield f"<details><summary><code>{result.check.id}</code>: {result.status}, {points}</summary>"
    yield ""
    yield from markdown_block(told(result)[:MOST_LINES], LINE_WIDTH)
    yield ""
    yield "</details>"
    yield ""


def _notices(report: Report) -> Iterator[str]:
    if not report.notices:
        return
    yield "### Notices"
    yield ""
    for notice in report.notices[:MOST_NOTICES]:
        yield f"- {markdown_cell(notice_text(notice), LINE_WIDTH)}"
    if len(report.notices) > MOST_NOTICES:
        yield f"- ... and {len(report.notices) - MOST_NOTICES} more"
    yield ""
