"""What is shown while a class is graded: a bar with rate, time left and failures, or a line for each submission in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from reelgrade.classroom.entries import GRADED
from reelgrade.classroom.grading import Progress as Step
from reelgrade.grading.report import Report


class RateColumn(ProgressColumn):
    """Submissions a minute."""

    def render(self, task: Task) -> Text:
        """Write the rate, once there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{60 * speed:.0f} a minute" if speed else "warming up")


@contextmanager
def show_progress(todo: int) -> Iterator[Callable[[Step], None]]:
    """Give a function that hears of every step."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tell
        return
    columns = (BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task, failures = progress.add_task("", total=todo), 0

        def tell(step: Step) -> None:
            nonlocal failures
            failures += step.entry is not None and step.entry.status != GRADED
            progress.update(task, completed=step.finished, description=f"{failures} failed" if failures else "")

        yield tell


def _tell(step: Step) -> None:
    if step.entry is not None and step.entry.report is not None:  # the others are listed at the end
        print(f"{step.entry.student}: {_earned(step.entry.report)}", flush=True)


def _earned(report: Report) -> str:
    """Say what the exercises that were graded have given."""
    kinds = (
        ("points", report.points(False)[0], report.graded(False)),
        ("bonus", report.points(True)[0], report.graded(True)),
    )
    return ", ".join(f"{points:g} of {most:g} {kind}" for kind, points, most in kinds if most)
