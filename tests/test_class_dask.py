"""A class on a real Dask scheduler with real workers, started by their own commands."""

import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

distributed = pytest.importorskip("distributed")

from class_runs import REPOSITORY, SOLUTIONS, hand_in, rows, run, start, states, wait_for  # noqa: E402  # after the skip

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
def certificate(tmp_path_factory):
    """A certificate and its key, and the variables by which a client takes them, as instructors.md says."""
    folder, made = tmp_path_factory.mktemp("certificate"), distributed.Security.temporary()
    paths = {"ca-file": folder / "ca.pem", "cert": folder / "cert.pem", "key": folder / "key.pem"}
    texts = {"ca-file": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
    for name, path in paths.items():
        path.write_text(texts[name], encoding="utf-8")
    prefix = "DASK_DISTRIBUTED__COMM__TLS__"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"{prefix}CA_FILE", str(paths["ca-file"]))
        patch.setenv(f"{prefix}CLIENT__CERT", str(paths["cert"]))
        patch.setenv(f"{prefix}CLIENT__KEY", str(paths["key"]))
        yield [word for name, path in paths.items() for word in (f"--tls-{name}", str(path))]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory, certificate):
    log = tmp_path_factory.mktemp("dask") / "scheduler.log"
    process = dask(log, "scheduler", *certificate, "--host", "tls://127.0.0.1", "--port", "0", "--no-dashboard")
    found = wait_for(lambda: re.search(r"tls://127\.0\.0\.1:\d+", log.read_text()))
    yield found[0]
    kill(process)


def worker(scheduler, certificate, folder, name, **environment):
    options = ("--nthreads", "1", "--no-dashboard", "--name", name, "--local-directory", str(folder))
    return dask(folder / f"{name}.log", "worker", scheduler, *certificate, *options, **environment)


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    for number in range(6):
        hand_in(folder, f"student{number}", vocab=VOCAB + f"\n# {number}\n")
    hand_in(folder, "untouched")
    hand_in(folder, "wrong", vocab=VOCAB.replace("UNK_ID", "PAD_ID"))
    return folder


@pytest.mark.part("class")
def test_two_workers_one_killed_give_the_reports_of_the_pool(scheduler, certificate, submissions, tmp_path):
    assert run(submissions, tmp_path / "pool", *ONE).returncode == 0
    workers = [worker(scheduler, certificate, tmp_path, name) for name in ("first", "second")]
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


def test_a_worker_with_another_autograder_is_refused_by_name(scheduler, certificate, submissions, tmp_path):
    other = worker(scheduler, certificate, tmp_path, "other", REELGRADE_SECRET="another one")
    try:
        wait_for(lambda: "Registered to" in (tmp_path / "other.log").read_text())
        done = run(submissions, tmp_path / "out", *ONE, "--dask", scheduler)
    finally:
        kill(other)
    assert done.returncode == 2
    assert re.search(r"the Dask worker tls://127.0.0.1:\d+ has secret \w+, not none; make them equal", done.stderr)


def test_a_cluster_of_its_own_gives_the_same(submissions, tmp_path):
    folder = tmp_path / "few"
    folder.mkdir()
    shutil.copytree(submissions / "wrong", folder / "wrong")
    assert run(folder, tmp_path / "pool", *ONE).returncode == 0
    assert run(folder, tmp_path / "dask", *ONE, "--dask", "local", "--jobs", "1").returncode == 0
    assert rows(tmp_path / "dask") == rows(tmp_path / "pool")


STRANGERS = """
import distributed, pathlib, signal, sys
from reelgrade.classroom.dask_pool import DaskPool
from reelgrade.grading.grade import Options

if __name__ == "__main__":
    pool = DaskPool("local", 1, pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), Options(exercises=("data",)))
    address = pool._cluster.scheduler_address
    for stranger in (None, distributed.Security.temporary()):
        for place in (address, address.replace("tls", "tcp")):
            try:
                distributed.Client(place, security=stranger, timeout=2)
            except Exception:
                print("refused")
    print(pool.executor.submit(signal.signal, signal.SIGALRM, signal.SIG_IGN).result().name)
    pool.close()
"""


def test_a_cluster_of_its_own_lets_no_stranger_in_and_judges_where_an_alarm_can_ring(tmp_path):
    """Only the main thread of a process may set a signal's handler, and so has a judge's time limit."""
    (tmp_path / "strangers.py").write_text(STRANGERS, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "strangers.py"), str(tmp_path), str(REPOSITORY)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.stdout.split() == ["refused"] * 4 + ["SIG_DFL"], ended.stderr
