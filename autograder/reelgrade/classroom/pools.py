"""Processes on this machine that grade. Each is a pool of its own, so that a death is known to be its task's."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from reelgrade.classroom.work import open_bench
from reelgrade.grading.grade import Options
from reelgrade.grading.patience import Shortage, patiently

LOOK_S = 0.01


class Pool(Protocol):
    """Somewhere to grade: an executor, and how many tasks it can work on at once."""

    @property
    def executor(self) -> Executor:
        """Where tasks are submitted."""

    @property
    def width(self) -> int:
        """How many tasks to have under way; may change."""

    def is_death(self, error: BaseException) -> bool:
        """Tell whether an error means that the process of a task died."""

    def look_after(self) -> None:
        """Is called now and then while nothing happens; UserError where nothing will happen any more."""

    def close(self) -> None:
        """End all of its processes at once."""


class LocalPool(Executor):
    """So many processes on this machine; `submit` waits for one of them to be free."""

    def __init__(self, jobs: int, scratch: Path, course: Path, options: Options) -> None:
        self.width = jobs
        self._all = tuple(Slot(str(scratch), str(course), options) for _ in range(jobs))
        self._free: SimpleQueue[Slot] = SimpleQueue()  # filled by other threads
        for slot in self._all:
            self._free.put(slot)

    @property
    def executor(self) -> Executor:
        """Itself."""
        return self

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function in a free process; one that has died is replaced."""
        slot = self._free.get()
        try:
            future = slot.submit(function, *args, **kwargs)
        except BaseException:
            self._free.put(slot)
            raise
        future.add_done_callback(lambda _: self._free.put(slot))
        return future

    def is_death(self, error: BaseException) -> bool:
        """Tell whether a process died."""
        return isinstance(error, BrokenProcessPool)

    def look_after(self) -> None:
        """Do nothing: a death is reported at once here."""

    def close(self) -> None:
        """End all processes, and with them what they are doing."""
        for slot in self._all:
            slot.close()


class Slot:
    """One process, which warms up at once."""

    def __init__(self, *settings: Any) -> None:
        self._settings = settings
        self._pool = patiently(self._start)

    def submit(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function in it; a process that has died is replaced."""
        try:
            return self._pool.submit(function, *args, **kwargs)
        except BrokenProcessPool:  # it has died since
            self._pool.shutdown(wait=False)
            self._pool = patiently(self._start)
            return self._pool.submit(function, *args, **kwargs)

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # a fork would copy threads and descriptors
        pool = ProcessPoolExecutor(1, context, initializer=_begin, initargs=self._settings)
        try:
            pool.submit(os.getpid)  # until then there is no process
            _wait_for_threads(pool)
        except BaseException:
            _end(pool)
            raise
        return pool

    def close(self) -> None:
        """End it, and with it what it is doing."""
        _end(self._pool)


def _wait_for_threads(pool: ProcessPoolExecutor) -> None:
    """Wait until a pool has both of its threads; Shortage where the first could not start the second, and has ended."""
    manager: Any = pool._executor_manager_thread
    queue: Any = pool._call_queue  # type: ignore[attr-defined]
    while queue._thread is None or not queue._thread.is_alive():
        manager.join(LOOK_S)
        if not manager.is_alive():
            raise Shortage


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.terminate()  # kill_workers of Python 3.14
    with suppress(RuntimeError):  # its thread was never started
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(scratch: str, course: str, options: Options) -> None:
    """Prepare a process: Ctrl-C is its parent's business, it does not outlive that, and its sandbox warms up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TMPDIR"] = scratch
    patiently(threading.Thread(target=_end_with_parent, daemon=True).start)
    with suppress(Exception):  # the first task will meet it again, and tell
        open_bench(course, options)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
