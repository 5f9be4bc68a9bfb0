"""The clock of a check: computing and sleeping count, waiting for a core does not, and nobody can stretch it at will."""

import os
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from reelgrade.grading import clock
from reelgrade.grading.catalogue import load_signatures, read_checks
from reelgrade.grading.clock import MOST_STRETCH, UNSEEN_STRETCH, Clock, Reading, counted
from reelgrade.grading.errors import TimeIsUp
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.limits import Limits
from reelgrade.grading.runner import Bench, run_check
from reelgrade.grading.sandbox import Zygote, make_workplace
from reelgrade.grading.seam import Seam
from reelgrade.grading.worker_holes import WorkerHoles
from reelgrade.grading.workers import SandboxError

REPOSITORY = Path(__file__).resolve().parents[1]
LIMIT = 0.6
SIGNATURES = load_signatures(REPOSITORY / "autograder")
MODULE = """
import hashlib, threading, time

def compute(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        hashlib.sha256(bytes(2**16)).digest()

def tokenize(text):
    if text == "computes":
        compute(0.6 * LIMIT)
    if text == "computes in a thread":
        thread = threading.Thread(target=compute, args=(0.6 * LIMIT,))
        thread.start()
        thread.join()
    if text == "sleeps":
        time.sleep(86_400)
    if text == "spins":
        while True:
            pass
    if text == "spins in threads":
        for _ in range(200):
            threading.Thread(target=compute, args=(86_400,), daemon=True).start()
        time.sleep(86_400)
    return [text]
""".replace("LIMIT", str(LIMIT))


@pytest.fixture
def busy():
    """Start eight processes that never rest, and wait until they run; Linux may share cores by session."""
    spin = "import sys; sys.stdout.write('x'); sys.stdout.flush()\nwhile True: pass"
    command = [sys.executable, "-Sc", spin]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) for _ in range(8)]
    try:
        for process in started:
            process.stdout.read(1)
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture(scope="module", params=["landlock", pytest.param("bwrap", marks=pytest.mark.part("attacks"))])
def holes(request):
    """Give a worker that knows MODULE."""
    with make_workplace() as place:
        try:
            zygote = Zygote(request.param, REPOSITORY, place, Limits(check_seconds=LIMIT))
        except SandboxError as error:
            pytest.skip(f"{request.param} is not available here: {error}")
        (place.submission / "tokenization.py").write_text(MODULE, encoding="utf-8")
        with closing(WorkerHoles(lambda: zygote, place.submission, SIGNATURES)) as holes:
            yield holes


def ask(holes, text, limit=LIMIT):
    """Return how many seconds of wall-clock time a call takes, and what it answers; None where it is late."""
    holes.prepare("tokenization", 60.0)
    seam, begin = Seam(holes.exchange("tokenization", limit)), time.monotonic()
    try:
        answer = seam.tokenize(text)
    except TimeIsUp:
        answer = None
    return time.monotonic() - begin, answer


def test_right_code_beside_eight_busy_processes_passes(busy, holes):
    for text in ("computes", "computes in a thread"):
        seconds, answer = ask(holes, text)
        assert answer == [text]
        assert seconds > LIMIT  # so the wall-clock time would have been too much
        assert holes.uncounted() > 0


@pytest.mark.parametrize("text", ["sleeps", "spins"])
def test_what_never_ends_ends_at_the_limit(holes, text):
    seconds, answer = ask(holes, text)
    assert answer is None
    assert LIMIT <= seconds < (LIMIT + 0.5) * MOST_STRETCH


@pytest.mark.part("attacks")
@pytest.mark.parametrize(("text", "stretch"), [("sleeps", 3), ("spins in threads", MOST_STRETCH)])
def test_what_never_ends_ends_within_the_bound_on_a_busy_machine(busy, holes, text, stretch):
    seconds, answer = ask(holes, text)
    assert answer is None
    assert LIMIT <= seconds < stretch * LIMIT + 0.5


@pytest.mark.part("attacks")
def test_many_threads_do_not_stretch_the_limit(holes):
    seconds, answer = ask(holes, "spins in threads")
    assert answer is None
    assert LIMIT <= seconds < 3 * LIMIT + 0.5


