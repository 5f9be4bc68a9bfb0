"""Dask workers that grade: `local` ones, started for this run, or those of a scheduler that is there.

Each has one thread, and the autograder that the coordinator has; others are refused by name. Dask itself gives the work
of a dead worker to another one, until it has died too often. Judges run in a process beside each worker, never in one of
its threads, where their time limit could not be kept. Who can reach a scheduler without TLS can run code in its workers,
and so read what they may read: local ones ask for a certificate that is made for the run.
"""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import dask
import distributed
from distributed.scheduler import KilledWorker

from reelgrade.classroom.pools import Slot
from reelgrade.classroom.work import difference, facts_here
from reelgrade.errors import UserError
from reelgrade.grading.grade import Options

CONNECT_SECONDS, LONELY_SECONDS, LOOK_SECONDS = 5, 60.0, 1.0


class DaskPool(Executor):
    """A client of a scheduler."""

    def __init__(self, address: str, jobs: int, scratch: Path, course: Path, options: Options) -> None:
        self._cluster = _local_cluster(jobs, scratch) if address == "local" else None
        connect: Any = distributed.Client
        try:
            self._client = connect(self._cluster or address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UserError(
                f"no Dask scheduler answers at {address} ({type(error).__name__}); start one: dask scheduler"
            ) from error
        self._course, self._options = str(course), options
        self._executor = self._client.get_executor(pure=False, retries=0)
        self._looked = self._seen = time.monotonic()
        self._known: dict[str, int] = {}
        self._width = 0

    @property
    def executor(self) -> Executor:
        """Itself."""
        return self

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function in a process beside a worker."""
        future = self._executor.submit(_run_beside, self._course, self._options, function, *args, **kwargs)
        return future  # type: ignore[no-any-return]

    @property
    def width(self) -> int:
        """One task a worker."""
        if not self._known or time.monotonic() - self._looked > LOOK_SECONDS:
            self._look()
        return self._width

    def _look(self) -> None:
        """Count the workers; UserError for a new one that would judge by other rules, or two at once."""
        self._looked = time.monotonic()
        try:
            now = dict(self._client.nthreads())
            self._verify({address: threads for address, threads in now.items() if address not in self._known})
        except (OSError, TimeoutError) as error:
            raise UserError("the Dask scheduler went away; start it, then run the same command to go on") from error
        self._known, self._width = now, len(now)
        if now:
            self._seen = self._looked

    def _verify(self, new: dict[str, int]) -> None:
        threaded = [address for address, threads in new.items() if threads != 1]
        if threaded:
            raise UserError(f"the Dask worker {threaded[0]} has {new[threaded[0]]} threads; start it with --nthreads 1")
        if not new:
            return
        ours = facts_here(self._course)
        for address, theirs in self._client.run(facts_here, self._course, workers=list(new), on_error="return").items():
            if isinstance(theirs, BaseException):
                raise UserError(f"the Dask worker {address} cannot grade ({theirs}); install this course there")
            if theirs != ours:
                raise UserError(f"the Dask worker {address} {difference(ours, theirs)}; make them equal, restart it")

    def is_death(self, error: BaseException) -> bool:
        """Tell whether a process died of a task, or workers did, as often as the scheduler allows."""
        return isinstance(error, KilledWorker | BrokenProcessPool)

    def look_after(self) -> None:
        """Give up where no worker is left for long."""
        self._look()
        if not self._known:
            time.sleep(LOOK_SECONDS)
        if time.monotonic() - self._seen > LONELY_SECONDS:
            raise UserError("the Dask scheduler has no worker; start some: dask worker ADDRESS --nthreads 1")

    def close(self) -> None:
        """Leave the scheduler, and end what was started here."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _local_cluster(jobs: int, scratch: Path) -> Any:
    cluster: Any = distributed.LocalCluster
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):  # the engine counts
        return cluster(
            n_workers=jobs,
            threads_per_worker=1,
            security=_temporary(),
            protocol="tls://",
            dashboard_address=None,
            local_directory=str(scratch),
            silence_logs=50,
        )


def _temporary() -> Any:
    """Make a certificate that only the processes of this run know."""
    security: Any = distributed.Security
    return security.temporary()


_slot: Slot | None = None


def _run_beside(course: str, options: Options, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a function in the process that this worker keeps for grading."""
    global _slot
    if _slot is None:
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # may have children then
        _slot = Slot(distributed.get_worker().local_directory, course, options)
    return _slot.submit(function, *args, **kwargs).result()
