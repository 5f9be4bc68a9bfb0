"""The workflows of forks and of the course: what they may do, and each of their `run:` steps, executed for real."""

import csv
import json
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from environments import copied_environment
from reelgrade.release.contents import contents
from workflow_runner import Runner, load_workflow

REPOSITORY = Path(__file__).resolve().parents[1]
RELEASE = REPOSITORY / "autograder" / "reelgrade" / "release"
CHECK, GRADE = RELEASE / "workflows" / "check.yml", RELEASE / "course_workflows" / "grade.yml"
BOTH = pytest.mark.parametrize("path", [CHECK, GRADE], ids=["check", "grade"])
SECRETS = {
    "secrets.REELGRADE_SECRET": "the-secret-of-this-course",
    "secrets.REELGRADE_FORKS_TOKEN": "the-token-for-forks",
    "github.token": "the-token-of-this-run",
}
DEADLINE = "2026-06-01T12:00:00Z"
SPY = """
import os

def tokenize(text):
    seen = dict(os.environ)
    for process in ("self", os.getppid(), 1):
        try:
            lines = open(f"/proc/{process}/environ").read().split(chr(0))
            seen |= {f"{process}.{line.partition('=')[0]}": line for line in lines}
        except OSError:
            pass
    found = {name: value for name, value in seen.items() if name.startswith("REELGRADE_S") or "TOKEN" in name or "SECRET" in name}
    raise ValueError(f"found {found} among {len(seen)}")
"""


# What they may do.


def test_both_are_of_githubs_schema():
    command = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(CHECK), str(GRADE)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


@BOTH
def test_zizmor_finds_nothing_unsafe(path):
    command = ["zizmor", "--offline", "--no-progress", "--persona=pedantic", "--strict-collection", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_zizmor_would_find_an_injection(tmp_path):
    unsafe = tmp_path / "check.yml"
    text = CHECK.read_text(encoding="utf-8")
    unsafe.write_text(
        text.replace("run: python -m reelgrade doctor", "run: echo ${{ github.event.pull_request.title }}"), "utf-8"
    )
    command = ["zizmor", "--offline", "--no-progress", str(unsafe)]
    assert "template-injection" in subprocess.run(command, capture_output=True, text=True).stdout


@BOTH
def test_the_token_reads_and_is_not_kept(path):
    workflow = load_workflow(path)
    (job,) = workflow["jobs"].values()
    assert job.get("permissions", workflow["permissions"]) == {"contents": "read"}
    assert workflow["permissions"] in ({}, {"contents": "read"})
    checkout = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["persist-credentials"] is False
    assert job["timeout-minutes"] and workflow["concurrency"]["group"]


@BOTH
def test_actions_are_pinned_by_commit_with_their_version(path):
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in uses)


def test_both_pin_the_same_commits():
    pins = {}
    for path in (CHECK, GRADE):
        for name, commit in re.findall(r"uses: (.*?)@(\w+)", path.read_text(encoding="utf-8")):
            assert pins.setdefault(name, commit) == commit


def test_nothing_runs_for_a_target_and_forks_see_no_secret():
    assert set(load_workflow(CHECK)["on"]) == {"push", "pull_request"}
    assert set(load_workflow(GRADE)["on"]) == {"workflow_dispatch", "schedule"}
    assert not re.search(r"secrets\.|github\.token|github\.event", CHECK.read_text(encoding="utf-8"))
    assert load_workflow(CHECK)["concurrency"]["cancel-in-progress"] is True


def test_a_secret_is_given_to_one_step_each():
    (job,) = load_workflow(GRADE)["jobs"].values()
    holders = [(step["name"], name) for step in job["steps"] for name in SECRETS if name in json.dumps(step)]
    assert holders == [
        ("Refuse to run in public", "github.token"),
        ("Collect the forks", "secrets.REELGRADE_FORKS_TOKEN"),
        ("Grade", "secrets.REELGRADE_SECRET"),
    ]
    assert "secrets" not in json.dumps({**job, "steps": []})


# What their steps do.


