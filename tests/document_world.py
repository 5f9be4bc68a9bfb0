"""A small world in a temporary folder, in which the commands of a document run as a reader would run them.

Its own home, its own settings of git, pip and Jupyter; no network: packages come from the environment of the tests, and
https://github.com/YOU/course from a bare copy of this checkout.
"""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from textwrap import dedent

import warm
from documents import REPOSITORY

COURSE_URL = "https://github.com/YOU/course"
MODULES = ("dask", "mypy", "nbgrader", "pytest", "reelgrade", "ruff")
WARM = ("nbgrader", "pytest", "reelgrade")
SECONDS = 1800  # for `make demo` on a busy machine

# An environment made in this world sees the packages of the tests', with their programs, and builds with their setuptools.
PYTHON = f"""\
#!/bin/bash
"{sys.executable}" "$@" || exit
if [ "$1 $2" = "-m venv" ]; then
  cp "$(dirname "$0")"/cold/{{{",".join(MODULES)}}} "$3/bin"
  ln -sf "{Path(sys.executable).parent / "ruff"}" "$3/bin"
  cd "$3"/lib/python*/site-packages
  rm -rf setuptools* _distutils_hack distutils-precedence.pth
  echo "{sysconfig.get_path("purelib")}" > packages.pth
fi
"""
PROGRAM = """\
#!/bin/bash
exec "$(dirname "$0")/python" -m {module} "$@"
"""


def tracked_copy(target: Path) -> Path:
    """Copy what git knows or would take of this checkout, changes included, and commit it as one."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in names:
        if (REPOSITORY / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name)
    for step in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"]):
        subprocess.run(["git", *step], cwd=target, check=True)
    author = ["-c", "user.name=Course", "-c", "user.email=course@example.org"]
    subprocess.run(["git", *author, "commit", "--quiet", "--message", "The course"], cwd=target, check=True)
    return target


class World:
    """A home, a folder to work in, and a shell whose folder and variables last from block to block."""

    def __init__(self, folder: Path, course: Path) -> None:
        self.here, self._home, self._bin = folder / "here", folder / "home", folder / "bin"
        self._state, self._place, self.output = folder / "state.sh", folder / "place.txt", folder / "output.txt"
        for one in (self.here, self._home, self._bin, self._bin / "cold"):
            one.mkdir(parents=True)
        self._state.write_text("", encoding="utf-8")
        self._place.write_text(f"{self.here}\n", encoding="utf-8")
        self._put_programs()
        (self._home / ".gitconfig").write_text(
            f'[user]\nname = Reader\nemail = reader@example.org\n[url "file://{course}"]\ninsteadOf = {COURSE_URL}\n',
            encoding="utf-8",
        )
        self.environment = {
            "PATH": os.pathsep.join([str(self._bin), os.defpath, "/usr/local/bin", "/usr/sbin"]),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
            "COURSE": str(course),
            "OUTPUT": str(self.output),
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # which turns it off; pip reads this one the wrong way round
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def _put_programs(self) -> None:
        programs = {module: PROGRAM.format(module=module) for module in MODULES}
        programs = {f"cold/{name}": text for name, text in programs.items()} | programs
        programs |= {
            "python": PYTHON,
            "python3": PYTHON,
            "pip": "#!/bin/bash\necho 'no environment here' >&2\nexit 9\n",
        }
        for name, text in programs.items():
            (self._bin / name).write_text(text, encoding="utf-8")
            (self._bin / name).chmod(0o755)
        for module in WARM:
            warm.client(self._bin / module, module)

    def run(self, script: str, interrupt: str = "") -> tuple[int, str]:
        """Run a script up to its first failure; gives exit status and output. Ctrl-C when a condition holds."""
        frame = f"""\
            cd "$(cat '{self._place}')"; . '{self._state}'
            trap "export -p > '{self._state}'; pwd > '{self._place}'" EXIT
            set -e -o pipefail
            """
        with self.output.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                ["bash", "-c", dedent(frame) + script],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                if interrupt:
                    self._wait_for(interrupt, process)
                    os.killpg(process.pid, signal.SIGINT)
                status = process.wait(SECONDS)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return status, self.output.read_text(encoding="utf-8")

    def _wait_for(self, condition: str, process: "subprocess.Popen[bytes]") -> None:
        place = self._place.read_text(encoding="utf-8").strip()
        end = time.monotonic() + SECONDS
        while subprocess.run(["bash", "-c", condition], cwd=place, env=self.environment, check=False).returncode:
            assert process.poll() is None, f"it ended by itself: {self.output.read_text(encoding='utf-8')}"
            assert time.monotonic() < end, f"{condition} never came true"
            time.sleep(0.1)
