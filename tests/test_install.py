"""It installs, and works where the machine is not like ours: no UTF-8, odd paths, a home that cannot be written, no fork."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from course_copies import REPOSITORY
from document_world import tracked_copy
from reelgrade.release.contents import contents
from reelgrade.release.zips import zip_bytes

PLACE = "Müllers Kurs, Übung 1"  # spaces, a comma, umlauts
PASSED = "12 of 100 points"
NO_FORK = """\
import os
for name in ("fork", "forkpty", "register_at_fork"):
    vars(os).pop(name, None)
"""


def run(cwd, *command, **environment):
    """Run something with the variables changed; None takes one away."""
    variables = {**os.environ, **environment}
    variables = {name: value for name, value in variables.items() if value is not None}
    return subprocess.run(list(map(str, command)), cwd=cwd, env=variables, capture_output=True, check=False)


def output(ended):
    return ended.stdout.decode("utf-8", "replace") + ended.stderr.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A clone, at a path with a space and umlauts, with the exercise on vocabularies solved."""
    folder = tracked_copy(tmp_path_factory.mktemp("odd") / PLACE)
    shutil.copy(REPOSITORY / "solutions" / "vocab.py", folder / "exercises")
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory, course):
    """A new environment with the course installed from a wheel; other packages come from the environment of the tests."""
    folder = tmp_path_factory.mktemp("env") / "environment"
    scratch = folder.parent
    shutil.copytree(course, scratch / "clone")  # the build writes beside what it builds
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    built = run(scratch, *pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", scratch, scratch / "clone")
    assert built.returncode == 0, output(built)
    (wheel,) = scratch.glob("reelgrade-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    options = ("--no-deps", "--no-index", "--ignore-installed")
    installed = run(scratch, *pip, "--python", folder, "install", *options, wheel)
    assert installed.returncode == 0, output(installed)
    return folder / "bin" / "python"


# The wheel


def test_a_wheel_holds_every_package_and_nothing_that_must_stay_hidden(python):
    (wheel,) = python.parents[2].glob("reelgrade-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = REPOSITORY / "autograder" / "reelgrade"
    wanted = {path.relative_to(package.parent).as_posix() for path in package.rglob("*.py")}
    assert wanted - names == set()
    assert [name for name in names if "hidden/" in name or "holdout" in name or "solutions" in name] == []


def test_an_installed_package_makes_a_course_that_works(python, tmp_path):
    where = run(tmp_path, python, "-c", "import reelgrade; print(reelgrade.__file__)")
    assert python.parents[1] in Path(where.stdout.decode().strip()).parents
    program = python.with_name("reelgrade")
    made = run(tmp_path, program, "new", "spring", "--from", REPOSITORY)
    assert made.returncode == 0, output(made)
    options = ("--exercise", "tokenization", "--isolation", "process", "--allow-unsandboxed")
    graded = run(tmp_path / "spring", program, "grade", "solutions", *options)
    assert "8 of 100 points" in output(graded)


@pytest.mark.part("slow")
def test_the_cell_for_hosted_notebooks_installs_from_the_release_alone(course, python, tmp_path):
    """The archive of a release is what pip takes, as `reelgrade @ ADDRESS`; the checks then work where there is no course."""
    files = {f"nlp-course/{path}": data for path, data in contents(course).items()}
    (tmp_path / "nlp-course.zip").write_bytes(zip_bytes(files))
    requirement = f"reelgrade @ {(tmp_path / 'nlp-course.zip').as_uri()}"
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--no-build-isolation"]
    installed = run(tmp_path, *pip, "--target", tmp_path / "packages", requirement)
    assert installed.returncode == 0, output(installed)
    (tmp_path / "elsewhere").mkdir()
    cell = "import reelgrade\nprint(reelgrade.__file__)\nreelgrade.check('tokenization', ['tokenize'], {})"
    checked = run(tmp_path / "elsewhere", sys.executable, "-c", cell, PYTHONPATH=str(tmp_path / "packages"))
    assert str(tmp_path / "packages") in output(checked)
    assert "tokenize is not there yet" in output(checked)


def test_the_document_names_every_extra():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(
        r"^\| `\.\[(\w+)\]`", (REPOSITORY / "docs" / "install.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(named) == set(project["optional-dependencies"])


# Machines that are not like ours


def no_fork(folder):
    """Give the variables of a Python without fork, as on Windows."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NO_FORK, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def plain_ascii():
    """Give the variables of a machine without UTF-8; Python would coerce the locale C unless told not to."""
    return {
        **{"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        **{"PYTHONIOENCODING": None, "COLUMNS": "120"},
    }


def read_only_home(folder):
    """Give a home in which nothing can be made: not even by root, for whom permissions do not count."""
    folder.write_text("", encoding="utf-8")
    gone = dict.fromkeys(("XDG_CACHE_HOME", "MPLCONFIGDIR", "HF_HOME", "REELGRADE_CACHE", "IPYTHONDIR"))
    return {**gone, "HOME": str(folder)}


ODD = {
    "no UTF-8": lambda folder: plain_ascii(),
    "a home that cannot be written": lambda folder: read_only_home(folder / "home"),
    "no fork": lambda folder: no_fork(folder / "site"),
}
ALL = "all of it at once"


@pytest.fixture(params=[ALL, *(pytest.param(name, marks=pytest.mark.part("slow")) for name in ODD)])
def machine(request, tmp_path):
    """The variables of an odd machine; all oddities at once are quicker than one by one, which tells them apart."""
    chosen = [make for name, make in ODD.items() if request.param in (ALL, name)]
    return {name: value for make in chosen for name, value in make(tmp_path).items()}


def test_a_student_is_checked_and_told_what_is_next(course, machine):
    checks = ("-p", "no:cacheprovider", "autograder/test_vocab.py")
    checked = run(course, sys.executable, "-m", "pytest", *checks, **machine)
    assert checked.returncode == 0, output(checked)
    assert PASSED in output(checked)
    told = run(course, sys.executable, "-m", "reelgrade", "next", **machine)
    assert told.returncode == 0, output(told)
    assert "next: fill load_reviews in exercises" in output(told)
    assert told.stderr == b""


def test_a_submission_is_graded(course, machine):
    options = ("--exercise", "vocab", "--isolation", "process", "--allow-unsandboxed")
    graded = run(course, sys.executable, "-m", "reelgrade", "grade", "exercises", *options, **machine)
    assert graded.returncode == 0, output(graded)
    assert PASSED in output(graded)
    assert ("███" in output(graded)) == (machine.get("LC_ALL") != "C")


def test_what_a_program_reads_is_utf_8_everywhere(course):
    options = ("--exercise", "tokenization", "--isolation", "process", "--allow-unsandboxed", "--format", "html")
    graded = run(course, sys.executable, "-m", "reelgrade", "grade", "exercises", *options, **plain_ascii())
    assert "·" in graded.stdout.decode("utf-8"), output(graded)


def test_a_submission_is_packed(course, machine, tmp_path):
    packed = run(course, sys.executable, "-m", "reelgrade", "pack", "--out", tmp_path / "übung.zip", **machine)
    assert packed.returncode == 0, output(packed)
    with zipfile.ZipFile(tmp_path / "übung.zip") as archive:
        assert archive.read("vocab.py") == (course / "exercises" / "vocab.py").read_bytes()


def test_a_release_has_the_same_bytes_everywhere(course, machine, released, tmp_path):
    built = run(course, sys.executable, "-m", "reelgrade", "release", "--out", tmp_path / "out", "--zip", **machine)
    assert built.returncode == 0, output(built)
    assert (tmp_path / "out.zip").read_bytes() == released


@pytest.fixture(scope="module")
def released(course, tmp_path_factory):
    """The archive of a release as this machine makes it."""
    out = tmp_path_factory.mktemp("released") / "out"
    built = run(course, sys.executable, "-m", "reelgrade", "release", "--out", out, "--zip")
    assert built.returncode == 0, output(built)
    return out.with_name("out.zip").read_bytes()


def test_the_machine_without_fork_has_none(course, tmp_path):
    code = "import os; from reelgrade.grading.grade import FORKS; print(hasattr(os, 'fork'), FORKS)"
    told = run(course, sys.executable, "-c", code, **no_fork(tmp_path / "site"))
    assert told.stdout.split() == [b"False", b"False"], output(told)