def git(folder, *arguments):
    who = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org", "-c", "init.defaultBranch=main"]
    env = {"GIT_AUTHOR_DATE": "2026-05-30T12:00:00Z", "GIT_COMMITTER_DATE": "2026-05-30T12:00:00Z"}
    subprocess.run(["git", *who, *arguments], cwd=folder, env=env, check=True, capture_output=True)


def bare_repository(files, place, name):
    """Commit files and give the address of a bare repository of them."""
    folder = place / f"{name}-work"
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Hand in")
    git(place, "clone", "-q", "--bare", str(folder), f"{name}.git")
    shutil.rmtree(folder)
    return f"file://{place / f'{name}.git'}"


def checked_out(address, folder):
    """Do what actions/checkout does."""
    git(folder.parent, "clone", "-q", "--depth", "1", address, folder.name)
    return folder


def course_files():
    folders = ("autograder", "datasets", "exercises", "solutions")
    paths = [path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.is_file()]
    paths += [REPOSITORY / name for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE")]
    kept = [path for path in paths if "__pycache__" not in path.parts]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_bytes() for path in kept}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("workflows")


@pytest.fixture(scope="module")
def python(place):
    """The Python that actions/setup-python would bring, with a pip that finds everything installed."""
    return copied_environment(place / "venv", ("reelgrade[classes]", "pip", "setuptools"))


@pytest.fixture(scope="module")
def forks(place):
    """Two forks of the real release: one with an exercise done, one that looks for secrets."""
    released = contents(REPOSITORY)
    done = {"exercises/tokenization.py": (REPOSITORY / "solutions" / "tokenization.py").read_bytes()}
    alice = bare_repository({**released, **done}, place, "alice")
    mallory = bare_repository({**released, "exercises/tokenization.py": SPY.encode()}, place, "mallory")
    return {"alice": alice, "mallory": mallory}


class Api(BaseHTTPRequestHandler):
    """Says of each repository what its name says: private/course is private."""

    def do_GET(self):
        asked = self.headers["Authorization"] == f"Bearer {SECRETS['github.token']}"
        body = json.dumps({"visibility": self.path.split("/")[2]}).encode()
        self.send_response(200 if asked else 401)
        self.end_headers()
        self.wfile.write(body if asked else b"{}")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def api():
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


NO_NETWORK = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def course_runner(place, name, python, api, forks, repository="private/course", **values):
    """A runner with the course checked out, and these forks in its roster."""
    rows = [f"{student},{address}" for student, address in forks.items()]
    files = {**course_files(), "roster.csv": "\n".join(["student,repository", *rows]).encode()}
    workspace = checked_out(bare_repository(files, place, name), place / name)
    extra = {**NO_NETWORK, "GITHUB_API_URL": api, "GITHUB_REPOSITORY": repository}
    return Runner(workspace, python, {**SECRETS, "inputs.deadline || vars.DEADLINE": DEADLINE, **values}, extra)


def said(ended):
    return "\n".join(f"{one.name}: {one.status}\n{one.output}" for one in ended)


@pytest.mark.part("class")
def test_every_step_of_check_runs_and_shows_the_points(place, python, forks):
    runner = Runner(checked_out(forks["alice"], place / "check"), python, {}, NO_NETWORK)
    (job,) = load_workflow(runner.workspace / ".github" / "workflows" / "check.yml")["jobs"].values()
    ended = runner.run(job)
    assert [one.status for one in ended] == [0] * sum("run" in step for step in job["steps"]), said(ended)
    summary = runner.summary.read_text(encoding="utf-8")
    assert "8 of 100 points" in summary
    assert "Not a score of record: not all hidden checks were there" in summary
    upload = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact"))
    kept = {path.name for path in (runner.workspace / upload["with"]["path"]).iterdir()}
    assert {"report.json", "report.html", "junit.xml"} <= kept


@pytest.fixture(scope="module")
def graded(place, python, api, forks):
    """The whole of grade.yml, run on two forks."""
    runner = course_runner(place, "grade", python, api, forks)
    (job,) = load_workflow(GRADE)["jobs"].values()
    return runner, job, runner.run(job)


