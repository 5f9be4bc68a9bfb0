"""Where the system starts no more processes or threads, it is asked again for a while, and nobody loses points by it."""

import errno
import os
import socket
import threading
from concurrent.futures import Future
from contextlib import closing

import pytest

from class_runs import REPOSITORY
from reelgrade.classroom.engine import Engine, Work
from reelgrade.classroom.entries import CRASHED
from reelgrade.classroom.pools import LocalPool, Slot
from reelgrade.classroom.work import Outcome, Task
from reelgrade.grading import patience, sandbox, zygote
from reelgrade.grading.grade import Grader, Options, Sandbox
from reelgrade.grading.patience import Shortage, patiently
from reelgrade.grading.sandbox import Zygote, make_workplace

OPTIONS = Options(isolation="landlock", exercises=("tokenization",), accuracy=False, pictures=False)
NONE_LEFT = BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
NO_THREAD = RuntimeError("can't start new thread")


class Scarce:
    """Something that fails a few times, or always, before it works."""

    def __init__(self, error, times, then=lambda *_, **__: "started"):
        self.error, self.times, self.then = error, times, then

    def __call__(self, *given, **named):
        self.times -= 1
        if self.times >= 0:
            raise self.error
        return self.then(*given, **named)


@pytest.mark.parametrize("error", [NONE_LEFT, NO_THREAD, Shortage("bwrap: none left")])
def test_a_shortage_is_waited_for_so_long_and_no_longer(error):
    assert patiently(Scarce(error, 3)) == "started"
    with pytest.raises(Shortage):
        patiently(Scarce(error, 10**9), seconds=0.2)


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), BlockingIOError(errno.EWOULDBLOCK + 1, "no"), OSError(errno.EPERM, "no")]
)
def test_other_errors_are_not_waited_for(error):
    with pytest.raises(type(error), match="no"):
        patiently(Scarce(error, 1))


def test_the_process_that_starts_workers_waits_for_a_process(monkeypatch):
    monkeypatch.setattr(os, "fork", Scarce(NONE_LEFT, 3, lambda: 4711))
    with closing(socket.socket()) as end:
        assert zygote._fork(end, 0, None, "landlock") == 4711


def test_a_sandbox_waits_for_its_first_process(monkeypatch):
    monkeypatch.setattr(sandbox.subprocess, "Popen", Scarce(NONE_LEFT, 3, sandbox.subprocess.Popen))
    with make_workplace() as place, closing(Sandbox(REPOSITORY, place, OPTIONS, frozenset())) as made:
        assert made.isolation.level == "landlock"


def test_what_ends_for_want_of_a_process_is_known_by_its_last_words(monkeypatch):
    said = "import sys; sys.exit('bwrap: Creating new namespace failed: Resource temporarily unavailable')"
    real = sandbox.subprocess.Popen
    monkeypatch.setattr(sandbox.subprocess, "Popen", lambda command, **named: real([command[0], "-c", said], **named))
    with make_workplace() as place, pytest.raises(Shortage, match="Creating new namespace"):
        Zygote("landlock", REPOSITORY, place, OPTIONS.limits)


def test_a_shortage_during_a_check_is_no_result(monkeypatch):
    monkeypatch.setattr("reelgrade.grading.state.patiently", Scarce(Shortage(), 10**9))
    with Grader(REPOSITORY, OPTIONS) as grader, pytest.raises(Shortage):
        grader.grade(REPOSITORY / "solutions")


def test_a_pool_waits_for_its_threads_and_its_process(monkeypatch, tmp_path):
    real = threading._start_new_thread
    for times in (1, 2):  # the thread that looks after the pool, and the one that feeds it
        fails = iter([False] * (times - 1) + [True] + [False] * 100)

        def start(*given, fails=fails):
            if next(fails):
                raise NO_THREAD
            return real(*given)

        monkeypatch.setattr(threading, "_start_new_thread", start)
        monkeypatch.setattr(threading, "excepthook", lambda _: None)
        with closing(Slot(str(tmp_path), str(REPOSITORY), OPTIONS)) as slot:
            assert slot.submit(abs, -1).result(60) == 1


class Poor:
    """A pool that starts nothing for a submission of one name."""

    width, executor = 2, property(lambda self: self)

    def submit(self, function, task):
        if task.course == "unlucky":
            raise Shortage
        future = Future()
        future.set_result(Outcome(problem="its own"))
        return future

    def is_death(self, error):
        return False

    def look_after(self):
        pass


def test_a_coordinator_tries_again_and_goes_on(monkeypatch):
    engine = Engine(Poor(), lambda item: Task(None, OPTIONS, {}, item))
    done = list(engine.run([Work("unlucky"), Work("lucky")]))
    last = {one.work.item: one for one in done if one.final}
    assert [one.work.item for one in done].count("unlucky") == 3
    assert last["unlucky"].status == CRASHED
    assert "starts no more processes" in last["unlucky"].outcome.problem
    assert "its own" in last["lucky"].outcome.problem


def test_a_process_that_could_not_be_started_is_still_to_be_had_later(monkeypatch, tmp_path):
    monkeypatch.setattr(patience, "PATIENCE_S", 0.1)
    with closing(LocalPool(1, tmp_path, REPOSITORY, OPTIONS)) as pool:
        slot = pool._all[0]
        monkeypatch.setattr(slot, "submit", Scarce(Shortage(), 1, slot.submit))
        with pytest.raises(Shortage):
            pool.submit(abs, -1)
        assert pool.submit(abs, -1).result(60) == 1
