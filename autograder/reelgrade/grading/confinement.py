"""Confine this process for good: limits of the system, files by Landlock, system calls by seccomp.

Called in a fresh child before any student code runs. What each part stops is in docs/threat-model.md.
"""

import ctypes.util
import errno
import os
import socket
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

MEGABYTE = 2**20
OWN_LIBRARIES = "/proc/self/maps"  # where threadpoolctl, under scikit-learn, looks them up
OPEN_FILES, CPU_SECONDS = 64, 600
CLONE_THREAD = 0x00010000
S_IFMT = 0o170000  # the kind of a file, within its mode

ALLOWED = """
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close close_range
    open openat openat2 creat dup dup2 dup3 pipe pipe2 truncate ftruncate fsync fdatasync
    stat fstat lstat newfstatat fstatat64 statx statfs fstatfs access faccessat faccessat2 readlink readlinkat
    getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 umask
    fadvise64 copy_file_range sendfile
    mmap munmap mprotect mremap msync madvise mincore brk membarrier get_mempolicy
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause
    alarm setitimer getitimer timer_create timer_settime timer_gettime timer_delete timer_getoverrun
    timerfd_create timerfd_settime timerfd_gettime clock_gettime clock_getres clock_nanosleep nanosleep
    gettimeofday time times futex futex_waitv futex_wake futex_wait futex_requeue set_robust_list get_robust_list rseq
    set_tid_address gettid getpid getppid getpgid getpgrp getsid getuid geteuid getgid getegid getresuid getresgid
    getgroups exit exit_group wait4 waitid restart_syscall
    sched_yield sched_getaffinity sched_get_priority_max sched_get_priority_min getcpu getpriority
    sched_getscheduler sched_getparam symlink symlinkat link linkat
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
    recvfrom getrandom uname sysinfo getrusage getrlimit arch_prctl capget
""".split()  # noqa: SIM905  # easier to read as words
"""All that Python and the libraries need to compute; any other system call "is not implemented"."""

FCNTL = {"F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3, "F_SETFL": 4, "F_DUPFD_CLOEXEC": 1030}
IOCTL = {
    "TCGETS": 0x5401,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}
PRCTL = {
    "PR_GET_PDEATHSIG": 2,
    "PR_GET_DUMPABLE": 3,
    "PR_SET_NAME": 15,
    "PR_GET_NAME": 16,
    "PR_GET_SECCOMP": 21,
    "PR_SET_TIMERSLACK": 29,
    "PR_GET_TIMERSLACK": 30,
    "PR_GET_NO_NEW_PRIVS": 39,
    "PR_GET_THP_DISABLE": 42,
    "PR_SET_VMA": 0x53564D41,  # names of anonymous memory, by which allocators tell theirs
}
COMMANDS = {"fcntl": (1, FCNTL), "ioctl": (1, IOCTL), "prctl": (0, PRCTL)}
"""Which argument of a call names its command, and what it may be.

Others would reach beyond this process (leases, notices, owners, flags of files, terminals) or let it outlive its parent.
"""

REFUSED = """
    fork vfork execve execveat socket connect bind listen ptrace chmod fchmod fchmodat chown fchown lchown
    fchownat utimensat utimes utime futimesat setrlimit setpriority setsid
""".split()  # noqa: SIM905  # easier to read as words
"""What student code may try in good faith: "operation not permitted" tells more."""

WITHOUT = """
    getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr
    removexattr lremovexattr fremovexattr
""".split()  # noqa: SIM905  # easier to read as words
"""Extended attributes: "not supported", as on a file system that has none."""

NOBODY = "student"  # the name of the user
REFUSALS = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EROFS, errno.EFBIG, errno.EMFILE)
MOST_REASONS = 10
SWITCHES = {"JOBLIB_MULTIPROCESSING": "0", "TORCH_COMPILE_DISABLE": "1", "TORCHDYNAMO_DISABLE": "1"}
"""Variables that keep libraries from starting processes or a compiler: they compute the same without."""


