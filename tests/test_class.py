"""A whole class is graded side by side: what each gets, and that a run can be killed anywhere and repeated."""

import json
import random
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from class_runs import (
    REPOSITORY,
    SOLUTIONS,
    end_with,
    hand_in,
    rows,
    run,
    start,
    states,
    timeless,
    wait_for,
    zipped,
)
from reelgrade.classroom.journal import open_journal
from reelgrade.classroom.reports_json import to_json
from reelgrade.classroom.submissions import find_submissions
from reelgrade.errors import UserError
from reelgrade.grading.grade import Grader, Options
from sampling import chosen
from warm import reelgrade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

VOCAB = (SOLUTIONS / "vocab.py").read_text(encoding="utf-8")
WRONG = VOCAB.replace("UNK_ID", "PAD_ID")
ONE = ("--exercise", "vocab", "--jobs", "2")


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    """A class of nine: right, wrong, untouched, hostile, slow, zipped, damaged, twice there."""
    folder = tmp_path_factory.mktemp("submissions")
    for student, text in {
        "alice": VOCAB,
        "bob": WRONG,
        "dies": VOCAB.replace("def encode(", "def encode(*a):\n    import os; os._exit(3)\ndef _encode("),
        "kills": VOCAB + "\nimport os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n",
        "prints": VOCAB + "\nprint('x' * 10_000_000)\n",
    }.items():
        hand_in(folder, student, vocab=text)
    hand_in(folder, "untouched")
    zipped(folder, "zed", SOLUTIONS)
    (folder / "torn.zip").write_bytes((folder / "zed.zip").read_bytes()[:2000])
    zipped(folder, "twin", SOLUTIONS)
    hand_in(folder, "twin")
    return folder


