"""What a release holds, and where each file of it comes from. What must stay hidden is never read here.

Only kinds of files that are known are taken, so that a forgotten file beside the sources does not travel along.
"""

from dataclasses import replace
from pathlib import Path

from reelgrade.course.stubs import make_stubs
from reelgrade.errors import UserError
from reelgrade.release.manifest import NAME, VERSION, of_course, sha256
from reelgrade.release.notebooks import student_notebooks
from reelgrade.release.project import student_project

ENGINE = (".py", ".j2", ".css", ".js", ".json", ".md", ".yml", ".txt")
AUTOGRADER = ("conftest.py", "test_*.py", "*.toml")
DATASETS = ("*.csv", "README.md")
PLAIN = ("LICENSE", "constraints.txt")
TEMPLATES = {"README.md": "README.md", "AGENTS.md": "AGENTS.md", "gitignore.txt": ".gitignore"}
WORKFLOWS = ("check.yml",)
"""Those meant for students; others in the folder are the course's."""


def contents(course: Path, version: str | None = None) -> dict[str, bytes]:
    """Gather the files of the students' repository by path; UserError where the course is incomplete."""
    if not (course / "solutions").is_dir():
        raise UserError(
            f"{course}: no solutions/ in it, so this is no course to release; run this in the course folder"
        )
    if version is not None and not VERSION.fullmatch(version):
        raise UserError(f"--version {version}: use letters, digits, dots and dashes, such as 2026.1")
    files = {**_code(course), **_shared(course)}
    files |= {f"notebooks/{name}": data for name, data in student_notebooks(course).items()}
    files["pyproject.toml"] = student_project((course / "pyproject.toml").read_text(encoding="utf-8"), set(files))
    manifest = replace(of_course(course, version), files={path: sha256(data) for path, data in files.items()})
    return files | {NAME: manifest.written()}


def _code(course: Path) -> dict[str, bytes]:
    """Give the stubs, twice since `reset` needs untouched ones, the suites, and the engine."""
    stubs = {name: text.encode() for name, text in make_stubs(course / "solutions").items()}
    autograder = course / "autograder"
    engine = [path for path in (autograder / "reelgrade").rglob("*") if path.suffix in ENGINE and path.is_file()]
    return {
        **{f"exercises/{name}": data for name, data in stubs.items()},
        **{f"autograder/stubs/{name}": data for name, data in stubs.items()},
        **_read(course, autograder, AUTOGRADER),
        **{path.relative_to(course).as_posix(): path.read_bytes() for path in engine},
    }


def _shared(course: Path) -> dict[str, bytes]:
    here = Path(__file__).parent
    workflows = [here / "workflows" / name for name in WORKFLOWS]
    return {
        **_read(course, course / "datasets", DATASETS),
        **_read(course, course, PLAIN),
        **{name: (here / "template" / source).read_bytes() for source, name in TEMPLATES.items()},
        **{f".github/workflows/{path.name}": path.read_bytes() for path in workflows if path.is_file()},
    }


def _read(course: Path, folder: Path, patterns: tuple[str, ...]) -> dict[str, bytes]:
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return {path.relative_to(course).as_posix(): path.read_bytes() for path in found}
