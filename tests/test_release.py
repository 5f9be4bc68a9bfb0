"""The students' repository: what is in it, that it works by itself, and that the same course gives the same bytes."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import venv
import zipfile

import pytest

from course_copies import REPOSITORY, copy_course
from nbgrader_course import Course, close_loop, done
from reelgrade.course.stubs import make_stubs
from reelgrade.course.submission import run_file
from reelgrade.errors import UserError
from reelgrade.release import zips
from reelgrade.release.build import build
from reelgrade.release.contents import WORKFLOWS
from reelgrade.release.leaks.search import files_in, find_leaks
from reelgrade.release.leaks.secrets import gather
from reelgrade.release.manifest import parse, sha256

ALTERNATIVES = run_file(REPOSITORY / "tests" / "alternatives.py")
SAMPLE = [f"autograder/test_{name}.py" for name in ("data", "vocab", "metrics", "extensions")]
SAMPLE_POINTS = "24 of 100 points, 20 of 20 bonus"
ALL = "100 of 100 points, 20 of 20 bonus"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A release with its archive, at a path with a space."""
    return build(REPOSITORY, tmp_path_factory.mktemp("for students") / "release", "2026.1", archived=True)


@pytest.fixture
def copy(built, tmp_path):
    """A release as a student unpacks it."""
    with zipfile.ZipFile(built.archive) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "release"


