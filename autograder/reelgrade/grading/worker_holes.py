"""Holes in another process: one worker an exercise, forked anew after a death, with a clock for every check."""

import secrets
from collections.abc import Callable
from pathlib import Path

from reelgrade.grading import wire
from reelgrade.grading.clock import Clock
from reelgrade.grading.errors import BrokenModule, Crashed, TimeIsUp
from reelgrade.grading.hole_sources import Signatures, never_imported
from reelgrade.grading.messages import LOAD, Answer, call_frame, read_answer
from reelgrade.grading.patience import Shortage
from reelgrade.grading.seam import Exchange
from reelgrade.grading.workers import RESERVE_MB, Overfull, SandboxError, Worker, WorkerSource, check_room

MOST_RESTARTS = 3


class WorkerHoles:
    """Exercise modules of a folder, each served by a worker of its own.

    `start` makes what starts workers, a zygote as a rule; it is called again should one die, a few times.
    """

    def __init__(self, start: Callable[[], WorkerSource], folder: Path, signatures: Signatures) -> None:
        self._start, self._folder, self._signatures = start, folder, signatures
        self._source: WorkerSource | None = None
        self._worker: Worker | None = None
        self._exercise = ""
        self._broken: dict[str, BrokenModule | Crashed] = {}
        self._starts = 0
        self._clock = Clock(0.0)  # of the present check

    def prepare(self, exercise: str, seconds: float) -> None:
        """See to a worker that has loaded the exercise; a source that has died is started anew."""
        worker = self._worker
        ready = worker is not None and worker.alive and self._exercise == exercise and not worker.spoke()
        if exercise in self._broken or ready:
            return
        check_room(self._folder, 4 * RESERVE_MB)
        while True:
            source = self._warm_source()
            try:
                self._load(source, exercise, seconds)
            except SandboxError:
                self.close()
                continue  # until _warm_source has started too many
            except (BrokenModule, Crashed) as error:
                self._broken[exercise] = error
            return

    def exchange(self, exercise: str, seconds: float) -> Exchange:
        """Give the worker that `prepare` has seen to; all calls of one check share the clock."""
        self._clock = Clock(seconds)
        self.prepare(exercise, seconds)
        if exercise in self._broken:
            raise self._broken[exercise].with_traceback(None)
        clock = self._clock
        return lambda request, number, output: self._ask(request, number, clock)

    def uncounted(self) -> float:
        """Return how many seconds of the present check have passed and do not count."""
        return self._clock.uncounted

    def renew(self) -> None:
        """Let the next check find a worker that has seen none before."""
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
            return read_answer(worker.ask(request, clock), number)
        except TimeoutError as error:
            self.end_worker()
            raise TimeIsUp(str(error)) from None
        except Overfull:
            self.end_worker()
            raise Crashed("your code wrote more files or bytes than its scratch folder may hold") from None
        except wire.WireError as error:
            self.end_worker()
            raise Crashed(f"what came back from the process of your code cannot be read: {error}") from None
        except (EOFError, OSError):
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
