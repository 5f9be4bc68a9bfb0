"""Every attack earns what its honest part deserves, ends in time, leaves nothing behind and touches nobody else."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from reelgrade.grading.catalogue import snake_case
from sampling import chosen

pytestmark = pytest.mark.sampled("attacks")

REPOSITORY = Path(__file__).resolve().parents[1]
CORPUS = sorted(path.parent for path in (REPOSITORY / "tests" / "attacks").glob("*/*/attack.toml"))
ATTACKS = chosen(CORPUS, 10, "attacks")
CHECK_SECONDS = 2.0
USUAL_SECONDS = 8.0  # for one exercise: some calls that take their 2 s, and the libraries' first use
ALL_SECONDS = 240.0
LEAK = "reelgrade-attack-leak"  # what hidden_input_* attacks put before a hidden input wherever they can write
NEIGHBOUR = "a neighbour's honest work\n"


def prepare(folder, spoils):
    """Copy an attack and plant what git cannot hold; gives the job for grade_many.py."""
    attack = tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8"))
    submission = spoils / f"{folder.parent.name}-{folder.name}"
    shutil.copytree(folder, submission)
    for plant in attack.get("plant", []):
        put(submission, plant)
    trains = folder.parent.name in ("cheating", "leaking") and "training" in attack["exercises"]
    exercises = attack["exercises"]
    return {"source": str(submission), "exercises": exercises, "check_seconds": CHECK_SECONDS, "accuracy": trains}


def put(folder, plant):
    """Make what git cannot hold."""
    path = folder / plant["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    match plant["kind"]:
        case "symlink":
            path.unlink(missing_ok=True)
            path.symlink_to(plant["target"])
        case "fifo":
            path.unlink(missing_ok=True)
            os.mkfifo(path)
        case "huge":
            with path.open("ab") as file:
                file.truncate(plant["size"])
        case "many":
            path.mkdir(exist_ok=True)
            for number in range(plant["count"]):
                (path / f"file_{number}.py").touch()
        case "newline_name":
            (path.parent / f"{path.name}\nvocab.py").touch()
        case "socket":
            path.unlink(missing_ok=True)
            here = Path.cwd()
            os.chdir(path.parent)  # the name of a socket may have about 100 bytes only
            try:
                with socket.socket(socket.AF_UNIX) as bound:
                    bound.bind(path.name)
            finally:
                os.chdir(here)


def leftovers(graders):
    """What a submission could leave: processes of this grading, its files, marked files, memory, queues and sockets."""
    found = {str(path) for path in graders.iterdir() if not path.name.startswith("torchinductor")}  # torch's own cache
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and str(graders).encode() in read_bytes(process / "cmdline"):
            found.add(f"process {process.name}")
    for folder in ("/tmp", "/dev/shm", "/var/tmp", str(Path.home())):
        found |= {str(path) for path in Path(folder).glob("reelgrade-attack-*")}
    for kind in ("shm", "sem", "msg"):
        table = Path("/proc/sysvipc") / kind
        found |= {f"{kind} {line}" for line in read_bytes(table).decode().splitlines()[1:]}
    found |= {line for line in read_bytes(Path("/proc/net/unix")).decode().splitlines() if "reelgrade-attack" in line}
    return found


def read_bytes(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def snapshot(folder):
    return {
        str(path): (path.lstat().st_mode, path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """All attacks, graded by two processes; then what is left of them."""
    spoils, neighbour = tmp_path_factory.mktemp("attacks"), tmp_path_factory.mktemp("neighbour")
    (neighbour / "vocab.py").write_text(NEIGHBOUR, encoding="utf-8")
    course = [REPOSITORY / name for name in ("solutions", "autograder", "datasets", "exercises")]
    graders = tmp_path_factory.mktemp("graders")
    before = leftovers(graders), [snapshot(folder) for folder in (neighbour, *course)]
    jobs = [prepare(folder, spoils) for folder in ATTACKS]
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, str(REPOSITORY / "tests" / "grade_many.py")],
        input=json.dumps(jobs),
        env={**os.environ, "TMPDIR": str(graders), "REELGRADE_SECRET": "of these tests"},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = dict(zip(ATTACKS, json.loads(ended.stdout), strict=True))
    after = leftovers(graders), [snapshot(folder) for folder in (neighbour, *course)]
    return found, seconds, before, after


@pytest.mark.parametrize(
    "folder",
    [folder for folder in ATTACKS if folder.parent.name != "remaining"],
    ids=lambda folder: f"{folder.parent.name}-{folder.name}",
)
def test_an_attack_earns_what_its_honest_part_deserves(folder, run):
    attack = tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8"))
    found = run[0][folder]
    report = found["report"]
    checks = [check for exercise in report["exercises"] for check in exercise["checks"]]
    unearned = [(check["id"], check["status"], check["message"]) for check in checks if check["status"] != "passed"]
    points = {one["id"].split(".")[-1]: one["points"] for one in report["exercises"]}
    assert {name: points[name] for name in attack["exercises"]} == attack["points"], unearned
    assert report["gradable"], "the attack could make the grader fail"
    assert found["seconds"] <= attack.get("seconds", USUAL_SECONDS)
    for hole, status in attack.get("status", {}).items():
        assert next(one for one in unearned if one[0].split(".")[1].startswith(snake_case(hole) + "_"))[1] == status


def test_what_remains_possible_is_written_down(run):
    known = (REPOSITORY / "docs" / "threat-model.md").read_text(encoding="utf-8")
    for folder in (folder for folder in ATTACKS if folder.parent.name == "remaining"):
        attack, report = tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8")), run[0][folder]["report"]
        points = {one["id"].split(".")[-1]: one["points"] for one in report["exercises"]}
        gains = attack.get("gains", 0)
        assert sum(points[name] for name in attack["exercises"]) == sum(attack["points"].values()) + gains
        assert f"`{folder.name}`" + (f" ({gains:g} point" if gains else "") in known
        assert report["gradable"]


def test_no_report_tells_what_a_hidden_check_asked(run):
    told = [folder.name for folder, found in run[0].items() if LEAK in json.dumps(found["report"])]
    assert told == []


def test_all_of_them_end_in_four_minutes(run):
    assert run[1] <= ALL_SECONDS


def test_nothing_of_them_is_left_and_nobody_else_is_touched(run):
    _, _, before, after = run
    assert after[0] - before[0] == set()
    assert after[1] == before[1]
