"""Call git on repositories of students: bounded in time and size, without hooks, settings or questions.

A fork is cloned bare, so that no file of it is checked out, filtered or run. What is taken of it is in `forks.py`.
"""

import base64
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reelgrade.grading.printable import printable

CLONE_SECONDS, LOOK_SECONDS = 300, 60
MOST_BYTES = 64 * 2**20
"""The largest file that git may write: the pack of a clone, or an archive. No archive larger than this is graded."""

MOST_COMMITS = 20_000
TOKEN = "REELGRADE_FORKS_TOKEN"
HOST = "https://github.com/"
POINTER = "version https://git-lfs.github.com/spec/"
PLAIN_ATTRIBUTES = "* !export-ignore !export-subst -text -ident !filter !working-tree-encoding\n"


class CloneError(Exception):
    """A fork cannot be collected; the message says why, fit to be shown."""


def without_secrets(text: str) -> str:
    """Return a text whose addresses have lost what may be a password or a token in them.

    >>> without_secrets("no https://me:secret@example.org/a.git?token=secret there")
    'no https://example.org/a.git there'
    """
    return re.sub(r"(://)(?:[^/\s]*@)?([^\s?#'\"]*)(?:[?#][^\s'\"]*)?", r"\1\2", text)


@dataclass(frozen=True)
class Commit:
    """A commit and its committer's date."""

    name: str
    date: datetime


def clone(address: str, folder: Path) -> Path:
    """Clone the default branch of a repository, bare; CloneError where it cannot be had whole."""
    _git("clone", "--quiet", "--bare", "--single-branch", "--no-tags", "--template=", "--", address, str(folder))
    (folder / "info").mkdir(exist_ok=True)
    (folder / "info" / "attributes").write_text(PLAIN_ATTRIBUTES, encoding="utf-8")  # above those of the student
    return folder


def history(folder: Path) -> list[Commit]:
    """List the commits of the default branch, newest first, merged branches left out."""
    try:
        _git("rev-parse", "--verify", "--quiet", "HEAD^{commit}", folder=folder)
    except CloneError:
        raise CloneError("it is empty, or has no default branch; ask for a push to it") from None
    options = ("--first-parent", f"--max-count={MOST_COMMITS}", "--format=%H %ct")
    lines = _git("rev-list", "--no-commit-header", *options, "HEAD", folder=folder).splitlines()
    return [Commit(name, _date(seconds)) for name, _, seconds in (line.partition(" ") for line in lines)]


def _date(seconds: str) -> datetime:
    """Return a committer's date. Git allows years that Python does not, and takes a missing date for 1970, as is done here."""
    number = int(seconds) if re.fullmatch(r"-?\d{1,20}", seconds) else 0
    return datetime.fromtimestamp(min(max(number, 0), 2**33), UTC)


def pointers(folder: Path, commit: str) -> str:
    """Name the first exercise or notebook of a commit that is a pointer to another storage; nothing, if none is."""
    try:
        found = _git(
            "grep", "-I", "--files-with-matches", "-e", f"^{POINTER}", commit, "--", "*.py", "*.ipynb", folder=folder
        )
    except CloneError:
        return ""  # git's way to say that nothing matches
    return printable(found.splitlines()[0].partition(":")[2], 100)


def archive(folder: Path, commit: str, target: Path) -> None:
    """Write the files of a commit as a tar, whatever the student's attributes say about it."""
    _git("archive", "--format=tar", f"--output={target.absolute()}", commit, folder=folder)


def _git(*arguments: str, folder: Path | None = None) -> str:
    """Run git and give what it prints; CloneError with its last words, or what stopped it."""
    place = [f"--git-dir={folder}"] if folder else []
    safe = ("-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "core.fsmonitor=false")
    seconds = CLONE_SECONDS if folder is None else LOOK_SECONDS
    try:
        process = subprocess.Popen(
            ["git", *safe, *place, *arguments],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            preexec_fn=_limit if sys.platform != "win32" else None,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise CloneError("git is not installed; install it") from error
    try:
        said, problems = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise CloneError(f"git took more than {seconds} s; try again, or ask for a smaller repository") from error
    finally:
        _end(process)
    if process.returncode != 0:
        raise CloneError(_reason(problems))
    return said


def _end(process: subprocess.Popen[str]) -> None:
    """End git and the programs that it has started, such as those that talk to the other machine."""
    with suppress(ProcessLookupError):  # all have ended
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _limit() -> None:
    """Bound what the process can write; ignoring the signal lets git say what happened."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))


def _reason(said: str) -> str:
    r"""Give git's own reason, and what to do.

    >>> _reason("Cloning into 'x'...\nfatal: repository 'x' does not exist\n")
    "git says: repository 'x' does not exist; look at the address and at who may read it"
    """
    if "File too large" in said:
        return f"it is larger than {MOST_BYTES // 2**20} MiB; ask for a repository without data and environments"
    lines = (
        [line for line in said.splitlines() if re.match(r"(fatal|error): ", line)] or said.splitlines() or ["nothing"]
    )
    words = re.sub(r"^(fatal|error): ", "", lines[0]).rstrip(".").replace("`", "'")
    return f"git says: {printable(without_secrets(words), 200)}; look at the address and at who may read it"


def _environment() -> dict[str, str]:
    """Give git's variables: no settings of this machine or user, no questions, only transports that fetch."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SSH_AUTH_SOCK") if name in os.environ}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "LC_ALL": "C"}
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_ATTR_NOSYSTEM": "1"}
    return {**kept, **quiet, **alone, "GIT_ALLOW_PROTOCOL": "https:ssh:file", "GIT_LFS_SKIP_SMUDGE": "1", **_token()}


def _token() -> dict[str, str]:
    """Let git read private forks on one host, if a token for them is there; it never stands in a command or a file."""
    token = os.environ.get(TOKEN)
    if not token:
        return {}
    secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{HOST}.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {secret}",
    }
