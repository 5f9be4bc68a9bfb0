"""Find the course folder, the data and the submission that a command works on."""

import os
from dataclasses import dataclass
from pathlib import Path

from reelgrade.errors import UserError

EXERCISES = (
    "data",
    "tokenization",
    "vocab",
    "batching",
    "simple_nn",
    "training",
    "metrics",
    "tinybert",
    "finetuning",
    "comparison",
    "extensions",
)
"""The modules of a submission, in the order of the course."""

NOTEBOOKS: dict[str, tuple[str, ...]] = {
    "00_overview": (),
    "01_data": ("data",),
    "02_tokenization": ("tokenization",),
    "03_vocab": ("vocab",),
    "04_batching": ("batching",),
    "05_simple_nn": ("simple_nn",),
    "06_training": ("training", "metrics"),
    "07_tinybert": ("tinybert",),
    "08_finetuning": ("finetuning",),
    "09_comparison": ("comparison",),
    "10_extensions": ("extensions",),
    "99_lab_notes": (),
}
"""The notebooks of the course, and the exercises that each of them holds."""


@dataclass(frozen=True)
class Splits:
    """The two files of a data folder."""

    train: Path
    test: Path


def course_folder() -> Path:
    """Find the course: the nearest folder with `exercises` and `datasets`, from here upwards.

    Outside of any, the course that this package was installed from in editable mode.
    """
    here = Path.cwd()
    installed_from = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents, installed_from):
        if (folder / "exercises").is_dir() and (folder / "datasets").is_dir():
            return folder
    raise UserError(f"{here} is not in a course folder (one with exercises/ and datasets/); change to yours first")


def public_course() -> Path:
    """Find the folder with `autograder` and `datasets` to work with: the course, else what the installed package carries.

    The latter holds what students may see: visible suites, their tables, the public data.
    """
    packaged = Path(__file__).resolve().parents[1] / "course_data"
    try:
        course = course_folder()
    except UserError:
        if not (packaged / "autograder" / "exercises.toml").is_file():
            raise
        return packaged
    return course if (course / "autograder" / "exercises.toml").is_file() or not packaged.is_dir() else packaged


def data_splits(folder: Path | None = None) -> Splits:
    """Find the training and the test file: `*_train.csv` and `*_test.csv`.

    Looks in `folder`, else in `REELGRADE_DATA`, else in the course's own `datasets`, or the package's. Raises
    UserError where the folder is missing or has not exactly one of each.
    """
    if folder is None:
        named = os.environ.get("REELGRADE_DATA")
        folder = Path(named) if named else public_course() / "datasets"
    if not folder.is_dir():
        raise UserError(f"{folder}: no such data folder; name one with *_train.csv and *_test.csv in it")
    return Splits(_only_file(folder, "*_train.csv"), _only_file(folder, "*_test.csv"))


def _only_file(folder: Path, pattern: str) -> Path:
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise UserError(f"{folder}: needs exactly one file {pattern}, found {names}")
    return found[0]


def submission_folder(folder: Path | None = None) -> Path:
    """Give the folder of exercise modules: the one named, else `solutions` where present, else `exercises`."""
    if folder is not None:
        return checked_submission(folder)
    course = course_folder()
    return checked_submission(course / ("solutions" if (course / "solutions").is_dir() else "exercises"))


def checked_submission(folder: Path) -> Path:
    """Give the folder itself, absolute, if it holds an exercise; UserError where it is missing or empty."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such submission folder; name one with data.py, tokenization.py, ... in it")
    if not any((folder / f"{name}.py").is_file() for name in EXERCISES):
        raise UserError(f"{folder}: no exercise in it; it needs data.py, tokenization.py, ...")
    return folder.resolve()


def cache_folder() -> Path:
    """Give the user's cache folder for downloads; `REELGRADE_CACHE` overrides it."""
    import pooch

    return Path(os.environ.get("REELGRADE_CACHE") or pooch.os_cache("reelgrade"))
