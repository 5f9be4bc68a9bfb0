"""Work through many submissions on any executor. What is graded, and where outcomes go, is the caller's business.

A submission whose process dies is tried again, after the others; it is given up after three deaths.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any

from reelgrade.classroom.entries import CRASHED, GRADED, REFUSED
from reelgrade.classroom.pools import Pool
from reelgrade.classroom.work import Outcome, Task, grade_task
from reelgrade.grading.patience import Shortage

MOST_TRIES = 3
LOOK_SECONDS = 5.0


@dataclass
class Work:
    """One submission to grade: `item` is the caller's, `tries` counts those that gave no verdict."""

    item: Any
    tries: int = 0


@dataclass(frozen=True)
class Done:
    """How one try of a submission ended; `final` unless it is tried again."""

    work: Work
    outcome: Outcome
    status: str  # as in entries.py
    final: bool = True


@dataclass
class Engine:
    """Grades on a pool; `task_of` makes the task of an item when its turn comes, or says why it cannot be graded."""

    pool: Pool
    task_of: Callable[[Any], Task | Outcome]
    _todo: deque[Work] = field(default_factory=deque)
    _running: dict[Future[Outcome], Work] = field(default_factory=dict)
    _refused: list[Done] = field(default_factory=list)

    def run(self, works: Iterable[Work]) -> Iterator[Done]:
        """Grade all of it; yields every try as it ends, while the next ones are already under way."""
        self._todo.extend(works)
        while True:
            self._fill()
            ended = self._wait()
            done = [self._ending(future) for future in ended]
            self._fill()
            refused, self._refused = self._refused, []
            yield from refused
            yield from done
            self._todo.extend(one.work for one in done if not one.final)  # its caller has heard of the try before
            if not (self._todo or self._running or self._refused):
                return

    def _fill(self) -> None:
        """Give work to every process that has none."""
        width = self.pool.width
        while self._todo and len(self._running) < width:
            work = self._todo.popleft()
            try:
                task = self.task_of(work.item)
                if isinstance(task, Outcome):
                    self._refused.append(Done(work, task, REFUSED))
                else:
                    self._running[self.pool.executor.submit(grade_task, task)] = work
            except Shortage as error:
                failed: Future[Outcome] = Future()
                failed.set_exception(error)
                self._running[failed] = work

    def _wait(self) -> list[Future[Outcome]]:
        ended, _ = wait(self._running, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if not ended and not self._refused:
            self.pool.look_after()
        return list(ended)

    def _ending(self, future: Future[Outcome]) -> Done:
        work = self._running.pop(future)
        error = future.exception()
        if error is None:
            outcome = future.result()
            if outcome.report is not None and outcome.report.gradable:
                return Done(work, outcome, GRADED)
        elif self.pool.is_death(error):
            outcome = Outcome(problem="the process that graded it died")
        elif isinstance(error, Shortage):
            outcome = Outcome(problem=str(error))
        else:
            raise error
        work.tries += 1
        if work.tries < MOST_TRIES:
            return Done(work, outcome, CRASHED, final=False)
        return _given_up(work, outcome)


def _given_up(work: Work, outcome: Outcome) -> Done:
    """Report what failed every time: with the report, where there is one."""
    if outcome.report is not None:
        problem = (
            "a check fails by the grader's own fault, so these points are not final; tell who maintains the checks"
        )
        return Done(work, Outcome(outcome.report, problem, outcome.seconds), GRADED)
    what_next = "run the same command to try again, or grade it alone to see more: reelgrade grade"
    problem = f"{outcome.problem}, {work.tries} times; {what_next}"
    return Done(work, Outcome(problem=problem), CRASHED)
