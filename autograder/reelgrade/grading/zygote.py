"""A warm process that workers are forked from: it imports the libraries and loads the backbone once, and never computes.

`python -I -m reelgrade.grading.zygote FD FOLDER` speaks with the judge over the socket FD; the folder is there to tell
the zygotes of one machine apart. It holds no test data,
no secret and no environment of its own; it runs no student code.
"""

import gc
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from reelgrade.grading import confinement
from reelgrade.grading.confinement import Rules
from reelgrade.grading.control import Control

PATIENCE_S = 0.3  # a worker whose socket is closed may be about to end


def main() -> None:
    """Test the confinement, warm up, then fork and end workers as the judge says, until it is gone."""
    end = socket.socket(fileno=int(sys.argv[1]))
    control = Control(end)
    settings, _ = control.hear()
    confinement.load_tools()
    _protect()
    control.say({"leaks": _self_test(Rules(**settings["rules"]), settings["level"], settings["forbidden"])})
    if settings["warm"]:
        warm_up()
    control.say({"ready": True})
    worker = 0
    try:
        while True:
            order, descriptors = control.hear()
            if order["do"] == "fork":
                worker = _fork(end, descriptors[0], order, settings["level"])
                os.close(descriptors[0])
                control.say({"pid": worker})
            else:
                status = end_worker(worker, order["gone"])
                worker = 0
                control.say({"status": status})
    except (EOFError, ConnectionError):
        end_worker(worker, gone=False)


def warm_up() -> None:
    """Import what exercises need and read the backbone's files once; nothing here starts a thread."""
    import pandas  # noqa: F401
    import sklearn.feature_extraction.text
    import sklearn.metrics  # noqa: F401
    import torch

    torch.set_num_threads(1)  # before any operation: a child forked after a parallel one hangs
    torch.backends.cpu.get_cpu_capability()  # looks into /proc, which workers cannot
    from reelgrade.given import load_backbone
    from reelgrade.grading import experiments

    experiments.load_all()
    load_backbone("minilm-4l")
    gc.collect()
    gc.freeze()  # so that a child's collections copy no pages


def _fork(control: socket.socket, descriptor: int, order: dict[str, Any], level: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        control.close()
        _detach(descriptor)
        from reelgrade.grading.worker import work

        end = socket.socket(fileno=descriptor)
        work(end, Path(order["path"]), order["signatures"], Rules(**order["rules"]), level)
        status = 0
    finally:
        os._exit(status)  # never back into the zygote's loop
    return 0


def _detach(keep: int) -> None:
    """Leave the session and everything that was open, the worker's socket excepted."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 2**16)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end_worker(pid: int, gone: bool) -> int | None:
    """Kill a worker's whole session and whatever escaped from it.

    Gives the wait status of one that is `gone` by itself, None of one that had to be killed.
    """
    if not pid:
        return None
    status = _ended_itself(pid, PATIENCE_S if gone else 0.0)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if status is None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    _kill_orphans()
    return status


def _ended_itself(pid: int, patience: float) -> int | None:
    deadline = time.monotonic() + patience
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found or time.monotonic() >= deadline:
            return status if found else None
        time.sleep(0.005)


def _protect() -> None:
    """Linux: keep workers from this process's memory, and inherit the orphans of a worker that left its session."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _kill_orphans() -> None:
    """Kill every child there is: none but leftovers of the worker that has just ended."""
    with suppress(ChildProcessError, FileNotFoundError):
        while True:
            for child in _children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)  # ChildProcessError when there is none left


def _children() -> list[int]:
    """List this process's children, from /proc."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def _self_test(rules: Rules, level: str, forbidden: list[str]) -> str:
    """Confine a child as a worker would be, and let it say what it could do nevertheless."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            confinement.confine(rules, level)
            said = confinement.self_test(level, forbidden)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode()[:1000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    os.waitpid(pid, 0)
    return said


if __name__ == "__main__":
    main()