@pytest.mark.part("attacks")
def test_the_command_grades_right_code_beside_eight_busy_processes(busy):
    limits = Limits(check_seconds=0.25)
    options = Options(exercises=("tokenization",), accuracy=False, pictures=False, limits=limits)
    with Grader(REPOSITORY, options) as grader:
        report = grader.grade(REPOSITORY / "solutions")
    assert next(one.points for one in report.exercises if one.exercise.name == "tokenization") == 8


def test_a_check_in_this_process_has_the_same_clock(busy, tmp_path):
    (tmp_path / "tokenization.py").write_text(MODULE, encoding="utf-8")
    bench = Bench(REPOSITORY / "autograder", tmp_path, limits=Limits(check_seconds=LIMIT))
    check = next(
        one for one in read_checks(REPOSITORY / "autograder") if one.exercise == "tokenization" and not one.requires
    )
    for text, status in (("computes", "passed"), ("sleeps", "timeout")):
        begin = time.monotonic()
        result = run_check(bench, check, partial(tokenize, text))
        assert (result.status, time.monotonic() - begin > LIMIT) == (status, True)


def tokenize(text, submission):
    submission.tokenize(text)


READINGS = [  # what passed between two readings: wall-clock time, CPU time, waits by thread; what of it counts
    ("sleeps", 1.0, 0.0, {"1": 0.0}, 1.0),
    ("computes alone", 1.0, 1.0, {"1": 0.0}, 1.0),
    ("computes beside others", 1.0, 0.25, {"1": 0.75}, 0.25),
    ("sleeps half of the time beside others", 1.0, 0.125, {"1": 0.375}, 0.625),
    ("its threads keep one core busy", 1.0, 1.0, {str(number): 0.99 for number in range(200)}, 1.0),
    ("its threads keep two cores busy", 1.0, 2.0, {str(number): 0.98 for number in range(200)}, 1.0),
    ("its threads wait one after the other", 1.0, 0.25, {"1": 0.5, "2": 0.5}, 0.5),
    ("hardly ever gets a core", 1.0, 0.01, {"1": 0.99}, 1 / MOST_STRETCH),
]


@pytest.mark.parametrize(
    ("wall", "cpu", "waits", "wanted"), [one[1:] for one in READINGS], ids=[one[0] for one in READINGS]
)
def test_what_counts(wall, cpu, waits, wanted):
    before = Reading(5.0, 1.0, dict.fromkeys(waits, 2.0))
    now = Reading(5.0 + wall, 1.0 + cpu, {thread: 2.0 + wait for thread, wait in waits.items()})
    assert counted(before, now) == pytest.approx(wanted)


def test_a_reader_that_comes_late_to_an_answer_does_not_count_its_own_waiting():
    before, now = Reading(5.0, 1.0, {"1": 0.0}, 3.0), Reading(6.0, 1.25, {"1": 0.0}, 3.5)
    assert counted(before, now) == 1.0
    assert counted(before, now, reader_late=True) == 0.5


def test_where_the_system_does_not_tell_the_wall_clock_counts_against_twice_the_limit(monkeypatch):
    def nothing(folder):
        raise FileNotFoundError(folder)

    monkeypatch.setattr(clock, "_wait", nothing)
    watched, begin = Clock(0.2), time.monotonic()
    watched.start(os.getpid())
    with pytest.raises(TimeoutError, match=r"longer than 0\.2 s"):
        while True:
            watched.look()
            time.sleep(0.01)
    assert time.monotonic() - begin >= 0.2 * UNSEEN_STRETCH


def test_the_limit_of_all_checks_has_the_same_clock(tmp_path):
    bench = Bench(REPOSITORY / "autograder", tmp_path, limits=Limits(total_seconds=10.0))
    bench.spend(100.0, 0.0)
    assert not bench.is_late()
    bench.start_clock()
    bench.spend(20.0, 15.0)
    assert not bench.is_late()
    bench.spend(6.0, 0.0)
    assert bench.is_late()
