"""Probes of what is installed: Python, the versions that were tested, and torch with its size."""

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelgrade.course.doctor.findings import OK, PROBLEM, WARNING, Finding, Where

if TYPE_CHECKING:
    from packaging.requirements import Requirement

OLDEST = (3, 11)
INSTALL = "in the course folder run: pip install -e . -c constraints.txt"
SMALL_TORCH = "https://download.pytorch.org/whl/cpu"
TORCH_SECONDS = 120
TORCH = """
import json, torch
build = torch.version
print(json.dumps({
    "version": torch.__version__, "cuda": build.cuda, "hip": build.hip, "gpu": torch.cuda.is_available(),
    "sum": float(torch.ones(3).sum()),
}))
"""
MOST_NAMED = 4


def python(where: Where) -> Finding:
    """Look at the version of Python."""
    found = f"Python {platform.python_version()} on {platform.system()}, {sys.executable}"
    if sys.version_info[:2] < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return Finding(PROBLEM, found, f"make a new environment with Python {oldest} or newer")
    return Finding(OK, found)


def versions(where: Where) -> Finding:
    """Compare what is installed with what the package needs, and with what the course was tested with."""
    needed = list(_needed())
    missing = [one.name for one in needed if _version(one.name) is None]
    if missing:
        return Finding(PROBLEM, f"not installed: {_listed(missing)}", INSTALL)
    unfit = [one for one in needed if not one.specifier.contains(_version(one.name) or "", prereleases=True)]
    if unfit:
        pairs = [f"{one.name} {_version(one.name)} (needs {one.specifier})" for one in unfit]
        return Finding(PROBLEM, f"of a version that does not fit: {_listed(pairs)}", INSTALL)
    return _compared(where)


def _compared(where: Where) -> Finding:
    table = where.course / "constraints.txt" if where.course else None
    if table is None or not table.is_file():
        return Finding(WARNING, "there is no constraints.txt to compare versions with", "run this in a course folder")
    tested = _tested(table.read_text(encoding="utf-8"))
    present = {name: found for name in tested if (found := _version(name)) is not None}
    other = [f"{name} {found} (tested {tested[name]})" for name, found in present.items() if found != tested[name]]
    if other:
        return Finding(WARNING, f"not as tested: {_listed(other)}", INSTALL)
    return Finding(OK, f"{len(present)} packages, all as in constraints.txt")


def _needed() -> "Iterator[Requirement]":
    """Give what the package itself needs here, extras left out."""
    from packaging.requirements import Requirement

    for line in requires("reelgrade") or ():
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield one


def _version(name: str) -> str | None:
    """Give the version of a package without its local part: `2.13.0+cpu` is 2.13.0."""
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return None


def _tested(text: str) -> dict[str, str]:
    r"""Read a table of constraints.

    >>> _tested("torch==2.13.0\n# a remark\n")
    {'torch': '2.13.0'}
    """
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {name: found for name, equals, found in (line.partition("==") for line in lines) if equals}


def _listed(found: list[str]) -> str:
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more


def torch(where: Where) -> Finding:
    """Import torch in a process of its own and add something up: a broken build may not even raise an error."""
    if find_spec("torch") is None:
        return Finding(PROBLEM, "torch is not installed", INSTALL)
    repair = f"reinstall it: {_reinstall()}"
    command = [sys.executable, "-P", "-c", TORCH]  # -P: not a torch.py that lies here
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=TORCH_SECONDS, errors="replace")
    except subprocess.TimeoutExpired:
        return Finding(PROBLEM, f"torch cannot be imported within {TORCH_SECONDS} s", repair)
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines()[-1:] or [f"its process ended with status {ended.returncode}"]
        return Finding(PROBLEM, f"torch cannot be used: {said[0][:200]}", repair)
    if not ended.stdout:
        return Finding(PROBLEM, "torch cannot be used: it ends the process that imports it", repair)
    return _judged(json.loads(ended.stdout.splitlines()[-1]))


def _judged(build: dict[str, Any]) -> Finding:
    maker = f"CUDA {build['cuda']}" if build["cuda"] else f"ROCm {build['hip']}" if build["hip"] else "CPU"
    found = f"torch {build['version']}, built for {maker}, {_size_on_disk() / 1e9:.1f} GB on disk"
    if maker != "CPU" and not build["gpu"]:
        return Finding(WARNING, f"{found}, and there is no GPU that it can use", f"to save the space: {_reinstall()}")
    return Finding(OK, found)


def _reinstall() -> str:
    found = _version("torch")
    return f"pip install --force-reinstall torch{f'=={found}' if found else ''} --index-url {SMALL_TORCH}"


def _size_on_disk() -> int:
    """Add up the files of torch, and of the packages that bring its CUDA libraries."""
    names = ["torch", *(name for name in _tree("torch") if name.startswith(("nvidia-", "triton", "cuda-")))]
    return sum(_size(name) for name in names if _version(name) is not None)


def _tree(name: str) -> list[str]:
    from packaging.requirements import Requirement

    return [Requirement(line).name for line in requires(name) or ()]


def _size(name: str) -> int:
    paths = (Path(str(file.locate())) for file in distribution(name).files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())
