"""The judge's side of the sandbox: start a zygote at the strongest level that this machine offers, and its workers."""

import errno
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from reelgrade.grading.channel import Channel
from reelgrade.grading.confinement import SWITCHES, Rules
from reelgrade.grading.control import Control
from reelgrade.grading.limits import TRAINING, Limits
from reelgrade.grading.patience import Shortage, is_shortage
from reelgrade.grading.scratch import remove_tree
from reelgrade.grading.workers import SandboxError, Worker, describe

WORKPLACE = "reelgrade-"
HELLO_SECONDS, WARM_SECONDS, ORDER_SECONDS = 60.0, 300.0, 30.0
SYSTEM_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
SYSTEM_FILES = ("/dev/null", "/dev/urandom", "/usr/share/zoneinfo", "/etc/localtime", "/etc/mime.types")
SHORTAGE = (os.strerror(errno.EAGAIN), Shortage.__name__)
MOST_TRIED = 100  # files of one folder in the self-test
PREFIX_PARTS = ("bin", "lib", "lib64", "include", "pyvenv.cfg")  # never `share` or `etc`: others keep their files there


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
    remove_workplaces_of_the_dead()
    root = Path(tempfile.mkdtemp(prefix=WORKPLACE)).resolve()
    place = Workplace(root, root / "submission", root / "scratch", root / "private")
    life = FileLock(root / "lock")
    try:
        life.acquire()
        place.submission.mkdir()
        place.scratch.mkdir()
        place.marker.write_text("nobody reads this", encoding="utf-8")  # from here on the folder is a workplace
        yield place
    finally:
        life.release()
        if not remove_tree(root):
            logging.getLogger("reelgrade").warning("%s cannot be removed; look at what lies there", root)


def remove_workplaces_of_the_dead() -> bool:
    """Remove the workplaces of this user whose judges died without doing it: nobody holds their locks any more.

    Gives False where something stays.
    """
    if sys.platform == "win32":
        return True
    all_gone = True
    for root in Path(tempfile.gettempdir()).glob(f"{WORKPLACE}*"):
        with suppress(OSError, Timeout):
            if root.is_symlink() or root.stat().st_uid != os.getuid() or not (root / "private").is_file():
                continue
            with FileLock(root / "lock", timeout=0):
                all_gone &= remove_tree(root)
    return all_gone


