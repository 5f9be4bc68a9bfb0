"""The judge's side of the sandbox: start a zygote at the strongest level that this machine offers, and its workers."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from reelgrade.grading.channel import Channel
from reelgrade.grading.confinement import Rules
from reelgrade.grading.control import Control
from reelgrade.grading.limits import Limits
from reelgrade.grading.scratch import overfull, remove_tree

HELLO_SECONDS, WARM_SECONDS, ORDER_SECONDS = 60.0, 300.0, 30.0
SYSTEM_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
SYSTEM_FILES = ("/dev/null", "/dev/urandom", "/usr/share/zoneinfo", "/etc/localtime")


class SandboxError(Exception):
    """The sandbox cannot be set up, or its trusted part has died: a fault of the machine or of the grader."""


@dataclass(frozen=True)
class Workplace:
    """The judge's private folders: `submission` is read by student code, `scratch` written; `marker` must stay unread."""

    root: Path
    submission: Path
    scratch: Path
    marker: Path

    @contextmanager
    def emptied(self) -> Iterator[Path]:
        """Lend the submission folder, empty before and after."""
        try:
            yield self.submission
        finally:
            for path in self.submission.iterdir():
                path.unlink()


@contextmanager
def make_workplace() -> Iterator[Workplace]:
    """Make the folders of one grading; all of it is removed afterwards, whatever student code left there."""
    root = Path(tempfile.mkdtemp(prefix="reelgrade-")).resolve()
    place = Workplace(root, root / "submission", root / "scratch", root / "private")
    try:
        place.submission.mkdir()
        place.scratch.mkdir()
        place.marker.write_text("nobody reads this", encoding="utf-8")
        yield place
    finally:
        remove_tree(root)


def readable_paths(course: Path) -> list[str]:
    """List what student code may read: the interpreter, the libraries, this package, and the public data."""
    package = Path(__file__).resolve().parents[1]
    ours = [sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), str(package), str(course / "datasets")]
    paths = [*ours, *SYSTEM_FOLDERS, *SYSTEM_FILES]
    return [path for path in dict.fromkeys(paths) if Path(path).exists() and path != "/usr"]


def check_secrets(readable: list[str], secrets: list[Path]) -> None:
    """Raise SandboxError where something that must stay hidden lies within what student code may read."""
    for secret in secrets:
        for path in readable:
            if secret.exists() and secret.resolve().is_relative_to(Path(path).resolve()):
                raise SandboxError(f"{secret} lies in {path}, which student code may read; move the course elsewhere")


class WorkerSource(Protocol):
    """Starts workers, one at a time: a zygote, or where there is no fork a spawner."""

    level: str

    def wait_until_warm(self) -> None:
        """Return when a worker can be had at once."""

    def fork(self, path: Path, signatures: Mapping[str, list[str]]) -> "Worker":
        """Start a worker for one exercise module."""

    def end(self, gone: bool) -> str:
        """Kill the present worker; says how one that is `gone` has ended by itself."""

    def close(self) -> None:
        """End everything."""


