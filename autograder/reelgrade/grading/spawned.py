"""Workers without fork, for Windows and macOS: a new process for each, which imports its libraries anew.

Level `process` only: limits of the system where it has them, and a time limit. This is no sandbox.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from reelgrade.grading.channel import Channel
from reelgrade.grading.confinement import Rules
from reelgrade.grading.libraries import import_libraries
from reelgrade.grading.limits import TRAINING, Limits
from reelgrade.grading.patience import patiently
from reelgrade.grading.sandbox import Workplace, environment
from reelgrade.grading.scratch import remove_tree
from reelgrade.grading.workers import SandboxError, Worker, describe

READY = b"ready"
WARM_SECONDS, PATIENCE_S = 300.0, 0.3


class Spawner:
    """Starts one worker at a time; the same methods as a zygote."""

    level = "process"

    def __init__(self, place: Workplace, limits: Limits, data: str = "") -> None:
        self.place, self.limits, self._data = place, limits, data
        self._process: subprocess.Popen[bytes] | None = None

    def wait_until_warm(self) -> None:
        """Nothing is shared between workers, so there is nothing to wait for."""

    def settle(self) -> None:
        """Nothing is ended in the background."""

    def fork(self, exercise: str) -> Worker:
        """Start a worker for one exercise and wait until its libraries are imported."""
        scratch = Path(tempfile.mkdtemp(dir=self.place.scratch))
        file_mb = self.limits.checkpoints_mb if exercise in TRAINING else self.limits.file_mb
        rules = Rules((), str(scratch), self.limits.memory_mb, file_mb, self._data)
        ours, theirs = socket.socketpair()
        worker = Worker(self, Channel(ours), scratch, self.limits)
        worker.most_mb = self.limits.scratch_of(exercise)
        with theirs:
            self._process = patiently(partial(_start, self.place, scratch, theirs))
            worker.pid_here = self._process.pid
            order = {"exercise": exercise, "rules": asdict(rules), **_handle(theirs, self._process)}
            assert self._process.stdin is not None
            with suppress(OSError), self._process.stdin as stdin:
                stdin.write(json.dumps(order).encode())
        try:
            worker.channel.receive(time.monotonic() + WARM_SECONDS)
        except (EOFError, OSError) as error:
            worker.end()
            raise SandboxError(f"a new process for student code does not start: {error}") from error
        return worker

    def end(self, worker: Worker, gone: bool) -> str:
        """Kill the worker and its process group; says how one that is `gone` has ended."""
        process, self._process = self._process, None
        status = None if process is None else _kill(process, PATIENCE_S if gone else 0)
        remove_tree(worker.scratch)
        return "" if status is None else describe(status)

    def close(self) -> None:
        """End the worker there is; its folder goes with the workplace."""
        if self._process is not None:
            _kill(self._process, 0)


def _kill(process: "subprocess.Popen[bytes]", patience: float) -> int | None:
    """End a process and its group; gives the exit status of one that has ended by itself."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    status = process.poll()
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    return status


def _start(place: Workplace, scratch: Path, theirs: socket.socket) -> "subprocess.Popen[bytes]":
    options: dict[str, Any] = {}
    if sys.platform != "win32":
        options = {"pass_fds": [theirs.fileno()], "start_new_session": True}
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "reelgrade.grading.spawned"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=scratch,
        env=environment(place),
        **options,
    )


def _handle(theirs: socket.socket, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """Describe a socket so that the new process can open it."""
    if sys.platform == "win32":
        return {"share": base64.b64encode(theirs.share(process.pid)).decode()}
    return {"fd": theirs.fileno()}


def main() -> None:
    """Read the order, import, and work."""
    from reelgrade.grading.worker import work

    order = json.load(sys.stdin)
    if sys.platform == "win32":
        end = socket.fromshare(base64.b64decode(order["share"]))
    else:
        end = socket.socket(fileno=order["fd"])
    import_libraries(order["exercise"])
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    Channel(end).send(READY)
    work(end, Rules(**order["rules"]), "process")


if __name__ == "__main__":
    main()
