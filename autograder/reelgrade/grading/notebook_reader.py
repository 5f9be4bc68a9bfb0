"""Read notebooks in a process of its own, which may take so much time and memory and no more.

Parsing and compiling are C code that nothing can interrupt, and Python has many ways to make much of little: nested
`finally` clauses, patterns with many names, constants that are folded. `extract` runs no student code, but whoever
reads notebooks of a class must not wait or fall for one of them.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from reelgrade.grading.notebook_plain import Json, plain
from reelgrade.grading.notebook_source import Extracted, extract
from reelgrade.grading.patience import patiently
from reelgrade.grading.sources.entries import Unusable

SECONDS, MEMORY = 20, 2**30
"""Of one notebook; the largest of the course takes a tenth of a second and 30 MB."""


class Reader:
    """The process, started when it is first needed and anew after it had to be ended."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def extract(self, notebook: bytes, holes: Iterable[str], **named: Any) -> Extracted:
        """Do what notebook_source.extract does; Unusable also where that takes too much."""
        found = self._answer_to("extract", notebook, holes=list(holes), **named)
        return Extracted(found["source"], tuple(found["skipped"]))

    def plain(self, notebook: bytes) -> Json:
        """Do what notebook_plain.plain does; Unusable also where that takes too much."""
        return self._answer_to("plain", notebook)

    def _answer_to(self, what: str, notebook: bytes, **named: Any) -> Json:
        order = json.dumps({"do": what, "bytes": len(notebook), "named": named}).encode() + b"\n"
        with self._lock:
            answer = self._ask(order + notebook)
        if not answer.endswith(b"\n"):
            raise Unusable(
                f"reading its code takes more than {self._seconds:g} s or {MEMORY // 2**30} GiB; write it more plainly"
            )
        found: Json = json.loads(answer)
        if "unusable" in found:
            raise Unusable(found["unusable"])
        return found

    def _ask(self, order: bytes) -> bytes:
        """Send an order and wait for the line that answers it; empty where the process ended."""
        process, late = self._started(), threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        ending = threading.Timer(self._seconds, end)
        patiently(ending.start)
        answer = b""
        try:
            with suppress(OSError):  # it has ended
                _pipe(process.stdin).write(order)
                _pipe(process.stdin).flush()
                answer = _pipe(process.stdout).readline()
        finally:
            ending.cancel()
            ending.join()  # or it might end the process while that reads the next notebook
            if late.is_set() or not answer.endswith(b"\n"):
                self.close()
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
            program = [sys.executable, "-P", "-m", __name__]  # -P: no modules from where the submissions lie
            self._process = patiently(
                lambda: subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=nothing, env=_environment())
            )
        return self._process

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not sent is of no use any more
                    _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _environment() -> dict[str, str]:
    """Let the process find this package wherever it was imported from, and nothing of the judge's own in its variables."""
    own = {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return own | {
        name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ
    }  # Windows starts nothing without


READER = Reader()
atexit.register(READER.close)


def _extracted(notebook: bytes, **named: Any) -> Json:
    found = extract(notebook, **named)
    return {"source": found.source, "skipped": found.skipped}


DOES: dict[str, Callable[..., Json]] = {"extract": _extracted, "plain": plain}


def main() -> None:
    """Answer orders from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks
    while line := sys.stdin.buffer.readline():
        order = json.loads(line)
        notebook = sys.stdin.buffer.read(order["bytes"])
        _limit()
        try:
            answer = DOES[order["do"]](notebook, **order["named"])
        except Unusable as error:
            answer = {"unusable": str(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _limit() -> None:
    """Bound memory, and the time until the next order, where the system can."""
    with suppress(ImportError, ValueError, OSError):  # Windows; or less was allowed before
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS, most))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