@dataclass(frozen=True)
class Rules:
    """What a worker may touch."""

    readable: tuple[str, ...]
    scratch: str
    memory_mb: int
    file_mb: int  # the largest file; the zygote lowers it for exercises that keep no model
    data: str = ""  # the folder of the public data, which is readable


def confine(rules: Rules, level: str) -> None:
    """Apply everything that belongs to a level; OSError or RuntimeError where the machine lacks it.

    `process` has the limits only, `landlock` and `bwrap` add the filter for system calls, and Landlock where there is one.
    """
    limit_resources(rules.memory_mb, rules.file_mb)
    if level == "process":
        return
    if landlock_works():
        restrict_files(rules)
    drop_capabilities()
    filter_system_calls()


def limit_resources(memory_mb: int, file_mb: int) -> None:
    """Set the limits that the kernel keeps by itself; memory counts from what the libraries have taken already."""
    try:
        import resource
    except ImportError:  # Windows
        return
    memory = _address_space() + memory_mb * MEGABYTE
    limits = {
        "RLIMIT_AS": memory if sys.platform == "linux" else resource.RLIM_INFINITY,
        "RLIMIT_DATA": memory
        if sys.platform == "linux"
        else resource.RLIM_INFINITY,  # not what a judge had for its own
        "RLIMIT_CPU": CPU_SECONDS,
        "RLIMIT_FSIZE": file_mb * MEGABYTE,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in limits.items():
        with suppress(AttributeError, ValueError, OSError):  # unknown here, or below what is set already
            resource.setrlimit(getattr(resource, name), (value, value))


def _address_space() -> int:
    """Bytes of address space in use; /proc/self/statm counts pages."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 8 * 2**30


def landlock_works() -> bool:
    """Tell whether sandlock is installed and the kernel has a Landlock that is new enough for it."""
    try:
        import sandlock

        return bool(sandlock.landlock_abi_version() >= sandlock.min_landlock_abi())
    except (ImportError, OSError, AttributeError):  # absent, or a damaged installation
        return False


def load_tools() -> None:
    """Import the tools of confinement while files can still be read; what is missing shows in the self-test."""
    search = ctypes.util.find_library
    names = {"seccomp": "libseccomp.so.2"}  # the C library is loaded already, under no name
    ctypes.util.find_library = names.get  # type: ignore[assignment]  # the real one would run ldconfig, which a bare namespace lacks
    try:
        with suppress(ImportError, OSError, RuntimeError):
            import pyseccomp  # noqa: F401
    finally:
        ctypes.util.find_library = search
    landlock_works()


def restrict_files(rules: Rules) -> None:
    """Allow reading the listed paths and writing the scratch folder, nothing else; no signals or sockets outwards."""
    import sandlock

    readable = [path for path in (*rules.readable, OWN_LIBRARIES) if Path(path).exists()]
    if OWN_LIBRARIES in readable:
        os.open(OWN_LIBRARIES, os.O_PATH)  # never closed: the rule holds as long as the kernel keeps this very file
    sandlock.confine(sandlock.Sandbox(fs_readable=readable, fs_writable=[rules.scratch, os.devnull]))


def drop_capabilities() -> None:
    """Give up what root may do beyond other users; there is nothing to give up for others."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3 of the interface, this process
    if ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError("the capabilities of this process cannot be dropped")


def filter_system_calls() -> None:
    """Let ALLOWED through, threads, and what a process does to itself; no new process, signal or limit for others."""
    import pyseccomp as seccomp

    rules, own = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS)), os.getpid()
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in ALLOWED:
        _add(rules, seccomp.ALLOW, name)
    for name in REFUSED:
        _add(rules, refuse, name)
    for name in WITHOUT:
        _add(rules, seccomp.ERRNO(errno.ENOTSUP), name)
    _allow_pipes_and_pairs(rules)
    _add(rules, seccomp.ALLOW, "fallocate", seccomp.Arg(1, seccomp.EQ, 0))
    _add(rules, seccomp.ERRNO(errno.ENOTSUP), "fallocate", seccomp.Arg(1, seccomp.NE, 0))  # room beyond a file's end
    thread = (0, seccomp.MASKED_EQ, CLONE_THREAD)
    _add(rules, seccomp.ALLOW, "clone", seccomp.Arg(*thread, CLONE_THREAD))  # clone3, unlisted, falls back to this
    _add(rules, refuse, "clone", seccomp.Arg(*thread, 0))
    for name in ("kill", "tgkill"):
        _add(rules, seccomp.ALLOW, name, seccomp.Arg(0, seccomp.EQ, own))
        _add(rules, refuse, name, seccomp.Arg(0, seccomp.NE, own))
    for name, (place, commands) in COMMANDS.items():
        for command in commands.values():
            _add(rules, seccomp.ALLOW, name, seccomp.Arg(place, seccomp.MASKED_EQ, 0xFFFFFFFF, command))
    for itself in (0, own):
        _add(rules, seccomp.ALLOW, "sched_setaffinity", seccomp.Arg(0, seccomp.EQ, itself))
        reads = seccomp.Arg(2, seccomp.EQ, 0)  # no new limits
        _add(rules, seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, itself), reads)
    _add(rules, refuse, "prlimit64", seccomp.Arg(2, seccomp.NE, 0))
    rules.load()