def test_every_step_of_grade_runs_and_gives_the_grades(graded):
    runner, job, ended = graded
    assert [one.status for one in ended] == [0] * sum("run" in step for step in job["steps"]), said(ended)
    upload = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact"))
    assert runner.holds(upload["if"])
    grades, collected = (runner.workspace / path for path in upload["with"]["path"].split())
    with grades.open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"alice", "mallory"}
    assert float(rows["alice"]["points"]) == 8
    assert float(rows["mallory"]["points"]) == 0
    assert collected.read_text(encoding="utf-8") in runner.summary.read_text(encoding="utf-8")
    with collected.open(encoding="utf-8", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"collected"}


def test_student_code_sees_no_secret(graded):
    runner, _, ended = graded
    found = b"".join(path.read_bytes() for path in runner.workspace.rglob("*") if path.is_file())
    found += runner.summary.read_bytes() + "".join(one.output for one in ended).encode()
    assert b"ValueError: found {} among " in found  # it did look
    for secret in SECRETS.values():
        assert secret.encode() not in found
    grade = next(one for one in ended if one.name == "Grade")
    assert [name for name, value in grade.environment.items() if value in SECRETS.values()] == ["REELGRADE_SECRET"]


def test_the_spy_would_find_a_secret():
    code = f"{SPY}\ntokenize('')"
    variables = {"REELGRADE_SECRET": SECRETS["secrets.REELGRADE_SECRET"]}
    ended = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True)
    assert f"found {{'REELGRADE_SECRET': '{SECRETS['secrets.REELGRADE_SECRET']}'" in ended.stderr


@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_a_repository_that_is_not_private_is_refused(place, python, api, visibility):
    runner = course_runner(place, visibility, python, api, {}, repository=f"{visibility}/course")
    (job,) = load_workflow(GRADE)["jobs"].values()
    (ended,) = runner.run(job)
    assert (ended.name, ended.status) == ("Refuse to run in public", 1)
    assert f"This repository is {visibility}" in ended.output


def test_a_visibility_that_cannot_be_known_is_refused(place, python, api):
    runner = course_runner(place, "unknown", python, api, {}, **{"github.token": "another"})
    (job,) = load_workflow(GRADE)["jobs"].values()
    assert runner.run(job)[0].status != 0
    runner.extra["GITHUB_API_URL"] = "http://127.0.0.1:9"
    assert runner.run(job)[0].status != 0


def test_a_fork_that_is_missing_fails_the_run_at_its_end(place, python, api, forks, graded):
    runner = course_runner(place, "missing", python, api, {**forks, "nobody": f"file://{place / 'nobody.git'}"})
    (job,) = load_workflow(GRADE)["jobs"].values()
    ended = runner.run(job, only=("Collect the forks", "Show what was collected"))
    assert [one.status for one in ended] == [0, 0], said(ended)
    assert "nobody" in runner.summary.read_text(encoding="utf-8")
    runner.values["steps.grade.outputs.status"] = "0"
    assert runner.run(job, only=("Fail where somebody is missing",))[0].status == 1


def test_grading_without_a_secret_a_deadline_or_the_sandbox_fails(place, python, api, forks, graded):
    (job,) = load_workflow(GRADE)["jobs"].values()
    runner = course_runner(place, "lacking", python, api, forks)
    runner.values["inputs.deadline || vars.DEADLINE"] = ""
    assert "deadline '' is no time" in runner.run(job, only=("Collect the forks",))[0].output
    shutil.copytree(graded[0].workspace / "collected", runner.workspace / "collected")
    asked = {**job, "env": {"ISOLATION": "process"}}  # stands for a machine without the level that is demanded
    ended = runner.run(asked, only=("Grade",))
    assert (ended[0].status, "confined" in ended[0].output) == (1, True), said(ended)
    runner.values["secrets.REELGRADE_SECRET"] = ""
    ended = runner.run(job, only=("Grade",))
    assert (ended[0].status != 0, "set this secret" in ended[0].output) == (True, True)