@pytest.fixture(scope="module")
def undisturbed(submissions, tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "out"
    done = run(submissions, out, *ONE)
    assert done.returncode == 1, done.stderr  # two cannot be graded
    return out, done


def earned(row):
    report = row["report"]
    return sum(one["points"] for one in report["exercises"]) if report else None


def test_each_gets_what_it_earned_and_what_cannot_be_taken_is_named(undisturbed):
    out, done = undisturbed
    points = {row["student"]: earned(row) for row in rows(out)}
    assert points["alice"] == points["zed"] == points["prints"] == 12
    assert points["untouched"] == 0
    assert 0 < points["bob"] < 12
    assert 0 < points["dies"] < 12
    assert points["torn"] is None
    assert points["twin"] is None
    assert "twin: refused: two submissions of one student: twin, twin.zip; leave one" in done.stdout
    assert "7 of 9 graded" in done.stdout
    assert "2 could not be graded" in done.stderr


def test_a_pool_gives_the_reports_of_one_by_one(undisturbed, submissions):
    out, _ = undisturbed
    with Grader(REPOSITORY, Options(exercises=("vocab",))) as grader:
        for row in rows(out):
            if row["report"]:
                name = next(submissions.glob(f"{row['student']}*"))
                assert timeless(json.loads(to_json(grader.grade(name)))) == row["report"], row["student"]


def test_what_is_graded_is_not_graded_again(undisturbed, submissions):
    out, _ = undisturbed
    before = rows(out)
    again = run(submissions, out, *ONE)
    assert "points" not in again.stdout
    assert rows(out) == before
    assert all(row["graded"] == 1 for row in before)


def pool_of(process):
    """List the processes of a run that grade; none before the pool is there."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def kill_when(process, out, finished, whom):
    """Wait until some are done, then kill the coordinator, one of its processes, or everything at once."""
    wait_for(lambda: states(out).get("done", 0) >= finished or process.poll() is not None)
    with suppress(psutil.NoSuchProcess):  # it has ended by itself meanwhile
        children = psutil.Process(process.pid).children(recursive=True)
        if whom == "worker":
            wait_for(lambda: pool_of(process) or process.poll() is not None)
            for worker in random.sample(pool_of(process), 1) if process.poll() is None else ():
                worker.kill()
        else:
            process.kill()
        for child in children if whom == "all" else ():
            with suppress(psutil.NoSuchProcess):
                child.kill()
    process.communicate(timeout=120)


def killed_and_repeated(submissions, out, finished, whom):
    process = start(submissions, out, *ONE)
    kill_when(process, out, finished, whom)
    run(submissions, out, *ONE)
    return rows(out)


@pytest.mark.sampled("class")
@pytest.mark.parametrize(("finished", "whom"), chosen([(1, "coordinator"), (3, "all"), (4, "worker")], 1, "class"))
def test_a_run_that_was_killed_ends_like_an_undisturbed_one(undisturbed, submissions, tmp_path, finished, whom):
    assert killed_and_repeated(submissions, tmp_path / "out", finished, whom) == rows(undisturbed[0])


@pytest.mark.part("class")
@pytest.mark.parametrize("seed", range(20))
def test_a_run_killed_at_random_ends_like_an_undisturbed_one(undisturbed, submissions, tmp_path, seed):
    draw = random.Random(seed)
    finished, whom = draw.randrange(10), draw.choice(["coordinator", "all", "worker"])
    assert killed_and_repeated(submissions, tmp_path / "out", finished, whom) == rows(undisturbed[0])


def test_a_submission_whose_process_dies_three_times_is_given_up_and_the_rest_go_on(submissions, tmp_path):
    folder, out = tmp_path / "few", tmp_path / "out"
    folder.mkdir()
    for student in ("alice", "bob"):
        shutil.copytree(submissions / student, folder / student)
    hand_in(folder, "amber", vocab="import time\ntime.sleep(60)\n")
    process = start(folder, out, "--exercise", "vocab", "--jobs", "1")
    for died in range(3):

        def being_graded(died=died):
            with closing(sqlite3.connect(out / "journal.sqlite")) as database:
                query = "SELECT 1 FROM work WHERE student = 'amber' AND state = 'claimed' AND tries = ?"
                return database.execute(query, (died,)).fetchone()

        wait_for(lambda: states(out) and being_graded())
        time.sleep(1)  # it is claimed a moment before it is handed over
        pool = wait_for(
            lambda: [
                child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())
            ]
        )
        pool[0].kill()
    process.communicate(timeout=120)
    assert process.returncode == 1
    found = {row["student"]: row for row in rows(out)}
    assert found["amber"]["status"] == "crashed"
    assert "died, 3 times; run the same command to try again" in found["amber"]["problem"]
    assert earned(found["alice"]) == 12
    assert found["bob"]["status"] == "graded"


def noted_scratch(out):
    """Read where a run has its temporary files."""
    with closing(sqlite3.connect(out / "journal.sqlite")) as database:
        return Path(database.execute("SELECT value FROM notes WHERE name = 'scratch'").fetchone()[0])


@pytest.mark.sampled("class")
@pytest.mark.parametrize("sent", chosen([signal.SIGINT, signal.SIGTERM], 1, "class"))
def test_a_signal_stops_cleanly_and_says_how_to_go_on(undisturbed, submissions, tmp_path, sent):
    process = start(submissions, tmp_path / "out", *ONE)
    wait_for(lambda: states(tmp_path / "out").get("done", 0) >= 1)
    children = psutil.Process(process.pid).children(recursive=True)
    scratch = noted_scratch(tmp_path / "out")
    _, said = end_with(process, sent)
    assert process.returncode == 130
    assert not scratch.exists()
    assert said.strip() == "reelgrade: stopped; what was graded is kept; run the same command again to go on"
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    run(submissions, tmp_path / "out", *ONE)
    assert rows(tmp_path / "out") == rows(undisturbed[0])


def test_no_more_processes_start_than_there_is_work(submissions, tmp_path):
    folder, out = tmp_path / "few", tmp_path / "out"
    folder.mkdir()
    shutil.copytree(submissions / "alice", folder / "alice")
    process = start(folder, out, "--exercise", "vocab", "--jobs", "9")
    wait_for(lambda: "claimed" in states(out))
    graders = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    end_with(process)
    assert len(graders) == 1


def test_changed_work_is_graded_again_and_nothing_else(submissions, tmp_path):
    folder, out = tmp_path / "few", tmp_path / "out"
    folder.mkdir()
    shutil.copytree(submissions / "alice", folder / "alice")
    shutil.copytree(submissions / "bob", folder / "bob")
    run(folder, out, *ONE)
    (folder / "bob" / "vocab.py").write_text(VOCAB, encoding="utf-8")
    again = run(folder, out, *ONE)
    assert "alice: 12" not in again.stdout
    assert {row["student"]: earned(row) for row in rows(out)} == {"alice": 12, "bob": 12}


def test_other_rules_ask_for_a_regrade_and_keep_what_was_before(submissions, tmp_path):
    folder, out = tmp_path / "few", tmp_path / "out"
    folder.mkdir()
    shutil.copytree(submissions / "alice", folder / "alice")
    assert run(folder, out, *ONE).returncode == 0
    refused = run(folder, out, "--exercise", "tokenization")
    assert refused.returncode == 2
    assert "1 are graded there with other checks, options or versions (alice); add --regrade" in refused.stderr
    assert run(folder, out, "--exercise", "tokenization", "--regrade").returncode == 0
    with open_journal(out) as journal, closing(sqlite3.connect(out / "journal.sqlite")) as database:
        assert database.execute("SELECT count(*), max(round) FROM work").fetchone() == (2, 2)
        assert journal.begin([], regrade=False) == 2


def test_bad_input_is_named_with_exit_status_2(tmp_path, submissions):
    empty, out = tmp_path / "empty", tmp_path / "out"
    empty.mkdir()

    def said(folder, *options):
        done = run(folder, out, *options)
        assert done.returncode == 2, done.stderr
        return done.stderr

    assert "no submission in it" in said(empty)
    assert "no such folder" in said(tmp_path / "nowhere")
    told = said(submissions, "--dask", "tcp://127.0.0.1:1")
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in told and "start it with TLS" in told
    assert "there is no exercise 'vocabulary'" in said(submissions, "--exercise", "vocabulary")
    with open_journal(out), pytest.raises(UserError, match="another run is writing there"), open_journal(out):
        pass
    with closing(sqlite3.connect(out / "journal.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    before = (out / "journal.sqlite").read_bytes()
    assert "a journal of schema 99, and this version of reelgrade writes 1" in said(submissions)
    assert (out / "journal.sqlite").read_bytes() == before
    (out / "journal.sqlite").write_bytes(b"no database, but long enough to look like one" * 100)
    assert "no journal, or a damaged one" in said(submissions)


@pytest.mark.parametrize(
    "option", [("--regrade",), ("--exercise", "vocab"), ("--pictures",), ("--roster", "class.csv")]
)
def test_an_option_that_collected_notebooks_do_not_take_is_refused_and_not_ignored(option, tmp_path):
    done = reelgrade("class", "--nbgrader", tmp_path, *option)
    assert done.returncode == 2
    assert "collected notebooks take no --roster, --regrade, --exercise or --pictures" in done.stderr


def test_canvas_and_moodle_names_are_understood(tmp_path):
    for name in (
        "doejane_LATE_17_99_vocab-2.py",
        "doejane_17_98_data.py",
        "roeric_18_97_work.zip",
        "Max Muster_19_assignsubmission_file_03_vocab.ipynb",
        "Max Muster_19_assignsubmission_onlinetext_onlinetext.html",
        "alice@2026-12-01T10-00-00Z.zip",
        "alice@2026-12-03T10-00-00Z.zip",
        "notes.txt",
    ):
        (tmp_path / name).write_bytes(b"")
    folder = tmp_path / "Ann Otter_20_assignsubmission_file_"
    folder.mkdir()
    (folder / "all.zip").write_bytes(b"")
    found = [(one.student, one.attempt, one.shown) for one in find_submissions(tmp_path)]
    assert found == [
        ("Ann Otter_20", 1, "all.zip"),
        ("Max Muster_19", 1, "Max Muster_19"),
        ("alice", 1, "alice@2026-12-01T10-00-00Z.zip"),
        ("alice", 2, "alice@2026-12-03T10-00-00Z.zip"),
        ("doejane_17", 1, "doejane_17"),
        ("roeric_18", 1, "roeric_18_97_work.zip"),
    ]
    jane = next(one for one in find_submissions(tmp_path) if one.student == "doejane_17")
    assert sorted(jane.source.names("")) == ["data.py", "vocab.py"]
