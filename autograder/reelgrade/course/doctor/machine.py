"""Probes of the machine: how far student code can be confined, texts, room on the disks, and rights to write."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from reelgrade.course.doctor.findings import OK, PROBLEM, WARNING, Finding, Where

MB = 2**20
TEMPORARY_MB = 600  # a worker that trains may fill 512, and grading stops where 64 are left
ROOM_MB = 200  # for reports and figures in the course folder


def sandbox(where: Where) -> Finding:
    """Start the sandbox at each level, the strongest first, until one holds; nothing is imported in there."""
    from reelgrade.grading.grade import FORKS
    from reelgrade.grading.limits import LIMITS
    from reelgrade.grading.provenance import RECORD_LEVELS
    from reelgrade.grading.sandbox import Zygote, make_workplace
    from reelgrade.grading.workers import SandboxError

    missing = [] if FORKS else ["only Linux has one"]
    for level in reversed(RECORD_LEVELS) if FORKS else ():
        try:
            with make_workplace() as place:
                Zygote(level, where.course or place.root / "nowhere", place, LIMITS).close()
            return Finding(OK, f"{level} {' '.join(f'({reason})' for reason in missing)}".strip())
        except SandboxError as error:
            missing.append(f"{level}: {error}")
    return Finding(
        WARNING,
        f"student code cannot be confined here: {'; '.join(missing)}",
        'only graders need it: pip install -e ".[grading]", on Linux with Landlock or bubblewrap',
    )


def fork(where: Where) -> Finding:
    """Look whether a warm process can be copied."""
    if sys.platform == "linux" and hasattr(os, "fork"):
        return Finding(OK, "available")
    slower = "each exercise gets a new process, which takes some seconds more"
    return Finding(WARNING, f"not safe on this system: {slower}", "nothing to do; grade classes on Linux")


def encoding(where: Where) -> Finding:
    """Look whether names of files and the terminal can hold every text; what the course writes is UTF-8 anyway."""
    out = getattr(sys.stdout, "encoding", None) or "none"
    found = f"UTF-8 mode {'on' if sys.flags.utf8_mode else 'off'}, files {sys.getfilesystemencoding()}, output {out}"
    if {_plain(sys.getfilesystemencoding()), _plain(out)} == {"utf8"}:
        return Finding(OK, found)
    return Finding(WARNING, f"{found}: some characters will be shown as ?", "set the variable PYTHONUTF8=1")


def _plain(name: str) -> str:
    return name.lower().replace("-", "")


def disk(where: Where) -> Finding:
    """Look how much room there is for temporary files, and for what is written into the course."""
    temporary, found = _temporary(), []
    for folder, least, remedy in (
        (temporary, TEMPORARY_MB, "set TMPDIR to a folder on a larger disk"),
        (where.course, ROOM_MB, "make room on this disk"),
    ):
        if folder is None:
            continue
        free = shutil.disk_usage(folder).free // MB
        if free < least:
            return Finding(PROBLEM, f"{folder}: only {free} MB are free, {least} are needed", remedy)
        found.append(f"{free / 1000:.1f} GB in {folder}")
    return Finding(OK, f"free: {', '.join(found)}")


def write_course(where: Where) -> Finding:
    """Try to write into the folder of the exercises."""
    if where.course is None:
        return Finding(OK, "no course folder, nothing to write")
    return _written(where.course / "exercises", PROBLEM, "copy the course to a folder of yours")


def write_temporary(where: Where) -> Finding:
    """Try to write where temporary files go."""
    folder, remedy = _temporary(), "set TMPDIR to a folder that you can write to"
    if folder is None:
        return Finding(PROBLEM, "there is no folder for temporary files that can be written", remedy)
    return _written(folder, PROBLEM, remedy)


def _temporary() -> Path | None:
    """Give the folder for temporary files; None where Python finds none."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return None


def write_cache(where: Where) -> Finding:
    """Try to write where downloads go; only `reelgrade fetch` needs to."""
    from huggingface_hub.constants import HF_HUB_CACHE

    from reelgrade.course.folders import cache_folder

    ours = _written(cache_folder(), WARNING, "only `fetch` needs it: set REELGRADE_CACHE to a folder of yours")
    if ours.level != OK:
        return ours
    hub = _written(Path(HF_HUB_CACHE), WARNING, "only `fetch` needs it: set HF_HOME to a folder of yours")
    return ours if hub.level == OK else hub


def _written(folder: Path, level: str, remedy: str) -> Finding:
    """Write and remove a file in a folder, or in the nearest one above that is there."""
    place = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        return Finding(level, f"{folder} cannot be written ({error.strerror})", remedy)
    return Finding(OK, str(folder))
