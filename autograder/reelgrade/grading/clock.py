"""The clock of a check: what a process computes or sleeps by its own will counts, waiting for a core does not.

Linux tells how long each thread has waited for a core, in `/proc/PID/task/*/schedstat`. Elsewhere all of the wall-clock time
counts, against twice the limit.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

MOST_STRETCH = 10.0  # wall-clock time of a check, at most, as a multiple of its limit
UNSEEN_STRETCH = 2.0  # the same where the system does not tell who waited
MOST_THREADS = 300  # that are looked at; the zygote ends a worker with more than 256
NANOSECONDS = 1e-9


@dataclass(frozen=True)
class Reading:
    """What the system tells about a process at one moment, in seconds; `cpu` is None where it tells nothing."""

    at: float
    cpu: float | None = None
    waits: dict[str, float] = field(default_factory=dict)  # thread -> how long it has waited for a core
    own_wait: float = 0.0  # the same of the thread that reads


def read(pid: int) -> Reading:
    """Read the clocks of a process; of none where `pid` is 0."""
    at, waits = time.monotonic(), {}
    try:
        if sys.platform != "linux" or not pid:
            return Reading(at)
        cpu = time.clock_gettime(~pid << 3 | 2)  # the CPU clock of another process, threads that ended included
        with os.scandir(f"/proc/{pid}/task") as threads:
            for thread in islice(threads, MOST_THREADS):
                with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                    waits[thread.name] = _wait(thread.path)
        own = _wait(f"/proc/self/task/{threading.get_native_id()}")
    except (OSError, ValueError, IndexError):
        return Reading(at)
    return Reading(at, cpu, waits, own) if waits else Reading(at)


def _wait(folder: str) -> float:
    """Return how long a thread has waited for a core; ValueError on a kernel that does not count it."""
    ran, waited, _ = Path(folder, "schedstat").read_text(encoding="ascii").split()
    if not int(ran):
        raise ValueError(f"{folder}: this kernel does not count")
    return int(waited) * NANOSECONDS


def counted(before: Reading, now: Reading, reader_late: bool = False) -> float:
    """Return how many of the seconds between two readings count.

    A process that waits because its own threads keep the cores busy is not waiting for others: its CPU time counts in any
    case, and of its threads only the one that waited longest is heard. Where the `reader_late` left the process waiting
    for itself, the reader's own wait does not count either.
    """
    wall = now.at - before.at
    if before.cpu is None or now.cpu is None:
        return wall / UNSEEN_STRETCH
    waited = max((wait - before.waits.get(thread, 0.0) for thread, wait in now.waits.items()), default=0.0)
    waited += now.own_wait - before.own_wait if reader_late else 0.0
    return min(wall, max(now.cpu - before.cpu, wall - waited, wall / MOST_STRETCH))


class Clock:
    """Counts the seconds of one check while a worker is asked, over all of its calls."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.taken = self.uncounted = 0.0
        self._pid = 0
        self._last = Reading(0.0)

    def start(self, pid: int) -> None:
        """Begin to count for a process; 0 for one that cannot be looked at."""
        self._pid, self._last = pid, read(pid)

    def look(self, reader_late: bool = False) -> None:
        """Count what has passed since the last look; TimeoutError where it is too much."""
        before, self._last = self._last, read(self._pid)
        taken = counted(before, self._last, reader_late)
        self.taken += taken
        self.uncounted += self._last.at - before.at - taken
        if self.taken > self.seconds:
            raise TimeoutError(f"took longer than {self.seconds:g} s")


def own_waiting() -> Callable[[], float]:
    """Return a function that tells how many of the seconds from now on do not count for this process."""
    before = read(os.getpid())

    def uncounted() -> float:
        now = read(os.getpid())
        return now.at - before.at - counted(before, now)

    return uncounted
