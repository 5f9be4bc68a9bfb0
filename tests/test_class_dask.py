"""A class on a real Dask scheduler with real workers, started by their own commands."""

import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

pytest.importorskip("distributed")

from class_runs import REPOSITORY, SOLUTIONS, hand_in, rows, run, start, states, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

VOCAB = (SOLUTIONS / "vocab.py").read_text(encoding="utf-8")
ONE = ("--exercise", "vocab")


def dask(log, *arguments, cwd=REPOSITORY, **environment):
    """Start one of Dask's own programs in a session of its own."""
    command = [sys.executable, "-m", "dask", *arguments]
    with log.open("w") as out:
        return subprocess.Popen(
            command, cwd=cwd, stdout=out, stderr=out, start_new_session=True, env=os.environ | environment
        )


def kill(process):
    """End a program and all that it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    log = tmp_path_factory.mktemp("dask") / "scheduler.log"
    process = dask(log, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    found = wait_for(lambda: re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text()))
    yield found[0]
    kill(process)


def worker(scheduler, folder, name, **environment):
    return dask(
        folder / f"{name}.log",
        *("worker", scheduler, "--nthreads", "1", "--no-dashboard", "--name", name, "--local-directory", str(folder)),
        **environment,
    )


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    for number in range(6):
        hand_in(folder, f"student{number}", vocab=VOCAB + f"\n# {number}\n")
    hand_in(folder, "untouched")
    hand_in(folder, "wrong", vocab=VOCAB.replace("UNK_ID", "PAD_ID"))
    return folder


def test_two_workers_one_killed_give_the_reports_of_the_pool(scheduler, submissions, tmp_path):
    assert run(submissions, tmp_path / "pool", *ONE).returncode == 0
    workers = [worker(scheduler, tmp_path, name) for name in ("first", "second")]
    try:
        process = start(submissions, tmp_path / "dask", *ONE, "--dask", scheduler)
        wait_for(lambda: states(tmp_path / "dask").get("done", 0) >= 2)
        kill(workers[1])
        _, said = process.communicate(timeout=200)
        assert process.returncode == 0, said
    finally:
        for one in workers:
            kill(one)
    assert rows(tmp_path / "dask") == rows(tmp_path / "pool")


def test_a_worker_with_another_autograder_is_refused_by_name(scheduler, submissions, tmp_path):
    other = worker(scheduler, tmp_path, "other", REELGRADE_SECRET="another one")
    try:
        wait_for(lambda: "Registered to" in (tmp_path / "other.log").read_text())
        done = run(submissions, tmp_path / "out", *ONE, "--dask", scheduler)
    finally:
        kill(other)
    assert done.returncode == 2
    assert re.search(r"the Dask worker tcp://127.0.0.1:\d+ has secret \w+, not none; make them equal", done.stderr)


def test_a_cluster_of_its_own_gives_the_same(submissions, tmp_path):
    folder = tmp_path / "few"
    folder.mkdir()
    shutil.copytree(submissions / "wrong", folder / "wrong")
    assert run(folder, tmp_path / "pool", *ONE).returncode == 0
    assert run(folder, tmp_path / "dask", *ONE, "--dask", "local", "--jobs", "1").returncode == 0
    assert rows(tmp_path / "dask") == rows(tmp_path / "pool")
