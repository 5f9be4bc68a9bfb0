"""Keep what student code does to the process from reaching the next check: seeds, dtypes, filters, paths."""

import faulthandler
import io
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from reelgrade.grading.errors import AlarmRang
from reelgrade.grading.patience import patiently

GRACE_S = 5
LEAST_ALARM_S = 0.05


class LAST_WORDS:  # noqa: N801  # one place, set by whoever redirects stderr
    """Where a process that hangs in C says so: a file, or a descriptor that capturing does not touch."""

    file: Any = sys.__stderr__
    status = 1  # that the process then ends with


@contextmanager
def guarded_state() -> Iterator[None]:
    """Put global state back afterwards: random numbers, default dtype, gradients, threads, filters, folder, path.

    Output to stdout of more than a little is cut; warnings are not shown.
    """
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.callback(random.setstate, random.getstate())
        stack.callback(_set_path, list(sys.path))
        stack.callback(_set_folder, _folder())
        stack.callback(_set_environment, dict(os.environ))
        numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
        if numpy is not None:
            stack.callback(numpy.random.set_state, numpy.random.get_state())
        if torch is not None and hasattr(torch, "get_rng_state"):
            _guard_torch(stack, torch)
        yield


def _guard_torch(stack: ExitStack, torch: Any) -> None:
    stack.callback(torch.set_rng_state, torch.get_rng_state())
    stack.callback(torch.set_default_dtype, torch.get_default_dtype())
    stack.callback(torch.set_grad_enabled, torch.is_grad_enabled())
    strict = torch.are_deterministic_algorithms_enabled()  # setting it imports a compiler, which takes a second
    stack.callback(_set_strict, torch, strict)
    device = torch.get_default_device()
    stack.callback(lambda: torch.get_default_device() == device or torch.set_default_device(None))
    num_threads = torch.get_num_threads()
    stack.callback(lambda: torch.get_num_threads() == num_threads or torch.set_num_threads(num_threads))


def _set_strict(torch: Any, strict: bool) -> None:
    if torch.are_deterministic_algorithms_enabled() != strict:
        torch.use_deterministic_algorithms(strict)


def _set_path(path: list[str]) -> None:
    sys.path[:] = path


def _folder() -> str | None:
    with suppress(OSError):
        return os.getcwd()  # noqa: PTH109  # may be gone, which Path.cwd() says in the same way
    return None


def _set_folder(folder: str | None) -> None:
    if folder is not None and folder != _folder():
        os.chdir(folder)


def _set_environment(environment: dict[str, str]) -> None:
    if dict(os.environ) != environment:
        os.environ.clear()
        os.environ.update(environment)


class CappedText(io.TextIOBase):
    """Takes any amount of text and keeps the beginning, so that an endless print does not fill the memory."""

    def __init__(self, limit: int = 2000) -> None:
        self.kept = ""
        self.limit = limit

    def write(self, text: str) -> int:
        """Keep what still fits."""
        room = self.limit - len(self.kept)
        self.kept += text[:room]
        return len(text)


@contextmanager
def captured_output(text: CappedText) -> Iterator[None]:
    """Take what student code prints."""
    with redirect_stdout(text):
        yield


@contextmanager
def time_limit(
    seconds: float, on_swallowed: Callable[[], None] | None = None, uncounted: Callable[[], float] | None = None
) -> Iterator[None]:
    """Raise AlarmRang in the main thread after some seconds.

    `uncounted` tells how many of the seconds so far do not count. When student code swallows even that, or there is no
    SIGALRM, the process ends with status 1 a few seconds later, after `on_swallowed()`; and when it does not even come
    back to the interpreter, from a loop within C, a few seconds after that, with the place written to LAST_WORDS. Off
    where a debugger watches, and in other threads.
    """
    if _debugging() or threading.current_thread() is not threading.main_thread():
        yield
        return
    begin = time.monotonic()
    over = threading.Event()

    def left() -> float:
        return begin + seconds + (uncounted() if uncounted else 0.0) - time.monotonic()

    patiently(threading.Thread(target=_end_process, args=(left, over, on_swallowed), daemon=True).start)
    _RUNNING.append(over)
    _watch(seconds)
    try:
        with _alarm(seconds, left):
            yield
    finally:
        with _LAST_RESORT:
            over.set()
            faulthandler.cancel_dump_traceback_later()
        _RUNNING.remove(over)


def _watch(seconds: float) -> None:
    """Let a thread of the interpreter end this process long after its time."""
    patiently(lambda: faulthandler.dump_traceback_later(seconds + 2 * GRACE_S, exit=True, file=LAST_WORDS.file))


@contextmanager
def _alarm(seconds: float, left: Callable[[], float]) -> Iterator[None]:
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(signum: int, frame: Any) -> None:
        if _debugging():
            return
        more = left()
        if more <= 0:
            raise AlarmRang(f"took longer than {seconds:g} s")
        signal.setitimer(signal.ITIMER_REAL, max(more, LEAST_ALARM_S))
        _watch(more)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def memory_limit(megabytes: int) -> Iterator[None]:
    """Let this process take so many megabytes more than it has, then MemoryError; no limit for 0, or outside of Linux."""
    taken = _data_mb() if megabytes else 0
    if not taken:
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = (taken + megabytes) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most if before[0] < 0 else min(most, before[0]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _data_mb() -> int:
    """Tell how much private memory this process has, as RLIMIT_DATA counts it; 0 where the system does not tell."""
    with suppress(OSError, IndexError, ValueError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("\nVmData:")[1].split()[0]) // 1024
    return 0


def _debugging() -> bool:
    """Tell whether a debugger watches, by tracing or, since Python 3.12, by monitoring."""
    monitoring = getattr(sys, "monitoring", None)
    return sys.gettrace() is not None or (
        monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None
    )


_LAST_RESORT = threading.Lock()  # held where it is set anew, so that it is never set after the time limit is over
_RUNNING: list[threading.Event] = []  # what ends the threads that wait to end this process


def pause_time_limit() -> None:
    """Forget the running time limit: somebody is looking with a debugger."""
    for over in _RUNNING:
        over.set()
    faulthandler.cancel_dump_traceback_later()
    if hasattr(signal, "SIGALRM"):
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end_process(left: Callable[[], float], over: threading.Event, on_swallowed: Callable[[], None] | None) -> None:
    """Wait until the limit is `over`; end this process where it has not come a few seconds after its time."""
    while (more := left() + GRACE_S) > 0:
        with _LAST_RESORT:
            if over.is_set():
                return
            faulthandler.dump_traceback_later(more + GRACE_S, exit=True, file=LAST_WORDS.file)
        if over.wait(more):
            return
    if _debugging():
        return
    if on_swallowed is not None:
        on_swallowed()
    sys.stdout.flush()
    os._exit(LAST_WORDS.status)
