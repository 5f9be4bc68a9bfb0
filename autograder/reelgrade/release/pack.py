"""Make the archive that a student hands in, and show how a grader will take it: a receipt with hashes.

Only what the intake takes goes in, beside the record of the release that the work was made from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from reelgrade.course.files import output_folder
from reelgrade.errors import UserError
from reelgrade.grading.intake import MODULES, Intake, fetch, take
from reelgrade.grading.limits import LIMITS
from reelgrade.grading.notebook_intake import NOTEBOOK_PATHS, read_notebook
from reelgrade.grading.provenance import Notice
from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import Refused, Unusable, join
from reelgrade.grading.sources.survey import Survey
from reelgrade.grading.writers.words import notice_text
from reelgrade.release.manifest import NAME, of_course, read_manifest, sha256
from reelgrade.release.zips import zip_bytes


@dataclass(frozen=True)
class Packed:
    """An archive as a grader takes it, and what was left aside when it was made."""

    archive: Path
    sha256: str
    release: str
    intake: Intake
    left: tuple[Notice, ...]
    notebooks: tuple[str, ...] = ()


def pack(folder: Path, out: Path, course: Path) -> Packed:
    """Write the archive of a submission folder; UserError, and no archive, where a grader could not take it."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; name the one with your exercises or notebooks: --submission DIR")
    if out.is_dir():
        raise UserError(f"{out}: a folder is in the way; name another file with --out")
    manifest = (read_manifest(course) or of_course(course)).for_submission()
    with TemporaryDirectory() as scratch:
        left = _taken(folder, Path(scratch, "folder"), course).notices
        work = dict(_work(folder))
        data = zip_bytes({**work, NAME: manifest.written()})
        with output_folder(out.parent) as made:
            (made / out.name).write_bytes(data)
            intake = _taken(made / out.name, Path(scratch, "archive"), course)
    return Packed(
        out, sha256(data), manifest.version, intake, left, tuple(name for name in work if name.endswith(".ipynb"))
    )


def _taken(source: Path, into: Path, course: Path) -> Intake:
    into.mkdir()
    return take(source, into, course)


def _work(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files of a submission, by their bare names; what is refused was named by the intake before."""
    tree = Directory(folder)
    try:
        root = Survey(tree, (*MODULES, *NOTEBOOK_PATHS)).root
    except Unusable as error:
        raise UserError(f"{folder}: {error}") from error
    for path in (*MODULES, *NOTEBOOK_PATHS):
        where = join(root, path)
        if tree.kind(where):
            try:
                read = read_notebook if path in NOTEBOOK_PATHS else fetch
                yield path.rpartition("/")[2], read(tree, where)
            except Refused:
                continue


def _unrun(notebooks: tuple[str, ...]) -> list[str]:
    """Say what a grader will not run of the notebooks that were packed."""
    if not notebooks:
        return []
    return [
        f"{', '.join(notebooks)}: graded are your own cells above the last test cell, {LIMITS.cell_seconds:g} s each; not run "
        "are lines that begin with %, ! or ?, and given cells, but for what your code needs of them"
    ]


def receipt(packed: Packed) -> list[str]:
    """Write what was packed, with the hashes that prove it later."""
    lines = [f"{file.sha256}  {file.path}" for file in packed.intake.files]
    lines += [f"left aside: {notice_text(notice)}" for notice in packed.left]
    lines += [f"notice: {notice_text(notice)}" for notice in packed.intake.notices]
    lines += _unrun(packed.notebooks)
    number = len(packed.intake.files)
    return [
        f"{number} exercise{'s' * (number != 1)}, made from release {packed.release}; sha256 of each:",
        *lines,
        f"{packed.sha256}  {packed.archive.name}, keep this line as your receipt",
    ]
