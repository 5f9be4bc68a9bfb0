"""`reelgrade grade` as its users run it: what it takes, what it writes, what it exits with, and what it leaves."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import jsonschema
import pytest

from reelgrade.course.folders import EXERCISES
from reelgrade.errors import UserError
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.writers import FORMATS
from warm import reelgrade

REPOSITORY = Path(__file__).resolve().parents[1]
SCHEMA = REPOSITORY / "autograder" / "reelgrade" / "grading" / "writers" / "report_v1.schema.json"
LEVELS = ("landlock", "bwrap")


def grade(*arguments, **environment):
    variables = {**os.environ, "REELGRADE_SECRET": "of these tests", "NO_COLOR": "1", **environment}
    return reelgrade("grade", *arguments, env=variables, timeout=300)


@pytest.fixture(scope="module")
def grader():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REELGRADE_SECRET", "of these tests")
        options = Options(exercises=("tokenization", "vocab"), accuracy=False, pictures=False)
        with Grader(REPOSITORY, options) as grader:
            yield grader


@pytest.fixture
def alice(tmp_path):
    """A submission with one mistake and a guest."""
    folder = tmp_path / "alice"
    shutil.copytree(REPOSITORY / "solutions", folder, ignore=shutil.ignore_patterns("__pycache__"))
    source = (folder / "vocab.py").read_text(encoding="utf-8")
    (folder / "vocab.py").write_text(source.replace("UNK_ID)", "PAD_ID)"), encoding="utf-8")
    (folder / "conftest.py").write_text("raise SystemExit(0)\n", encoding="utf-8")
    return folder


def points(report):
    return {one.exercise.name: one.points for one in report.exercises if one.results}


def committed(folder):
    """The folder as a git repository with one commit."""
    author = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "Hand in"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_folder_an_archive_and_a_commit_earn_the_same(grader, alice):
    plain = grader.grade(alice)
    assert points(plain)["tokenization"] == 8
    assert 0 < points(plain)["vocab"] < 12
    zipped = Path(shutil.make_archive(str(alice.parent / "alice"), "zip", alice.parent, "alice"))
    tarred = Path(shutil.make_archive(str(alice.parent / "alice"), "gztar", alice.parent, "alice"))
    commit = committed(alice)
    others = [grader.grade(zipped), grader.grade(tarred), grader.grade(alice, commit[:10])]
    assert [points(other) for other in others] == [points(plain)] * 3
    assert others[2].provenance.commit == commit
    assert {other.submission for other in others} == {"alice"}
    for report in (plain, *others):
        assert any("conftest.py" in notice.path and "ignored" in notice.action for notice in report.notices)


def test_the_same_submission_gives_the_same_report(grader, alice):
    def steady(report):
        found = json.loads(FORMATS["json"].write(report))
        del found["submission"]["at"]
        for exercise in found["exercises"]:
            for check in exercise["checks"]:
                del check["duration_s"]
        return found

    assert steady(grader.grade(alice)) == steady(grader.grade(alice))


def test_the_neighbour_in_one_sandbox_is_graded_as_if_alone(grader, tmp_path):
    for name, source in (("broken", "while True: pass\n"), ("dying", "import os\nos._exit(0)\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vocab.py").write_text(source, encoding="utf-8")
        assert points(grader.grade(tmp_path / name))["vocab"] == 0
    assert points(grader.grade(REPOSITORY / "solutions")) == {"tokenization": 8, "vocab": 12}


def test_a_part_of_the_checks_is_no_score_of_record(grader):
    report = grader.grade(REPOSITORY / "solutions")
    assert not report.provenance.score_of_record
    assert report.provenance.against_record == ("only a part of the checks was run",)
    assert report.provenance.isolation.level in LEVELS


def test_what_cannot_be_taken_is_said_and_the_next_one_is_graded(grader, tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    for path in (tmp_path / "nowhere", tmp_path / "broken.zip", tmp_path):
        with pytest.raises(UserError):
            grader.grade(path)
    assert points(grader.grade(REPOSITORY / "solutions"))["vocab"] == 12


def test_everything_at_once_the_full_grade_with_all_formats(graded_solutions):
    out = graded_solutions / "out"
    assert {path.name for path in out.iterdir()} == {one.file for one in FORMATS.values()}
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert report["grader"]["score_of_record"]
    assert report["isolation"]["level"] in LEVELS
    assert {one["id"] for one in report["exercises"]} == set(EXERCISES)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") >= 2  # curves and confusion matrix of the student's own models
    assert "100 of 100 points" in (out / "report.txt").read_text(encoding="utf-8")
    assert "100 points" in (graded_solutions / "said.txt").read_text(encoding="utf-8")


def test_a_mistake_is_in_every_format(alice, tmp_path):
    out = tmp_path / "reports"
    some = ("--fast", "--exercise", "vocab", "--exercise", "tokenization")
    ended = grade(alice, *some, "--out", out, *(part for name in FORMATS for part in ("--format", name)))
    assert ended.returncode == 0, ended.stderr
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert not report["grader"]["score_of_record"]
    assert 8 < report["points"] < 20
    assert f"{report['points']:g} points" in ended.stdout


def test_another_time_limit_for_checks_ends_loops_sooner_and_is_no_score_of_record(tmp_path):
    (tmp_path / "vocab.py").write_text("def encode(tokens, vocab):\n    while True:\n        pass\n", encoding="utf-8")
    started = time.monotonic()
    ended = grade(tmp_path, "--exercise", "vocab", "--fast", "--format", "json", "--check-timeout", "1")
    report = json.loads(ended.stdout)
    (exercise,) = (one for one in report["exercises"] if one["id"] == "vocab")
    assert {check["status"] for check in exercise["checks"] if check["hole"] == "encode"} == {"timeout"}
    assert time.monotonic() - started < 60
    assert report["isolation"]["cpu_s"] == 1
    assert "a check had another time limit than usual" in report["grader"]["against_record"]
    for seconds in ("0", "-1", "nan", "inf"):
        refused = grade("solutions", "--check-timeout", seconds)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == f"reelgrade: --check-timeout {seconds}: give at least 0.1 seconds\n"


def test_bad_input_ends_with_2_and_one_line(tmp_path):
    for arguments, said in (
        ((tmp_path / "nowhere",), "nowhere"),
        ((tmp_path,), str(tmp_path)),
        (("solutions", "--exercise", "vocabulary"), "there is no exercise 'vocabulary'"),
        (("solutions", "--format", "json", "--format", "csv"), "add --out DIR"),
    ):
        ended = grade(*arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert said in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1


def test_no_sandbox_ends_with_3_unless_it_is_accepted():
    refused = grade("solutions", "--isolation", "process", "--exercise", "vocab", "--fast")
    assert refused.returncode == 3
    assert "--allow-unsandboxed" in refused.stderr
    accepted = grade("solutions", "--isolation", "process", "--allow-unsandboxed", "--exercise", "vocab", "--fast")
    assert accepted.returncode == 0
    assert "Isolation: process" in accepted.stdout


def test_a_score_is_in_the_exit_status_only_when_asked_for():
    few = ("exercises", "--exercise", "vocab", "--fast")
    assert grade(*few).returncode == 0
    assert grade(*few, "--fail-under", "1").returncode == 1
    assert grade("solutions", "--exercise", "vocab", "--fast", "--fail-under", "12").returncode == 0


def test_the_graders_own_fault_ends_with_3_and_nothing_is_half_written(tmp_path):
    course = tmp_path / "course"
    ignore = shutil.ignore_patterns("__pycache__", "reelgrade")
    for name in ("autograder", "datasets", "exercises"):
        shutil.copytree(REPOSITORY / name, course / name, ignore=ignore)
    suite = course / "autograder" / "test_vocab.py"
    suite.write_text(suite.read_text(encoding="utf-8").replace("import pytest\n", "import pytest\n1 / 0\n"), "utf-8")
    options = ("--exercise", "vocab", "--fast", "--out", tmp_path / "out")
    ended = reelgrade("grade", REPOSITORY / "solutions", *options, cwd=course, timeout=120)
    assert ended.returncode == 3, ended.stderr
    assert "grader" in ended.stderr
    written = tmp_path / "out" / "report.txt"
    assert not written.exists() or "not final" in written.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for what is left")
def test_control_c_ends_everything(tmp_path):
    loop = tmp_path / "loop"
    loop.mkdir()
    (loop / "vocab.py").write_text("while True:\n    pass\n", encoding="utf-8")
    command = [sys.executable, "-m", "reelgrade", "grade", str(loop), "--exercise", "vocab", "--fast"]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("reelgrade-*/scratch/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not list(tmp_path.glob("reelgrade-*"))
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [line for line in commands if str(tmp_path).encode() in line]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody waits for a judge")
@pytest.mark.parametrize("death", ["os.kill(os.getpid(), 9)", "os._exit(1)"])
def test_a_judge_that_dies_ends_with_3_and_leaves_nothing(tmp_path, death):
    course, temporary = tmp_path / "course", tmp_path / "tmp"
    temporary.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", "reelgrade")
    for name in ("autograder", "datasets", "exercises"):
        shutil.copytree(REPOSITORY / name, course / name, ignore=ignore)
    suite = course / "autograder" / "test_tokenization.py"
    suite.write_text(f"import os\n{death}\n" + suite.read_text("utf-8"), "utf-8")
    variables = {**os.environ, "TMPDIR": str(temporary)}
    options = ("--exercise", "tokenization", "--fast", "--fail-under", "1")
    ended = reelgrade("grade", REPOSITORY / "solutions", *options, cwd=course, env=variables)
    assert ended.returncode == 3, ended.stderr
    assert "so there is no report; grade again" in ended.stderr
    assert [path.name for path in temporary.iterdir() if path.name.startswith("reelgrade-")] == []


def test_help_shows_examples_and_statuses():
    shown = " ".join(grade("--help").stdout.split())
    assert "reelgrade grade alice.zip" in shown
    assert "Exit status" in shown


def test_a_zip_of_one_folder_is_named_after_the_archive(grader, tmp_path):
    path = tmp_path / "bob.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("course-main/exercises/vocab.py", "def encode(tokens, vocab):\n    return []\n")
    assert grader.grade(path).submission == "bob"
