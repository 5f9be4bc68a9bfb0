"""A class in which some fill the disk, the memory and the table of processes: whoever works beside them loses nothing."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from class_runs import REPOSITORY, SOLUTIONS, command, hand_in

ATTACKS = Path(__file__).resolve().parent / "attacks" / "exhausting"
FLOODERS = (
    "flood_by_fallocate",
    "flood_beyond_the_end",
    "flood_of_mapped_files",
    "disk_flood",
    "thread_bomb",
    "thousands_of_small_threads",
    "memory_flood",
    "one_buffer_a_hundred_times",
    "columns_that_are_dicts",
    "frame_of_many_columns",
)
FALSE_NAME = 'import ctypes\nctypes.CDLL(None).prctl(15, b"Threads: 1", 0, 0, 0)\n'
HONEST = """
import os
import tempfile
import threading


def filled(texts):
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    with tempfile.TemporaryFile() as file:
        for _ in range(8):
            file.write(os.urandom(2**17))
            file.flush()
            os.fsync(file.fileno())
    return plain(texts)


plain, tokenize_corpus = tokenize_corpus, filled
"""
NUM_HONEST = 8
DISK_MB, NUM_PROCESSES = 400, 1000
PROCESSES = Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")


@pytest.fixture
def few_processes():
    """The file by which a process joins a group that may have so many processes and threads; None where there is none."""
    for root in PROCESSES:
        group = root / f"reelgrade-tests-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / "pids.max").write_text(str(NUM_PROCESSES), encoding="ascii")
            yield group / "cgroup.procs"
        except OSError:
            continue
        else:
            return
        finally:
            group.rmdir()
    yield None


def graded(submissions, out, group, temporary, *options):
    """Grade the class within a group of processes, if there is one."""

    def join():
        if group is not None:
            group.write_text(str(os.getpid()), encoding="ascii")

    return subprocess.run(
        command(submissions, out, *options),
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(temporary)},
        preexec_fn=join,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.part("class")
@pytest.mark.parametrize("level", ["landlock", "bwrap"])
def test_whoever_works_beside_a_flood_keeps_every_point(disk_of, few_processes, tmp_path, level):
    if level == "bwrap" and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    small_disk, submissions, out = disk_of(DISK_MB), tmp_path / "submissions", tmp_path / "out"
    source = (SOLUTIONS / "tokenization.py").read_text(encoding="utf-8")
    for number, flooder in enumerate(FLOODERS):
        code = (ATTACKS / flooder / "tokenization.py").read_text(encoding="utf-8")
        hand_in(submissions, f"{number}-a-{flooder}", tokenization=code)
        if number < NUM_HONEST:
            hand_in(submissions, f"{number}-b-honest", tokenization=source + HONEST)
    bomb = (ATTACKS / "thousands_of_small_threads" / "tokenization.py").read_text(encoding="utf-8")
    hand_in(submissions, "6-c-false-name", tokenization=bomb + FALSE_NAME)
    options = ("--jobs", "2", "--exercise", "tokenization", "--fast", "--isolation", level)
    for _ in range(2):  # the second time goes on with what a full disk has stopped
        ended = graded(submissions, out, few_processes, small_disk, *options)
        with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
            points = {row["student"]: row["points"] for row in csv.DictReader(file)}
        if ended.returncode == 0:
            break
    honest = {student: earned for student, earned in points.items() if "honest" in student}
    assert len(honest) == NUM_HONEST
    assert {float(earned or 0) for earned in honest.values()} == {8.0}, (honest, ended.stderr)
    assert all(float(earned or 0) < 8 for student, earned in points.items() if student not in honest)
    assert [path.name for path in small_disk.iterdir() if path.name.startswith("reelgrade")] == []