def readable_paths(course: Path) -> list[str]:
    """List what student code may read: the interpreter, the libraries, this package, and the public data."""
    package = Path(__file__).resolve().parents[1]
    prefixes = (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    python = [str(Path(prefix, part)) for prefix in prefixes for part in PREFIX_PARTS]
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    time_zones = (sysconfig.get_config_var("TZPATH") or "").split(os.pathsep)  # in `share` of some prefixes
    paths = [*python, *libraries, *time_zones, str(package), str(course / "datasets"), *SYSTEM_FOLDERS, *SYSTEM_FILES]
    return [path for path in dict.fromkeys(paths) if path and Path(path).exists()]


def check_secrets(readable: list[str], secrets: Iterable[Path]) -> None:
    """Raise SandboxError where something that must stay hidden lies within what student code may read."""
    for secret in secrets:
        for path in readable:
            if secret.exists() and secret.resolve().is_relative_to(Path(path).resolve()):
                raise SandboxError(f"{secret} lies in {path}, which student code may read; move it elsewhere")


def _to_try(secret: Path, lent: list[Path]) -> list[str]:
    """List what the self-test tries to open of a secret: itself, or where it is around a folder that is lent, what lies in it."""

    def is_around(path: Path) -> bool:
        return any(one.is_relative_to(path) for one in lent)

    paths = secret.iterdir() if is_around(secret) else [secret]
    return [str(path) for path in islice(paths, MOST_TRIED) if not path.is_symlink() and not is_around(path)]


class Zygote:
    """A started zygote; its answers are heard when they are needed, in the order of the orders."""

    def __init__(
        self,
        level: str,
        course: Path,
        place: Workplace,
        limits: Limits,
        libraries: Collection[str] = (),
        secrets: Iterable[str] = (),
    ) -> None:
        self.level, self.place, self.limits = level, place, limits
        self._readable, self._data = readable_paths(course), str(course / "datasets")
        self._due: deque[Callable[[dict[str, Any]], None]] = deque()  # what to do with the answers to come
        self._spare: Worker | None = None
        self._alive: set[Worker] = set()  # the spare included
        if level == "bwrap" and shutil.which("bwrap") is None:
            raise SandboxError("bubblewrap is not installed")
        known = [path for name in secrets if (path := Path(name).resolve()).exists()]
        check_secrets(self._readable, [course, place.root, *known])
        lent = [Path(path).resolve() for path in self._readable] + [place.root]
        self._forbidden = [str(place.marker), *(path for secret in known for path in _to_try(secret, lent))]
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
            self._log.close()
            if is_shortage(error):
                raise Shortage from error
            raise SandboxError(f"{command[0]}: {error}") from error
        finally:
            theirs.close()
        try:
            self._greet(libraries)
        except BaseException:
            self.close()
            raise

    def _greet(self, libraries: Collection[str]) -> None:
        """Send the settings and hear what a confined process could do there; nothing, if the level is to count."""
        settings = {
            "rules": asdict(self._rules(self.place.scratch)),
            "level": self.level,
            "libraries": sorted(libraries),
        }
        self._say({**settings, "forbidden": self._forbidden})
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
        return Rules(readable, str(scratch), self.limits.memory_mb, self.limits.checkpoints_mb, self._data)

    def fork(self, exercise: str) -> Worker:
        """Give a worker that is confined and waits for its module; the next one is then made in the background."""
        self.wait_until_warm()
        worker = self._spare or self._order_worker()
        while not worker.pid:
            self._hear_one()
        self._spare = self._order_worker()
        worker.most_mb = self.limits.scratch_of(exercise)
        if exercise not in TRAINING:
            self._say({"do": "limit", "pid": worker.pid, "file_mb": self.limits.file_mb})
        return worker

    def _order_worker(self) -> Worker:
        scratch = Path(tempfile.mkdtemp(dir=self.place.scratch))
        ours, theirs = socket.socketpair()
        worker = Worker(self, Channel(ours), scratch, self.limits)
        self._alive.add(worker)
        with theirs:
            self._say({"do": "fork", "rules": asdict(self._rules(scratch))}, [theirs.fileno()])

        def hear(answer: dict[str, Any]) -> None:
            worker.pid = answer["pid"]
            if answer["shown"]:
                worker.show(self._control.take_descriptor())

        self._due.append(hear)
        return worker

    def end(self, worker: Worker, gone: bool) -> str:
        """Kill a worker with all that belongs to it; says how one that is `gone` has ended by itself."""
        ended: list[int | None] = []

        def hear(answer: dict[str, Any]) -> None:
            ended.append(answer["status"])
            worker.kill()
            self._alive.discard(worker)
            remove_tree(worker.scratch)

        self._say({"do": "end", "pid": worker.pid, "gone": gone})
        self._due.append(hear)
        if not gone:
            return ""
        self.settle()
        return "" if ended[0] is None else describe(os.waitstatus_to_exitcode(ended[0]))

    def settle(self) -> None:
        """Hear all answers that are still to come: then every ended worker is gone, and so is its scratch folder."""
        while self._due:
            self._hear_one()

    def _hear_one(self) -> None:
        answer = self._hear(ORDER_SECONDS)
        self._due.popleft()(answer)

    def close(self) -> None:
        """Kill the zygote, and with it whatever it started."""
        for worker in self._alive:
            worker.channel.close()
        self._control.close()  # a zygote that reads on sees that the judge is gone, and ends its worker
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for worker in self._alive:
            worker.kill()
        self._log.close()

    def _say(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        try:
            self._control.say(message, descriptors)
        except OSError as error:
            raise self._death() from error

    def _hear(self, seconds: float) -> dict[str, Any]:
        try:
            return self._control.hear(seconds)
        except TimeoutError as error:
            raise SandboxError(f"the process that starts workers says nothing for {seconds:g} s") from error
        except (EOFError, OSError) as error:
            raise self._death() from error

    def _death(self) -> SandboxError | Shortage:
        """Describe by its last words why the zygote is gone; programs that it needs say the same of a shortage."""
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        text = lines[-1][:300] if lines else "the process that starts workers has ended without a word"
        return Shortage(text) if any(sign in text for sign in SHORTAGE) else SandboxError(text)


def environment(place: Workplace) -> dict[str, str]:
    """Give a zygote's variables: nothing of the judge's own, the course secret least of all."""
    ours = dict.fromkeys(("HOME", "TMPDIR"), str(place.scratch))
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HF_HUB_OFFLINE": "1", **SWITCHES, **ours}


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
