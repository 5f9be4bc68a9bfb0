"""Two hundred submissions of every kind: each gets what it deserves, and memory does not grow."""

import subprocess
import sys
import time
from contextlib import suppress
from statistics import median

import psutil
import pytest

from class_runs import rows, start, states
from generated_class import generate

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
MB = 2**20
STAYS = 30  # seconds


def watch_memory(process, out):
    """Give how many submissions were done, and the memory of the processes that stay in MB, twice a second."""
    seen = []
    while process.poll() is None:
        seen.append((states(out).get("done", 0), _memory(process.pid) / MB))
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    return seen


def _memory(pid):
    """Add up what all processes have that are older than a worker becomes; pages that they share count more than once."""
    found, born = 0, time.time() - STAYS
    for one in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            found += one.memory_info().rss * (one.create_time() < born)
    return found


def graded_class(tmp_path, size):
    submissions, out = tmp_path / "submissions", tmp_path / "out"
    submissions.mkdir()
    deserved = generate(submissions, size)
    process = start(submissions, out, "--fast", "--jobs", "2")
    memory = watch_memory(process, out)
    _, said = process.communicate()
    assert process.returncode == 0, said
    found = {row["student"]: row["report"] for row in rows(out)}
    assert found.keys() == deserved.keys()
    for student, wanted in deserved.items():
        exercises = found[student]["exercises"]
        fast = {"training", "finetuning"}  # whose accuracy checks were left out
        wanted.verify(
            {
                one["exercise"]["name"]: (one["points"], one["max_points"])
                for one in exercises
                if one["exercise"]["name"] not in fast
            }
        )
    return memory


@pytest.mark.part("class")
def test_a_class_of_every_kind_gets_what_it_deserves(tmp_path):
    graded_class(tmp_path, 10)


@pytest.mark.part("class")
def test_two_hundred_get_what_they_deserve_in_memory_that_does_not_grow(tmp_path):
    memory = graded_class(tmp_path, 200)
    early, late = typical(memory, 20, 40), typical(memory, 180, 200)
    assert (late - early) / 160 < 1.0, memory


def typical(memory, start, end):
    """Give the median while so many were done: a process may just be restarting."""
    found = [size for done, size in memory if start <= done < end]
    assert len(found) >= 10, memory
    return median(found)
