"""Start processes and threads where the system may have no more for the moment, since somebody else holds too many."""

import errno
import re
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S, PAUSE_S = 15.0, 0.05
T = TypeVar("T")


class Shortage(BlockingIOError):
    """The system starts no more processes or threads, although it was asked for some time: a fault of the machine."""

    def __init__(self, text: str = "the system starts no more processes or threads") -> None:
        super().__init__(errno.EAGAIN, text)

    def __str__(self) -> str:
        """Return the text alone."""
        return str(self.strerror)


def patiently(start: Callable[[], T], seconds: float = PATIENCE_S) -> T:
    """Call what starts a process or a thread, and repeat it while there are none to be had; Shortage after some seconds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return start()
        except (BlockingIOError, RuntimeError) as error:
            if not is_shortage(error):
                raise
            if time.monotonic() >= deadline:
                raise error if isinstance(error, Shortage) else Shortage() from error
        time.sleep(PAUSE_S)


def is_shortage(error: BaseException) -> bool:
    """Tell whether an error says that no process or thread could be started.

    >>> is_shortage(RuntimeError("can't start new thread")), is_shortage(RuntimeError("no"))
    (True, False)
    """
    if isinstance(error, RuntimeError):
        return re.search(r"start (new|watchdog) thread", str(error)) is not None
    return isinstance(error, BlockingIOError) and error.errno == errno.EAGAIN
