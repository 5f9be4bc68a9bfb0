"""A warm process that workers are forked from: it imports the libraries and loads the backbone once, and never computes.

`python -I -m reelgrade.grading.zygote FD FOLDER` speaks with the judge over the socket FD; the folder is there to tell
the zygotes of one machine apart. It holds no test data, no secret and no environment of its own; it runs no student code.
"""

import ctypes
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from reelgrade.grading import confinement
from reelgrade.grading.confinement import Rules
from reelgrade.grading.control import Control
from reelgrade.grading.libraries import import_all
from reelgrade.grading.patience import patiently

POLICE_S, MOST_THREADS = 0.1, 256
PATIENCE_S = 0.3  # a worker whose socket is closed may be about to end


def main() -> None:
    """Test the confinement, warm up, then fork and end workers as the judge says, until it is gone."""
    end = socket.socket(fileno=int(sys.argv[1]))
    control = Control(end)
    settings = control.hear()
    if settings["level"] != "process":
        confinement.load_tools()
        import reelgrade.grading.stand_ins  # noqa: F401  # once for all workers
    _protect()
    control.say({"leaks": _self_test(Rules(**settings["rules"]), settings["level"], settings["forbidden"])})
    warm_up(settings["libraries"])
    control.say({"ready": True})
    _obey(control, end, settings["level"])


def _obey(control: Control, end: socket.socket, level: str) -> None:
    """Fork and end workers as the judge says; when it is gone, end them all."""
    workers: set[int] = set()
    try:
        while True:
            order = _next_order(control, workers)
            if order["do"] == "limit":
                _lower_file_size(order["pid"], order["file_mb"])
            elif order["do"] == "fork":
                descriptor = control.take_descriptor()
                pid = _fork(end, descriptor, Rules(**order["rules"]), level)
                os.close(descriptor)
                workers.add(pid)
                _tell_pid(control, pid)
            else:
                workers.discard(order["pid"])
                control.say({"status": end_worker(order["pid"], order["gone"], workers)})
    except (EOFError, ConnectionError):
        for pid in workers:
            end_worker(pid, gone=False, others=workers)


def _next_order(control: Control, workers: Collection[int]) -> dict[str, Any]:
    """Wait for an order; meanwhile end workers that start threads without end, which no limit of the system binds."""
    while True:
        try:
            return control.hear(POLICE_S)
        except TimeoutError:
            for pid in workers:
                if _has_too_many_threads(pid):
                    os.kill(pid, signal.SIGKILL)


def _tell_pid(control: Control, pid: int) -> None:
    """Answer with the number of a new worker, and with a descriptor that shows its number to the judge outside."""
    try:
        descriptor = os.pidfd_open(pid) if sys.platform == "linux" else -1
    except OSError:  # an old kernel
        descriptor = -1
    control.say({"pid": pid, "shown": descriptor >= 0}, [descriptor] if descriptor >= 0 else None)
    if descriptor >= 0:
        os.close(descriptor)


def _has_too_many_threads(pid: int) -> bool:
    """Count the threads of a process by their folders: their names, in other files of /proc, are of its own choice."""
    with suppress(OSError), os.scandir(f"/proc/{pid}/task") as threads:
        return sum(1 for _ in islice(threads, MOST_THREADS + 1)) > MOST_THREADS
    return False


def _lower_file_size(pid: int, file_mb: int) -> None:
    import resource

    if hasattr(resource, "prlimit"):  # Linux; elsewhere no worker is forked
        with suppress(ProcessLookupError, PermissionError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (file_mb * 2**20, file_mb * 2**20))


def warm_up(libraries: Collection[str]) -> None:
    """Import what exercises and submissions need, and read the backbone's files once; nothing here starts a thread."""
    import_all(libraries)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)  # before any operation: a child forked after a parallel one hangs
        torch.backends.cpu.get_cpu_capability()  # looks into /proc, which workers cannot
        encoder = "transformers" in sys.modules
        from reelgrade.grading import experiments

        experiments.load_all(encoder)
        if encoder:
            from reelgrade.given import load_backbone

            load_backbone("minilm-4l")
    gc.collect()
    gc.freeze()  # so that a child's collections copy no pages


def _fork(control: socket.socket, descriptor: int, rules: Rules, level: str) -> int:
    zygote = os.getpid()
    pid = patiently(os.fork)
    if pid:
        return pid
    status = 70
    try:
        control.close()
        _detach(descriptor)
        if os.getppid() != zygote:  # it died before its death could be a signal
            return 0
        _libc_prctl(4, 1)  # PR_SET_DUMPABLE: the judge looks for files without a name in this process
        from reelgrade.grading.worker import work

        work(socket.socket(fileno=descriptor), rules, level)
        status = 0
    finally:
        os._exit(status)  # never back into the zygote's loop
    return 0


def _detach(keep: int) -> None:
    """Leave the session and everything that was open, the worker's socket excepted."""
    os.setsid()
    _libc_prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a worker does not outlive its zygote
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 2**16)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end_worker(pid: int, gone: bool, others: Collection[int]) -> int | None:
    """Kill a worker's whole session and whatever escaped from it, the `others` excepted.

    Gives the wait status of one that is `gone` by itself, None of one that had to be killed.
    """
    status = _ended_itself(pid, PATIENCE_S if gone else 0.0)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if status is None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    _kill_orphans(others)
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
    _libc_prctl(4, 0)  # PR_SET_DUMPABLE
    _libc_prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _libc_prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _kill_orphans(others: Collection[int]) -> None:
    """Kill every other child there is: leftovers of the worker that has just ended, which this process inherits."""
    with suppress(FileNotFoundError):  # without /proc nothing can be inherited either: only levels without fork hide it
        while orphans := [pid for pid in _children() if pid not in others]:
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def _children() -> list[int]:
    """List this process's children, from /proc."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def _self_test(rules: Rules, level: str, forbidden: list[str]) -> str:
    """Confine a child as a worker would be, and let it say what it could do nevertheless."""
    reader, writer = os.pipe()
    pid = patiently(os.fork)
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
