"""What a confined worker has in place of what the filter refuses, so that honest code need not notice.

Files, locks and pools are private to the worker, where nobody else is: what other processes would have to see need not be
done by the kernel. None of this protects anything, and student code may undo it. What cannot be stood in for is listed in
docs/threat-model.md.
"""

import _thread
import concurrent.futures.process
import ctypes.util
import errno
import fcntl
import multiprocessing
import multiprocessing.heap
import multiprocessing.pool
import multiprocessing.synchronize
import os
import pwd
import resource
import shutil
import stat
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

from reelgrade.grading.confinement import NOBODY
from reelgrade.grading.patience import patiently

LOCK_POLL_S = 0.005
FEW_THREADS, THREAD_PATIENCE_S = 32, 1.0
LIBRARY_FOLDERS = ("lib*", "usr/lib*", "usr/local/lib", "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*")


def install() -> None:
    """Put everything in place, for the rest of this process."""
    fcntl.flock, fcntl.lockf = _Locks().flock, _lockf
    for name, function in (("utime", _utime), ("chmod", _chmod), ("fchmod", _chmod)):
        _replace(os, name, function)
    for name in ("copymode", "copystat"):
        setattr(shutil, name, _as_far_as_possible(getattr(shutil, name)))
    _replace(resource, "setrlimit", _setrlimit)
    pwd.getpwuid = _getpwuid
    ctypes.util.find_library = _find_library
    threading._start_new_thread = _start_thread  # type: ignore[attr-defined]
    _install_pools()
    with suppress(ImportError):  # a Python without SQLite
        _install_sqlite()
    if "torch" in sys.modules:
        sys.modules["torch"].Tensor.share_memory_ = lambda self: self  # nobody to share with


def _replace(module: Any, name: str, function: Callable[..., Any]) -> None:
    """Put a function in the place of another, also in the sets in which `os` says what its functions can do."""
    original = getattr(module, name)
    replaced = wraps(original)(lambda *given, **named: function(original, *given, **named))
    for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if original in able:
            able.add(replaced)
    setattr(module, name, replaced)


def _start_thread(function: Callable[..., Any], *given: Any) -> int:
    """Start a thread; where others of this machine hold all that there are, wait for one. A worker with many has its own to blame."""
    few = threading.active_count() < FEW_THREADS
    return patiently(lambda: _thread.start_new_thread(function, *given), THREAD_PATIENCE_S if few else 0)


# Files


def _utime(
    original: Callable[..., None],
    path: Any,
    times: tuple[float, float] | None = None,
    *,
    ns: tuple[int, int] | None = None,
    dir_fd: int | None = None,
    follow_symlinks: bool = True,
) -> None:
    """Set the times of a file to now, by cutting it where it ends; other times are for the kernel to refuse."""
    if times is not None or ns is not None:
        original(path, ns=ns if ns is not None else tuple(int(one * 10**9) for one in times or ()))
    descriptor = path if isinstance(path, int) else os.open(path, os.O_WRONLY | os.O_NOCTTY, dir_fd=dir_fd)
    try:
        os.ftruncate(descriptor, os.fstat(descriptor).st_size)
    finally:
        if descriptor is not path:
            os.close(descriptor)


def _chmod(original: Callable[..., None], path: Any, mode: int, **named: Any) -> None:
    """Give rights that a file has already; to change them is for the kernel to refuse."""
    if stat.S_IMODE(os.stat(path, **named).st_mode) != mode:  # noqa: PTH116  # may be a descriptor
        original(path, mode, **named)


