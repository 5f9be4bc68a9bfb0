"""Whatever is in a notebook, reading it takes so much time and memory and no more, and the next one is read."""

import json
import sys
import threading

import psutil
import pytest

from reelgrade.grading.notebook_reader import Reader
from reelgrade.grading.notebook_source import extract
from reelgrade.grading.sources.entries import Unusable


def book(*cells):
    made = [{"cell_type": "code", "metadata": {}, "source": source} for source in cells]
    return json.dumps({"nbformat": 4, "cells": made}).encode()


def nested(levels, exits):
    """A function with so many `try`s, each in the `finally` of the one before, and so many ways out of each body."""
    lines = ["def f(x):"]
    for level in range(1, levels + 1):
        body = [f"if x == {number}: return {number}" for number in range(exits)]
        lines += [" " * level + line for line in ("try:", *(" " + line for line in body), "finally:")]
    return "\n".join([*lines, " " * (levels + 1) + "x += 1"])


NAMES = ", ".join(f"a{number}" for number in range(4000))
HOSTILE = {
    "copies of finally clauses": nested(9, 9),
    "folded constants": "def f(): return " + "+".join(["'😀'*4096"] * 900),
    "names of a pattern": f"def f(x):\n match x:\n  case [{NAMES}, *rest] | [*rest, {NAMES}]: pass",
    "names in scopes": "def f():\n "
    + "=".join(f"a{number}" for number in range(16000))
    + "=0\n return ["
    + "lambda:0," * 8000
    + "]",
}


@pytest.fixture
def reader():
    made = Reader(seconds=3)
    yield made
    made.close()


def test_what_is_read_apart_is_what_is_read_here(reader):
    for cells in (
        ["import re", "def f(): return re"],
        ["def (", "from exercises.vocab import f"],
        ["x = '\ud800'\nf = x"],
    ):
        assert reader.extract(book(*cells), ["f"]) == extract(book(*cells), ["f"])
    for bad in (b"", b"[]", b"\xff\n\n", json.dumps({"nbformat": 3}).encode()):
        with pytest.raises(Unusable) as here:
            extract(bad, ["f"])
        with pytest.raises(Unusable) as apart:
            reader.extract(bad, ["f"])
        assert str(apart.value) == str(here.value)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_takes_too_much_is_refused_or_left_out_and_the_next_one_is_read(reader, kind):
    memory = psutil.Process().memory_info().rss
    try:
        assert "def f" not in reader.extract(book(HOSTILE[kind], "def g(): return 1"), ["f", "g"]).source
    except Unusable as error:
        assert str(error) == "reading its code takes more than 3 s or 1 GiB; write it more plainly"
    assert psutil.Process().memory_info().rss < memory + 2**27
    assert reader.extract(book("def g(): return 1"), ["g"]).source.endswith("\ndef g(): return 1\n")


@pytest.fixture
def its_process():
    """The process of the reader of this test; other tests have started theirs before."""
    before = set(psutil.Process().children())

    def find():
        (child,) = set(psutil.Process().children()) - before
        return child

    return find


def test_a_reader_that_has_died_is_started_anew(reader, its_process):
    for _ in range(2):
        assert reader.extract(book("def g(): return 1"), ["g"]).source
        child = its_process()
        child.kill()
        child.wait(10)


def test_a_reader_has_no_secret(reader, its_process, monkeypatch):
    monkeypatch.setenv("REELGRADE_SECRET", "abc")
    reader.extract(book("x = 1"), ["x"])
    child = its_process()
    assert "REELGRADE_SECRET" not in child.environ()


def test_a_process_that_is_ended_after_its_answer_is_not_asked_again(reader, monkeypatch):
    class Late(threading.Timer):
        def cancel(self):
            self.function()
            super().cancel()

    with monkeypatch.context() as patch:
        patch.setattr(threading, "Timer", Late)
        assert reader.extract(book("def g(): return 1"), ["g"]).source
    for _ in range(3):
        assert reader.extract(book("def g(): return 1"), ["g"]).source
