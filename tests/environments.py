"""Virtual environments for tests, made of links to what is installed: fast, without a network, and without chosen packages."""

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement


def linked_environment(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """Make an environment that sees every installed package but some; gives its Python. Not for the sandbox."""
    python, packages = _empty(folder)
    hidden = {file.parts[0] for name in without for file in distribution(name).files or ()}
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if path.name not in hidden and path.name != "__pycache__":
            (packages / path.name).symlink_to(path)
    return python


def copied_environment(folder: Path, roots: tuple[str, ...]) -> Path:
    """Make an environment of its own with packages and what they need, by hard links where the disk allows it.

    Roots are requirements such as `reelgrade[grading]`; the course itself, installed for editing, is left out.
    """
    python, packages = _empty(folder)
    here = Path(sysconfig.get_path("purelib"))
    for name in _closure(roots):
        for file in distribution(name).files or ():
            if ".." not in file.parts and (here / file).is_file():
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                _link(here / file, packages / file)
    return python


def _empty(folder: Path) -> tuple[Path, Path]:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    return folder / "bin" / "python", next((folder / "lib").glob("python*/site-packages"))


def _link(source: Path, target: Path) -> None:
    if target.exists():  # two spellings of one package
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _closure(roots: tuple[str, ...]) -> set[str]:
    """Give the names of all packages that the roots need, themselves included, the course excluded."""
    found, todo = set(), [Requirement(root) for root in roots]
    seen = set()
    while todo:
        one = todo.pop()
        for extra in (one.extras or set()) | {""}:
            if (one.name, extra) in seen:
                continue
            seen.add((one.name, extra))
            found.add(one.name)
            needed = map(Requirement, distribution(one.name).requires or ())
            todo += [need for need in needed if need.marker is None or need.marker.evaluate({"extra": extra})]
    return found - {"reelgrade"}