def _as_far_as_possible(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def copy(*given: Any, **named: Any) -> None:
        with suppress(PermissionError):
            original(*given, **named)

    return copy


class _Locks:
    """Locks of whole files, as `flock` gives them to each descriptor, among the threads of this process."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], dict[int, int]] = {}  # file -> descriptor -> LOCK_SH or LOCK_EX
        self._guard = threading.Lock()

    def flock(self, file: Any, operation: int) -> None:
        """Lock or unlock a file; BlockingIOError where it is locked and LOCK_NB is given."""
        descriptor = file if isinstance(file, int) else file.fileno()
        while not self._take(descriptor, operation & ~fcntl.LOCK_NB):
            if operation & fcntl.LOCK_NB:
                raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK))
            time.sleep(LOCK_POLL_S)

    def _take(self, descriptor: int, kind: int) -> bool:
        with self._guard:
            key = _file_of(descriptor)
            holders = {one: how for one, how in self._held.get(key, {}).items() if one != descriptor and _is(one, key)}
            self._held[key] = holders
            if kind == fcntl.LOCK_UN:
                return True
            if holders and (kind == fcntl.LOCK_EX or fcntl.LOCK_EX in holders.values()):
                return False
            holders[descriptor] = kind
            return True


def _file_of(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def _is(descriptor: int, key: tuple[int, int]) -> bool:
    """Tell whether a descriptor is still open on that file; closing it has given up its lock."""
    with suppress(OSError):
        return _file_of(descriptor) == key
    return False


def _lockf(file: Any, operation: int, length: int = 0, start: int = 0, whence: int = 0) -> None:
    """Do nothing with an open file: such locks belong to processes, and no other process has this file."""
    os.fstat(file if isinstance(file, int) else file.fileno())


def _install_sqlite() -> None:
    """Let SQLite lock a database by a folder beside it, which needs no locks of the system."""
    import sqlite3.dbapi2

    original = sqlite3.connect

    @wraps(original)
    def connect(database: Any, *given: Any, **named: Any) -> Any:
        name = os.fspath(database)
        text = name.decode() if isinstance(name, bytes) else name
        if not named.get("uri"):
            if text in ("", ":memory:"):
                return original(database, *given, **named)
            text = Path(text).absolute().as_uri()
        text += ("&" if "?" in text else "?") + "vfs=unix-dotfile"
        return original(text, *given, **{**named, "uri": True})

    sqlite3.connect = sqlite3.dbapi2.connect = connect


# The process


def _setrlimit(original: Callable[..., None], which: int, limits: tuple[int, int]) -> None:
    """Set the limit that there is already; others are refused."""
    if tuple(limits) != resource.getrlimit(which):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def _getpwuid(number: int) -> pwd.struct_passwd:
    """Know one user."""
    if number != os.getuid():
        raise KeyError(f"getpwuid(): uid not found: {number}")
    return pwd.struct_passwd((NOBODY, "x", number, os.getgid(), "", os.environ.get("HOME", "/"), ""))


def _find_library(name: str) -> str | None:
    """Find a library of the system by its name, without the programs that know it."""
    found = (path.name for folder in LIBRARY_FOLDERS for path in Path("/").glob(f"{folder}/lib{name}.so*"))
    return min(found, key=lambda file: (file.endswith(".so"), file), default=None)


# Pools and locks of multiprocessing


def _install_pools() -> None:
    """Let pools of processes work in threads, and locks between processes lock between threads."""
    system: Any = multiprocessing.synchronize._multiprocessing  # type: ignore[attr-defined]  # what it calls, in C
    system.SemLock = _Semaphore
    multiprocessing.heap.Arena._dir_candidates = []  # type: ignore[attr-defined]  # not in /dev/shm
    multiprocessing.Pool = multiprocessing.context.BaseContext.Pool = _pool  # type: ignore[method-assign]
    for module in (concurrent.futures, concurrent.futures.process):
        module.ProcessPoolExecutor = _Executor  # type: ignore[attr-defined]


def _pool(*given: Any, **named: Any) -> multiprocessing.pool.ThreadPool:
    """Make a pool of threads from the arguments of `multiprocessing.Pool`, or of the method of a context."""
    given = given[1:] if given and isinstance(given[0], multiprocessing.context.BaseContext) else given
    named = {name: value for name, value in named.items() if name != "maxtasksperchild"}
    return multiprocessing.pool.ThreadPool(*given[:3], **named)


class _Executor(concurrent.futures.ThreadPoolExecutor):
    """A pool of threads with the arguments of a pool of processes."""

    def __init__(
        self,
        max_workers: int | None = None,
        mp_context: Any = None,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        *,
        max_tasks_per_child: int | None = None,
    ) -> None:
        super().__init__(max_workers, "", initializer, initargs)

    def map(
        self, function: Callable[..., Any], *iterables: Any, timeout: float | None = None, chunksize: int = 1
    ) -> Any:
        """Call a function with each item; chunks make no difference here."""
        return super().map(function, *iterables, timeout=timeout)


class _Semaphore:
    """What `_multiprocessing.SemLock` is, for the threads of one process: `kind` 0 is a lock for its owner alone."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue, self.name, self.handle = kind, maxvalue, None, 0  # nothing to unlink
        self._value, self._condition = value, threading.Condition(threading.Lock())
        self._owner, self._depth = 0, 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one; False where there is none in time."""
        with self._condition:
            if self.kind == 0 and self._is_mine():
                self._depth += 1
                return True
            if not self._condition.wait_for(lambda: self._value > 0, timeout if block else 0):
                return False
            self._value -= 1
            self._owner, self._depth = threading.get_ident(), self._depth + 1
            return True

    def release(self) -> None:
        """Give one back."""
        with self._condition:
            if self.kind == 0:
                if not self._is_mine():
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                if self._depth > 1:
                    self._depth -= 1
                    return
            if self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._value, self._depth = self._value + 1, self._depth - 1
            self._condition.notify()

    def _count(self) -> int:
        return self._depth

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        """Do nothing: there is no fork."""

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
