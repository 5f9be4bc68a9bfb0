"""What is written when a class is graded: the folder of results, and an nbgrader gradebook where one is wanted."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from reelgrade.classroom.entries import Entry
from reelgrade.classroom.grading import ClassRun, Plan
from reelgrade.classroom.late import standings
from reelgrade.classroom.outputs import write_outputs
from reelgrade.classroom.rosters import Roster
from reelgrade.course.settings import Settings

if TYPE_CHECKING:
    from reelgrade.nbgrader_plugins.gradebooks import NbCourse

FEW = 4  # students whose pictures are drawn sooner than a process starts


def publish(entries: list[Entry], plan: Plan, settings: Settings, rosters: Sequence[Roster]) -> list[str]:
    """Write the folder of results; gives what the instructor should know."""
    console = Console(stderr=True)
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        _painters(entries, plan.jobs) as executor,
    ):
        task = progress.add_task("writing pages", total=len(entries))
        return write_outputs(entries, plan.out, settings, rosters, lambda: progress.advance(task), executor)


@contextmanager
def _painters(entries: list[Entry], jobs: int) -> Iterator[Executor | None]:
    """Start processes for the pictures of trainings, where there are many to draw."""
    pictured = sum(bool(entry.report and entry.report.trainings) for entry in entries)
    if pictured <= FEW or jobs == 1:
        yield None
        return
    with ProcessPoolExecutor(min(jobs, pictured), multiprocessing.get_context("spawn")) as executor:
        yield executor


def write_gradebook(nbcourse: "NbCourse", entries: list[Entry], run: ClassRun, settings: Settings) -> list[str]:
    """Write the attempts that count into the gradebook of an nbgrader course."""
    from reelgrade.nbgrader_plugins.plain import write_entries

    counting = [one.entry for one in standings(entries, settings) if one.counts]
    return write_entries(nbcourse, counting, run.plan.course / "autograder", run.modules_of)