def run(cwd, *command, engine=None):
    """Run a module with the release's own engine, not the one of this checkout."""
    environment = {**os.environ, "PYTHONPATH": str((engine or cwd) / "autograder"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def scoreboard(ended):
    return [line for line in ended.stdout.splitlines() if re.search(r"[░█]{16}|\d of 100 points", line)]


# What is in it


def test_a_release_holds_what_students_need_and_nothing_that_must_stay_hidden(built):
    names = {name for name, _ in files_in(built.folder)}
    assert {"README.md", "AGENTS.md", "LICENSE", ".gitignore", "pyproject.toml", "constraints.txt"} <= names
    assert {"release.json", "datasets/movie_aspects_train.csv", "autograder/conftest.py"} <= names
    assert {f"autograder/{name}.toml" for name in ("checks", "signatures", "exercises", "thresholds")} <= names
    assert {
        path for path in names if re.search(r"hidden/|holdout|solutions|mutants|(?<!release/)tests/|\.pyc", path)
    } == set()
    for name, text in make_stubs(REPOSITORY / "solutions").items():
        assert (built.folder / "exercises" / name).read_text(encoding="utf-8") == text
        assert (built.folder / "autograder" / "stubs" / name).read_text(encoding="utf-8") == text


def test_nothing_leaks_from_the_folder_or_the_archive(built):
    secrets = gather(REPOSITORY)
    assert find_leaks(files_in(built.folder), secrets) == []
    assert find_leaks([("release.zip", built.archive.read_bytes())], secrets) == []


def test_the_archive_holds_the_folder(built):
    with zipfile.ZipFile(built.archive) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {f"release/{name}": data for name, data in files_in(built.folder)}


@pytest.mark.filterwarnings("ignore::Warning")  # nbgrader's own
def test_notebooks_are_what_nbgrader_makes_of_them(built, tmp_path, monkeypatch):
    course = Course(tmp_path, ("03_vocab", "99_lab_notes"))
    for name, value in course.environment.items():
        monkeypatch.setenv(name, value)
    for name in course.assignments:
        done(course.api.generate_assignment(name))
    close_loop()
    for name in course.assignments:
        theirs = course.root / "release" / name / f"{name}.ipynb"
        assert (built.folder / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8") == theirs.read_text(
            encoding="utf-8"
        )


def test_answers_and_solutions_are_cleared_in_every_notebook(built):
    for path in sorted((built.folder / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                source = "".join(cell["source"])
                assert "YOUR ANSWER HERE" in source or "raise NotImplementedError()" in source
                assert "SOLUTION" not in source


def test_every_package_is_there_and_only_maintainers_extras_are_gone(built):
    project = tomllib.loads((built.folder / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["project"]["optional-dependencies"]) == {"grading", "notebooks"}
    assert project["project"]["scripts"] == {"reelgrade": "reelgrade.course.cli:main"}
    assert set(project["tool"]) == {"setuptools", "pytest"}
    places = project["tool"]["setuptools"]["package-dir"]
    for package in project["tool"]["setuptools"]["packages"]:
        base = max((name for name in places if package.startswith(name)), key=len)
        folder = built.folder / places[base] / package.removeprefix(base).strip(".").replace(".", "/")
        assert any(folder.iterdir()), package


def test_workflows_for_students_are_where_their_host_looks_for_them(built):
    folder = REPOSITORY / "autograder/reelgrade/release/workflows"
    theirs = {name: (folder / name).read_bytes() for name in WORKFLOWS if (folder / name).is_file()}
    given = {path.name: path.read_bytes() for path in (built.folder / ".github/workflows").glob("*")}
    assert given == theirs


def test_the_record_names_every_file_with_its_hash(built):
    record = parse((built.folder / "release.json").read_bytes())
    assert record.version == "2026.1"
    assert record.files == {name: sha256(data) for name, data in files_in(built.folder) if name != "release.json"}
    assert len(record.checks) == len(
        tomllib.loads((built.folder / "autograder/checks.toml").read_text(encoding="utf-8"))
    )
    assert set(record.suites) == {path.name for path in (REPOSITORY / "autograder").glob("test_*.py")}


def test_texts_for_students_link_to_what_is_there_and_name_verbs_that_exist(built):
    for name in ("README.md", "AGENTS.md"):
        text = (built.folder / name).read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (built.folder / link).exists(), link
        helped = run(built.folder, "reelgrade", "--help").stdout
        for verb in re.findall(r"reelgrade ([a-z]+)\b(?!\.)", text):
            assert re.search(rf"\b{verb}\b", helped), verb


# The same bytes


def test_the_same_course_elsewhere_gives_the_same_bytes(built, tmp_path):
    course = copy_course(tmp_path / "elsewhere")
    (course / "autograder/reelgrade/given/notes.bak").write_text("forgotten", encoding="utf-8")
    (course / "autograder/reelgrade/given/constants.py").touch()
    again = build(course, tmp_path / "release", "2026.1", archived=True)
    assert again.archive.read_bytes() == built.archive.read_bytes()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in again.folder.rglob("*") if path.is_file()}
    assert modes == {0o644}


def test_archives_have_the_time_that_is_asked_for(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with zipfile.ZipFile(zips.BytesIO(zips.zip_bytes({"b": b"", "a": b""}))) as archive:
        assert [(info.filename, info.date_time[:3]) for info in archive.infolist()] == [
            ("a", (2023, 11, 14)),
            ("b", (2023, 11, 14)),
        ]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UserError, match="SOURCE_DATE_EPOCH=yesterday: not a number"):
        zips.zip_bytes({})


# It works by itself


def test_a_release_shows_nothing_started(copy):
    ended = run(copy, "pytest", "autograder")
    assert ended.returncode == 1
    assert "0 of 100 points, 0 of 20 bonus" in ended.stdout
    assert "hidden checks will confirm at grading" in ended.stdout
    assert ended.stdout.count("not started") == 11
    assert not list(copy.rglob("__pycache__"))


def test_the_engine_that_runs_is_the_release_s_own(copy):
    (copy / "autograder/reelgrade/__init__.py").write_text('__version__ = "of the release"\n', encoding="utf-8")
    assert "of the release" in run(copy, "reelgrade", "--version").stdout


def test_students_verbs_work_in_a_release(copy):
    (copy / "exercises/batching.py").write_text(
        "def pad(ids, max_len=128, pad_id=0):\n    return ids\n", encoding="utf-8"
    )
    put_back = run(copy, "reelgrade", "reset", "batching.py")
    assert "is the stub file again" in put_back.stdout, put_back.stderr
    assert (copy / "exercises/batching.py").read_bytes() == (copy / "autograder/stubs/batching.py").read_bytes()
    assert "hint 1 of" in run(copy, "reelgrade", "hint", "pad").stdout
    assert "next: fill load_reviews" in run(copy, "reelgrade", "next").stdout


@pytest.mark.parametrize("verb", [["stubs"], ["calibrate"], ["notebooks"], ["release", "--out", "x"]])
def test_maintainers_verbs_say_in_a_release_that_they_belong_elsewhere(copy, verb):
    ended = run(copy, "reelgrade", *verb)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert not (copy / "x").exists()


def filled(folder, rank=0):
    """Fill every hole: with the alternative of this rank, the last where there are fewer, the solution where there is none."""
    found = {}
    for one in ALTERNATIVES.ALTERNATIVES:
        found.setdefault((one.file, one.hole), []).append(one)
    shutil.copytree(REPOSITORY / "solutions", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for (file, _), ones in found.items():
        source = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(ALTERNATIVES.replace_hole(ones[min(rank, len(ones) - 1)], source), encoding="utf-8")


def most_alternatives():
    holes = [(one.file, one.hole) for one in ALTERNATIVES.ALTERNATIVES]
    return max(map(holes.count, holes))


@pytest.mark.part("variants")
def test_alternatives_earn_in_a_release_what_they_earn_in_the_course(copy):
    filled(copy / "exercises")
    there = run(copy, "pytest", *SAMPLE)
    here = run(REPOSITORY, "pytest", *SAMPLE, "--submission", str(copy / "exercises"), "-p", "no:cacheprovider")
    assert SAMPLE_POINTS in there.stdout, there.stdout
    assert [line.split(" · ")[:2] for line in scoreboard(there)] == [line.split(" · ")[:2] for line in scoreboard(here)]


@pytest.mark.part("variants")
@pytest.mark.parametrize("rank", range(most_alternatives()))
def test_all_alternatives_earn_every_point_in_a_release(copy, rank):
    filled(copy / "exercises", rank)
    ended = run(copy, "pytest", "autograder")
    assert ALL in ended.stdout, ended.stdout


@pytest.mark.part("slow")
def test_a_release_installs_by_its_two_commands_and_shows_0_of_100(copy):
    venv.create(copy / ".venv", with_pip=True)
    scripts = copy / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    options = {"cwd": copy, "capture_output": True, "encoding": "utf-8", "check": False}
    installed = subprocess.run([scripts / "pip", "install", "-e", ".", "-c", "constraints.txt"], **options)
    assert installed.returncode == 0, installed.stderr
    ended = subprocess.run([scripts / "pytest", "autograder"], **options)
    assert "0 of 100 points, 0 of 20 bonus" in ended.stdout, ended.stdout + ended.stderr
    packed = subprocess.run([scripts / "reelgrade", "pack"], **options)
    assert "made from release 2026.1" in packed.stdout, packed.stderr
    assert subprocess.run([scripts / "reelgrade", "update", "."], **options).returncode == 0


# What is refused


def test_a_machine_without_the_extra_says_which_to_install(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['tomlkit'] = None\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "reelgrade", "release", "--out", str(tmp_path / "out")]
    ended = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 2
    assert 'tomlkit is not installed; run: pip install "reelgrade[release]"' in ended.stderr


def test_an_output_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="out: there already; name another --out"):
        build(REPOSITORY, tmp_path / "out")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine.txt"]


def test_bad_input_ends_with_status_2_and_one_line(tmp_path):
    for arguments in (["--out", str(tmp_path / "out"), "--version", "../1"], ["--out", "/dev/null/out"]):
        ended = run(REPOSITORY, "reelgrade", "release", *arguments)
        assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
    assert not (tmp_path / "out").exists()
