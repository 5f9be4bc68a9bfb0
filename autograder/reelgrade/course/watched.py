"""Go on in a process that may die: another one waits for it, and tells how it ended by an exit status that means that."""

import atexit
import ctypes
import os
import signal
import sys
import time

FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
PATIENCE_S, TICK = 5.0, 0.1  # for what is left of a dead process to end
PR_SET_PDEATHSIG = 1


def watched(died: int) -> None:
    """Return in a new process, with everything as it is; the old one only waits, and ends with the status of the new one.

    Its status is `died`, and it says so, where the new one was killed or ended without an orderly exit: a process that is
    too large is killed by the system, and one that hangs in C ends itself with status 1. Linux only; elsewhere this does
    nothing.
    """
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        os.setpgid(0, 0)  # Ctrl-C reaches the waiting process, which forwards it once
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # it may write to the terminal all the same
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        atexit.register(os.write, writer, b"x")
        return
    os.close(writer)
    for name in FORWARDED:
        signal.signal(getattr(signal, name), lambda number, frame: os.kill(pid, number))
    _, status = os.waitpid(pid, 0)
    how = os.waitstatus_to_exitcode(status)
    if os.read(reader, 1):
        os._exit(how if how >= 0 else 128 - how)
    _clear_away()
    ended = f"was killed by signal {-how}" if how < 0 else f"ended with status {how}"
    print(
        f"reelgrade: the process that grades {ended}, so there is no report; grade again", file=sys.stderr, flush=True
    )
    os._exit(died)


def _clear_away() -> None:
    """Remove the folder of the dead process, once what it had started is gone."""
    from reelgrade.grading.sandbox import remove_workplaces_of_the_dead

    end = time.monotonic() + PATIENCE_S
    while not remove_workplaces_of_the_dead() and time.monotonic() < end:
        time.sleep(TICK)