class Zygote:
    """A started zygote; `fork` gives one worker at a time."""

    def __init__(self, level: str, course: Path, place: Workplace, limits: Limits, warm: bool = True) -> None:
        self.level, self.place, self.limits = level, place, limits
        self._readable = readable_paths(course)
        check_secrets(self._readable, [course / "solutions", course / "autograder" / "hidden", place.marker])
        ours, theirs = socket.socketpair()
        self._control = Control(ours)
        self._log = (place.root / "zygote.log").open("w+b")
        command = [sys.executable, "-I", "-m", "reelgrade.grading.zygote", str(theirs.fileno()), str(place.root)]
        try:
            self._process = subprocess.Popen(
                [*_wrapper(level, self._readable, place), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                pass_fds=[theirs.fileno()],
                cwd=place.scratch,
                env=environment(place),
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise SandboxError(f"{command[0]}: {error}") from error
        finally:
            theirs.close()
        try:
            self._greet(warm)
        except BaseException:
            self.close()
            raise

    def _greet(self, warm: bool) -> None:
        """Send the settings and hear what a confined process could do there; nothing, if the level is to count."""
        settings = {"rules": asdict(self._rules(self.place.scratch)), "level": self.level, "warm": warm}
        self._say({**settings, "forbidden": [str(self.place.marker)]})
        leaks = self._hear(HELLO_SECONDS)["leaks"]
        if leaks:
            raise SandboxError(f"a confined process could {leaks}")
        self._warm = False

    def wait_until_warm(self) -> None:
        """Wait for the imports; until then the caller can do its own."""
        if not self._warm:
            self._hear(WARM_SECONDS)
            self._warm = True

    def _rules(self, scratch: Path) -> Rules:
        readable = (*self._readable, str(self.place.submission))
        return Rules(readable, str(scratch), self.limits.memory_mb)

    def fork(self, path: Path, signatures: Mapping[str, list[str]]) -> "Worker":
        """Fork a worker for one exercise module, with a scratch folder of its own."""
        self.wait_until_warm()
        scratch = Path(tempfile.mkdtemp(dir=self.place.scratch))
        ours, theirs = socket.socketpair()
        order = {"do": "fork", "path": str(path), "signatures": signatures, "rules": asdict(self._rules(scratch))}
        with theirs:
            self._order(order, [theirs.fileno()])
        return Worker(self, Channel(ours), scratch, self.limits)

    def end(self, gone: bool) -> str:
        """Kill the worker with all that belongs to it; says how one that is `gone` has ended by itself."""
        status: int | None = self._order({"do": "end", "gone": gone})["status"]
        return "" if status is None else describe(os.waitstatus_to_exitcode(status))

    def close(self) -> None:
        """Kill the zygote, and with it whatever it started."""
        self._control.close()  # a zygote that reads on sees that the judge is gone, and ends its worker
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def _order(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        self._say(message, descriptors)
        return self._hear(ORDER_SECONDS)

    def _say(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        try:
            self._control.say(message, descriptors)
        except OSError as error:
            raise SandboxError(self._last_words()) from error

    def _hear(self, seconds: float) -> dict[str, Any]:
        try:
            return self._control.hear(seconds)[0]
        except TimeoutError as error:
            raise SandboxError(f"the process that starts workers says nothing for {seconds:g} s") from error
        except (EOFError, OSError) as error:
            raise SandboxError(self._last_words()) from error

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "the process that starts workers has ended without a word"


class Overfull(Exception):
    """The scratch folder holds more than it may."""


class Worker:
    """A worker as the judge sees it: a question, an answer, and its end."""

    def __init__(self, source: WorkerSource, channel: Channel, scratch: Path, limits: Limits) -> None:
        self._source, self._channel, self._scratch, self._limits = source, channel, scratch, limits
        self.alive = True

    def ask(self, request: bytes, deadline: float) -> bytes:
        """Exchange one frame for another; whatever this raises, the worker is good for nothing but `end`.

        TimeoutError when it is late, Overfull, EOFError or OSError when it is gone, WireError when it sends too much.
        """
        if self._channel.pending():
            raise EOFError("it spoke without being asked, or is gone")
        self._channel.send(request, deadline)
        answer = self._channel.receive(deadline, self._watch)
        self._watch()
        return answer

    def _watch(self) -> None:
        if overfull(self._scratch, self._limits.scratch_mb * 2**20, self._limits.scratch_files):
            raise Overfull

    def end(self, gone: bool = False) -> str:
        """Kill it, clear its scratch folder away, and say how it had ended before, if it is `gone`."""
        if not self.alive:
            return ""
        self.alive = False
        self._channel.close()
        how = self._source.end(gone)
        remove_tree(self._scratch)
        return how


def environment(place: Workplace) -> dict[str, str]:
    """Give a zygote's variables: nothing of the judge's own, the course secret least of all."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(place.scratch), "HF_HUB_OFFLINE": "1"}


def describe(status: int) -> str:
    """Say in words how a process ended; `status` is negative after a signal.

    >>> describe(-11), describe(3)
    ('was killed by signal 11 (Segmentation fault)', 'ended itself with status 3')
    """
    if status < 0:
        return f"was killed by signal {-status} ({signal.strsignal(-status) or 'unknown'})"
    return f"ended itself with status {status}"


def _wrapper(level: str, readable: list[str], place: Workplace) -> list[str]:
    """Give the bubblewrap command that a zygote of this level runs in."""
    if level != "bwrap":
        return []
    kinds = ((path, "--dev-bind" if path.startswith("/dev/") else "--ro-bind") for path in readable)
    bound = [argument for path, kind in kinds for argument in (kind, path, path)]
    return [
        shutil.which("bwrap") or "bwrap",
        *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *bound,
        *("--proc", "/proc", "--ro-bind", str(place.submission), str(place.submission)),
        *("--bind", str(place.scratch), str(place.scratch), "--remount-ro", "/", "--chdir", str(place.scratch), "--"),
    ]
