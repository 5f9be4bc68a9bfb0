"""report.txt: the scoreboard and the feedback that `pytest autograder` prints, and where the score comes from.

Leaves out colours, which the command adds where a terminal wants them. A build log may show this text, so no line
can be taken for a command to a CI system.
"""

from reelgrade.grading.report import Report, feedback, next_step, scoreboard
from reelgrade.grading.writers.escape import log_line
from reelgrade.grading.writers.words import doubts, isolation_line, not_final, notice_text, record_line

MOST_NOTICES = 10


def write(report: Report) -> str:
    """Write a report as plain text.

    >>> print(write(Report("alice", (), 0, 0, False)))  # doctest: +ELLIPSIS
    alice
    ...
    Not a score of record: nothing vouches for where it was made. reelgrade grade makes one.
    Isolation: not known.
    <BLANKLINE>
    """
    return "".join(f"{log_line(line)}\n" for line in lines(report))


def lines(report: Report) -> list[str]:
    """Write all lines, not yet escaped."""
    board = [line for line, _ in scoreboard(report)]
    return [report.submission, "", *feedback(report), *board, *next_step(report), "", *_standing(report)]


def _standing(report: Report) -> list[str]:
    doubtful = [not_final(report), *(f"  {doubt}" for doubt in doubts(report))] if not report.gradable else []
    return [*doubtful, record_line(report), *_isolation(report), *_files(report), *_notices(report)]


def _isolation(report: Report) -> list[str]:
    missing = report.provenance.isolation.missing if report.provenance else ()
    return [isolation_line(report), *(f"  not available here: {line}" for line in missing)]


def _files(report: Report) -> list[str]:
    if report.provenance is None:
        return []
    paths = [file.path for file in report.provenance.files]
    return [f"Files graded: {', '.join(paths) or 'none'}."]


def _notices(report: Report) -> list[str]:
    shown = [f"notice: {notice_text(notice)}" for notice in report.notices[:MOST_NOTICES]]
    more = len(report.notices) - MOST_NOTICES
    return shown + ([f"... and {more} more notices"] if more > 0 else [])
