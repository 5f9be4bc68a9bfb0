"""Derive the students' pyproject.toml from the course's: the same package, without what only maintainers need."""

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from reelgrade.errors import UserError

NOT_FOR_STUDENTS = ("classes", "dev", "release")  # extras
TOOLS = ("ruff", "mypy")


def student_project(text: str, files: set[str]) -> bytes:
    """Write the pyproject.toml of a release that holds these files; UserError where the course's is another kind.

    Packages that are not in it are no longer named, and `pytest` alone runs the autograder.
    """
    project = tomlkit.parse(text)
    try:
        for extra in NOT_FOR_STUDENTS:
            _table(project, "project", "optional-dependencies").pop(extra, None)
        for tool in TOOLS:
            _table(project, "tool").pop(tool, None)
        _keep_packages(_table(project, "tool", "setuptools"), files)
        pytest = _table(project, "tool", "pytest", "ini_options")
    except KeyError as error:
        raise UserError(f"pyproject.toml has no table {error}; take the one that `reelgrade new` makes") from error
    pytest["testpaths"] = ["autograder"]
    pytest.pop("norecursedirs", None)
    return tomlkit.dumps(project).encode()


def _table(project: TOMLDocument, *names: str) -> Table:
    found = project
    for name in names:
        found = found[name]
    return found  # type: ignore[return-value]


def _keep_packages(setuptools: Table, files: set[str]) -> None:
    places = setuptools["package-dir"]
    packages = setuptools["packages"]
    for name in [str(name) for name in packages]:
        base = max((known for known in places if name == known or name.startswith(f"{known}.")), key=len)
        folder = places[base] + name.removeprefix(base).replace(".", "/")
        if not any(file.startswith(f"{folder}/") for file in files):
            packages.remove(name)
            setuptools["package-data"].pop(name, None)
