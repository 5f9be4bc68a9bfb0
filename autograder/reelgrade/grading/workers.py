"""Workers as the judge sees them: a question, an answer, and their end; what starts them is elsewhere."""

import math
import os
import select
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from reelgrade.grading.channel import Channel
from reelgrade.grading.clock import Clock
from reelgrade.grading.limits import Limits
from reelgrade.grading.scratch import nameless, overfull

RESERVE_MB = 64  # free on the disk while student code runs
ROOM_SECONDS = 10.0  # how long to wait for them: what fills the disk is ended in less
SUSPICIOUS_MB = 32  # a loss of free space that is looked into
DEATH_SECONDS = 5.0  # until a killed process is gone


class SandboxError(Exception):
    """The sandbox cannot be set up, or its trusted part has died: a fault of the machine or of the grader."""


class Overfull(Exception):
    """The scratch folder holds more than it may."""


class NoRoom(SandboxError):
    """The disk is nearly full, and not by the student whose code runs: nobody's points depend on that."""


def wait_for_room(folder: Path, least_mb: int) -> None:
    """Return when so much is free on the disk; NoRoom where that does not come soon."""
    end = time.monotonic() + ROOM_SECONDS
    while (free := free_mb(folder)) < least_mb:
        if time.monotonic() > end:
            raise NoRoom(f"only {free} MB are free in {folder}; make room, or set TMPDIR to a larger disk")
        time.sleep(0.2)


def free_mb(folder: Path) -> int:
    """Return how many megabytes are free on the disk of a folder."""
    return shutil.disk_usage(folder).free // 2**20


class WorkerSource(Protocol):
    """Starts workers: a zygote, or where there is no fork a spawner."""

    level: str

    def wait_until_warm(self) -> None:
        """Return when a worker can be had at once."""

    def fork(self, exercise: str) -> "Worker":
        """Start a worker for one exercise."""

    def end(self, worker: "Worker", gone: bool) -> str:
        """Kill a worker and clear its scratch folder away; says how one that is `gone` has ended by itself."""

    def settle(self) -> None:
        """Return when everything that was ended is gone."""

    def close(self) -> None:
        """End everything."""


class Worker:
    """One process in which student code runs; `pid` is its number where it was started, `pid_here` that of this process.

    `pid_here` is 0 where it cannot be told.
    """

    def __init__(self, source: WorkerSource, channel: Channel, scratch: Path, limits: Limits) -> None:
        self._source, self.channel, self._limits = source, channel, limits
        self.scratch = scratch
        self.most_mb = limits.scratch_mb
        self.pid = self.pid_here = 0
        self._descriptor = -1  # of the process, where the system has such; it never means another one
        self._clock = Clock(math.inf)
        self.alive = True
        self.starved = False  # whether there was no room on the disk while it was asked
        self._most_free = 0  # megabytes on the disk, since it runs student code
        self._low_since = math.inf

    def ask(self, request: bytes, clock: Clock) -> bytes:
        """Exchange one frame for another; whatever this raises, the worker is good for nothing but `end`.

        TimeoutError when it is late, Overfull, EOFError or OSError when it is gone, WireError when it sends too much.
        """
        if self.spoke():
            raise EOFError("it spoke without being asked, or is gone")
        self._clock, self.starved = clock, False
        clock.start(self.pid_here)
        self.channel.send(request, watch=self._watch)
        answer = self.channel.receive(watch=self._watch)
        self._watch()
        return answer

    def spoke(self) -> bool:
        """Tell whether it has said something that nobody asked for, or is gone."""
        return self.channel.pending()

    def _watch(self) -> None:
        self._clock.look(reader_late=self.spoke())
        if overfull(self.scratch, self.most_mb * 2**20, self._limits.scratch_files):
            raise Overfull
        free = free_mb(self.scratch)
        self._most_free = max(self._most_free, free)
        if free < RESERVE_MB or self._most_free - free > SUSPICIOUS_MB:
            self._look_for_nameless(self._most_free - free)
        if free >= RESERVE_MB:
            self._low_since = math.inf
            return
        self.starved = True
        self._low_since = min(self._low_since, time.monotonic())
        if time.monotonic() - self._low_since > ROOM_SECONDS:
            raise NoRoom(f"only {free} MB are free in {self.scratch}; make room, or set TMPDIR to a larger disk")

    def _look_for_nameless(self, lost_mb: int) -> None:
        """Raise Overfull where files without a name hold too much.

        Where they cannot be seen, and more is lost than others explain, the end of the process tells: what comes back was
        its own; else others have filled the disk, and NoRoom has the check repeated.
        """
        seen, hidden = nameless(self.pid_here)
        if seen > self.most_mb * 2**20:
            raise Overfull
        if not hidden or lost_mb <= 2 * self.most_mb + RESERVE_MB:
            return
        before = free_mb(self.scratch)
        self.end()
        self._source.settle()
        if free_mb(self.scratch.parent) - before > 2 * self.most_mb:
            raise Overfull
        raise NoRoom("others fill the disk, and it cannot be told how much of it is this submission's")

    def show(self, descriptor: int) -> None:
        """Take the descriptor that stands for its process."""
        self._descriptor, self.pid_here = descriptor, pid_of(descriptor)

    def kill(self) -> None:
        """Kill its process and wait for that, where it can be named; what started it may be dead."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with suppress(OSError):  # it has ended
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            select.select([descriptor], [], [], DEATH_SECONDS)
            os.close(descriptor)

    def end(self, gone: bool = False) -> str:
        """Kill it, and say how it had ended before, if it is `gone`."""
        if not self.alive:
            return ""
        self.alive = False
        self.channel.close()
        return self._source.end(self, gone)


def pid_of(descriptor: int) -> int:
    """Return the number that a process, shown by a descriptor, has for this one; 0 for none."""
    try:
        information = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii")
        return max(0, int(information.split("\nPid:")[1].split()[0]))
    except (OSError, IndexError, ValueError):
        return 0


def describe(status: int) -> str:
    """Say in words how a process ended; `status` is negative after a signal.

    >>> describe(-11), describe(3)
    ('was killed by signal 11 (Segmentation fault)', 'ended itself with status 3')
    """
    if status < 0:
        return f"was killed by signal {-status} ({signal.strsignal(-status) or 'unknown'})"
    return f"ended itself with status {status}"
