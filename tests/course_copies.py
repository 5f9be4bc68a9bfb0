"""Copies of this course for tests that change it."""

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = ("autograder", "datasets", "exercises", "solutions", "source_notebooks")
FILES = (
    "LICENSE",
    "README.md",
    "constraints.txt",
    "nbgrader_config.py",
    "pyproject.toml",
    "tests/alternatives.py",
    "tests/mutants.py",
)


def copy_course(target: Path) -> Path:
    """Copy what a release is built from, and what it is searched for."""
    for folder in FOLDERS:
        shutil.copytree(REPOSITORY / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / file, target / file)
    return target
