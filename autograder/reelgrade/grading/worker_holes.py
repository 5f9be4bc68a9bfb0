"""Holes in another process: one worker an exercise, forked anew after a death, with a clock for every check."""

import errno
import os
import secrets
from collections.abc import Callable, Collection
from pathlib import Path

from reelgrade.grading import wire
from reelgrade.grading.cell_runs import DEFINITIONS, NOTHING, CellRuns, runs_of
from reelgrade.grading.clock import Clock
from reelgrade.grading.errors import BrokenModule, Crashed, HoleError, NotStarted, TimeIsUp
from reelgrade.grading.hole_sources import Signatures, never_imported
from reelgrade.grading.limits import LIMITS, Limits
from reelgrade.grading.messages import CELL, LOAD, Answer, call_frame, read_answer
from reelgrade.grading.patience import Shortage
from reelgrade.grading.provenance import Notice
from reelgrade.grading.seam import Exchange
from reelgrade.grading.workers import RESERVE_MB, NoRoom, Overfull, SandboxError, Worker, WorkerSource, wait_for_room

MOST_RESTARTS = 3
NO_SPACE = os.strerror(errno.ENOSPC)


class WorkerHoles:
    """Exercise modules of a folder, each served by a worker of its own.

    `start` makes what starts workers, a zygote as a rule; it is called again should one die, a few times.
    """

    def __init__(
        self, start: Callable[[], WorkerSource], folder: Path, signatures: Signatures, limits: Limits = LIMITS
    ) -> None:
        self._start, self._folder, self._signatures, self._limits = start, folder, signatures, limits
        self._source: WorkerSource | None = None
        self._worker: Worker | None = None
        self._exercise = ""
        self._broken: dict[str, BrokenModule | Crashed] = {}
        self._starts = 0
        self._clock = Clock(0.0)  # of the present check
        self._runs: dict[str, CellRuns | None] = {}  # of exercises that come from a notebook
        self._ran, self._spent = 0, 0.0  # cells that the present worker has run, and the seconds that they took
        self._public = True  # whether student code has seen nothing but public inputs
        self._starved = False  # whether others filled the disk during the present check
        self._says_so = False  # whether student code says that

    def prepare(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> None:
        """See to a worker that has loaded the exercise; a source that has died is started anew.

        Of a notebook it has run the cells above the test cell of the holes that are `tested`.
        """
        if exercise in self._broken:
            return
        if exercise not in self._runs:
            self._runs[exercise] = runs_of(self._folder / f"{exercise}.py", self._limits)
        runs = self._runs[exercise]
        place = runs.cells.above(tested) if runs else 0
        worker = self._worker
        ready = worker is not None and worker.alive and self._exercise == exercise and not worker.spoke()
        if ready and self._ran == place:
            return
        wait_for_room(self._folder, 4 * RESERVE_MB)
        ready = ready and self._ran < place
        told = self._public and len(tested) == 1  # an accuracy check, which is private, requires several
        while True:
            source = self._warm_source()
            try:
                while not (ready and (runs is None or self._run_cells(runs, place, told))):
                    self._load(source, exercise, seconds)
                    ready = True
            except NoRoom:
                raise
            except SandboxError:
                ready = False
                self.close()
                continue  # until _warm_source has started too many
            except (BrokenModule, Crashed) as error:
                self._broken[exercise] = error
            return

    def _run_cells(self, runs: CellRuns, place: int, told: bool) -> bool:
        """Run the cells up to a place, one after the other; tells whether the worker has come so far."""
        while self._ran < place:
            extent, clock, number = runs.extent(self._ran), runs.clock(self._spent), secrets.randbits(62)
            request = call_frame(number, CELL, str(self._ran), {"definitions_only": extent == DEFINITIONS})
            try:
                if extent != NOTHING:
                    self._ask(request, number, clock).result()
            except (TimeIsUp, Crashed) as error:
                runs.cut(self._ran, error, told)
                return False
            except (NotStarted, HoleError, BrokenModule) as error:
                runs.failed(self._ran, error, told)
            self._ran, self._spent = self._ran + 1, self._spent + clock.taken
        return True

    @property
    def notices(self) -> list[Notice]:
        """Say what became of cells that did not come to their end; each once, whatever exercises they are of."""
        return list(dict.fromkeys(notice for runs in self._runs.values() if runs for notice in runs.notices))

    def exchange(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> Exchange:
        """Give the worker that `prepare` has seen to; all calls of one check share the clock."""
        self._clock = Clock(seconds)
        self.prepare(exercise, seconds, tested)
        if exercise in self._broken:
            raise self._broken[exercise].with_traceback(None)
        clock = self._clock
        return lambda request, number, output: self._ask(request, number, clock)

    def uncounted(self) -> float:
        """Return how many seconds of the present check have passed and do not count."""
        return self._clock.uncounted

    def counted(self) -> float:
        """Return how many seconds of the present check a worker took."""
        return self._clock.taken

    def starved(self, believe: bool) -> bool:
        """Tell whether others left no room on the disk for the present check; its exercise is then loaded anew.

        Where nobody has seen that, an error of the student's code that says so is enough, if one is to `believe` it.
        """
        found = self._starved or (believe and self._says_so)
        self._starved = self._says_so = False
        if found:
            self.end_worker()
            self._broken.pop(self._exercise, None)
        return found

    def renew(self) -> None:
        """Let the next check find a worker that has seen none before; what comes now is not public."""
        self._public = False
        self.end_worker()

    def forget(self) -> None:
        """End the worker and forget what is broken: another submission comes."""
        self.end_worker()
        if self._source is not None:
            try:
                self._source.settle()
            except (SandboxError, Shortage):
                self.close()
        self._broken.clear()
        self._runs.clear()
        self._public = True
        self._starts = min(self._starts, 1)

    def close(self) -> None:
        """End the worker and what started it."""
        source, worker, self._source, self._worker = self._source, self._worker, None, None
        if worker is not None:
            worker.channel.close()
        if source is not None:
            source.close()

    def _load(self, source: WorkerSource, exercise: str, seconds: float) -> None:
        self.end_worker()
        self._worker, self._exercise = source.fork(exercise), exercise
        self._ran, self._spent = 0, 0.0
        number, path = secrets.randbits(62), str(self._folder / f"{exercise}.py")
        request = call_frame(number, LOAD, path, dict(self._signatures.get(exercise, {})))
        try:
            self._ask(request, number, Clock(seconds)).result()
        except (BrokenModule, Crashed):
            self.end_worker()
            raise
        except TimeIsUp:
            raise BrokenModule(never_imported(exercise)) from None

    def _warm_source(self) -> WorkerSource:
        if self._source is None:
            self._starts += 1
            if self._starts > 1 + MOST_RESTARTS:
                raise SandboxError("the process that starts workers has died too often; grade this submission alone")
            self._source = self._start()
        try:
            self._source.wait_until_warm()
        except BaseException:
            self.close()
            raise
        return self._source

    def _ask(self, request: bytes, number: int, clock: Clock) -> Answer:
        worker = self._worker
        if worker is None or not worker.alive:
            raise Crashed("the process of your code has ended before")
        try:
            answer = read_answer(worker.ask(request, clock), number)
            self._starved |= worker.starved
            self._says_so |= NO_SPACE in str(answer.failure)
            return answer
        except TimeoutError as error:
            self.end_worker()
            raise TimeIsUp(str(error)) from None
        except Overfull:
            self.end_worker()
            self._starved = self._says_so = False  # by its own doing
            raise Crashed("your code wrote more files or bytes than its scratch folder may hold") from None
        except wire.WireError as error:
            self.end_worker()
            raise Crashed(f"what came back from the process of your code cannot be read: {error}") from None
        except (EOFError, OSError):
            self._starved |= worker.starved
            how = self.end_worker(gone=True)
            raise Crashed(f"the process of your code {how or 'broke off the connection'}") from None
        except BaseException:
            self.close()  # an alarm or Ctrl-C in the middle of an exchange: nothing here can be trusted to be in step
            raise

    def end_worker(self, gone: bool = False) -> str:
        """End the present worker; a source that does not obey is ended too."""
        worker, self._worker = self._worker, None
        if worker is None:
            return ""
        try:
            return worker.end(gone)
        except (SandboxError, Shortage):
            self.close()
            return ""
        except BaseException:
            self.close()  # interrupted in the middle of an exchange
            raise