def _allow_pipes_and_pairs(rules: Any) -> None:
    """Allow named pipes, and streams between two ends in this process; nothing is sent to an address."""
    import pyseccomp as seccomp

    for name, mode in (("mknod", 1), ("mknodat", 2)):
        _add(rules, seccomp.ALLOW, name, seccomp.Arg(mode, seccomp.MASKED_EQ, S_IFMT, stat.S_IFIFO))
    stream = seccomp.Arg(1, seccomp.MASKED_EQ, 0xF, socket.SOCK_STREAM)
    _add(rules, seccomp.ALLOW, "socketpair", seccomp.Arg(0, seccomp.EQ, socket.AF_UNIX), stream)
    _add(rules, seccomp.ERRNO(errno.EPERM), "socketpair", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
    _add(rules, seccomp.ALLOW, "sendto", seccomp.Arg(4, seccomp.EQ, 0))


def _add(rules: Any, action: int, name: str, *arguments: Any) -> None:
    with suppress(RuntimeError, ValueError, OSError):  # a call that this architecture or libseccomp does not know
        rules.add_rule(action, name, *arguments)


def refused(error: BaseException, scratch: str) -> bool:
    """Tell whether a confined process ended with an error that the confinement gave it, itself or as its reason."""
    seen: list[BaseException] = []
    while error not in seen and len(seen) < MOST_REASONS:
        if isinstance(error, OSError) and (error.errno in REFUSALS or _is_hidden(error, scratch)):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__ or error
    return False


def _is_hidden(error: OSError, scratch: str) -> bool:
    """Tell whether a file seems not to be there since it lies outside of what a worker can see."""
    name = error.filename
    return error.errno == errno.ENOENT and isinstance(name, str) and name.startswith("/") and scratch not in name


def self_test(level: str, forbidden: Sequence[str]) -> str:
    """Try in a confined process what must not work; gives what worked nevertheless, or an empty text."""
    if level == "process":
        return ""
    attempts: list[tuple[str, Callable[[], object]]] = [(f"read {path}", partial(_read, path)) for path in forbidden]
    attempts += [("open a socket", socket.socket), ("start a process", _fork), ("signal its parent", _signal_parent)]
    return ", ".join(name for name, attempt in attempts if _succeeds(attempt))


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _read(path: str) -> None:
    """Open a file or a folder; a pipe or a device is not waited for."""
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)
