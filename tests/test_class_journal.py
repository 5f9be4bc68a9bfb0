"""What the journal of a class remembers when runs are stopped, submissions change or vanish, and disks fail."""

import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from class_runs import REPOSITORY
from reelgrade.classroom import work
from reelgrade.classroom.engine import Engine, Work
from reelgrade.classroom.entries import CRASHED, REFUSED, Entry
from reelgrade.classroom.grading import Plan, open_run
from reelgrade.classroom.journal import Item, open_journal
from reelgrade.classroom.submissions import find_submissions, overlooked
from reelgrade.classroom.work import grade_task
from reelgrade.errors import UserError
from reelgrade.grading.grade import Options
from reelgrade.grading.report import Report

OLD = Item("alice", 1, "alice", None, files="1", rules="old")
NEW = replace(OLD, rules="new")
REST = replace(OLD, student="bob", source="bob")


class Threads:
    """A pool for tasks that never come to be graded."""

    def __init__(self):
        self.executor, self.width = ThreadPoolExecutor(1), 1

    def look_after(self):
        pass


@pytest.fixture
def plan(tmp_path):
    for student in ("alice", "bob"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "vocab.py").write_text("x = 1\n", encoding="utf-8")
    return Plan(tmp_path / "class", tmp_path / "out", REPOSITORY, Options(exercises=("vocab",), accuracy=False))


def graded(journal, item):
    journal.claim(item, item.files)
    journal.finish(item, Entry(item.student, item.source, report=Report(item.rules, (), 0, 0, False)))


def test_what_was_given_up_is_tried_again_by_the_next_run_and_nothing_else(tmp_path):
    with open_journal(tmp_path) as journal:
        for _ in range(2):
            journal.begin([OLD, REST], regrade=False)
            assert OLD in [item for item, _ in journal.plan([OLD, REST])]
            journal.claim(OLD, OLD.files)
            journal.finish(OLD, Entry("alice", "alice", status=CRASHED, problem="died", tries=3))
            if (REST, 0) in journal.plan([REST]):
                graded(journal, REST)
        for _ in range(2):  # one try is left, also where a run stops before it
            assert journal.plan([OLD, REST]) == [(OLD, 2)]


def test_a_problem_of_any_text_is_written_down(tmp_path):
    with open_journal(tmp_path) as journal:
        journal.begin([OLD], regrade=False)
        journal.plan([OLD])
        journal.claim(OLD, OLD.files)
        journal.finish(OLD, Entry("alice", "alice", status=REFUSED, problem="of name \ud800"))
        assert [entry.problem for entry in journal.entries([OLD])] == ["of name ?"]


def test_a_vanished_submission_does_not_hold_up_a_regrade(tmp_path):
    with open_journal(tmp_path) as journal:
        journal.begin([OLD, REST], regrade=False)
        journal.plan([OLD, REST])
        graded(journal, OLD)
        assert journal.begin([OLD], regrade=True) == 2  # bob is gone
        assert journal.plan([OLD]) == [(OLD, 0)]


def test_a_stopped_round_is_gone_on_with_and_begun_anew_under_other_rules(tmp_path):
    with open_journal(tmp_path) as journal:
        journal.begin([OLD, REST], regrade=False)
        journal.plan([OLD, REST])
        graded(journal, OLD)
        assert journal.begin([OLD, REST], regrade=True) == 1
        assert journal.begin([NEW, replace(REST, rules="new")], regrade=True) == 2
        assert not journal.judged_otherwise([NEW])


def test_what_was_before_is_found_beyond_a_round_that_was_stopped(tmp_path):
    with open_journal(tmp_path) as journal:
        for number, (alice, done) in enumerate(((OLD, True), (NEW, False), (replace(OLD, rules="third"), True)), 1):
            bob = replace(REST, rules=alice.rules)
            assert journal.begin([alice, bob], regrade=number > 1) == number
            journal.plan([alice, bob])
            graded(journal, bob)
            if done:
                graded(journal, alice)
        entry = next(journal.entries([alice]))
    assert (entry.report.submission, entry.before.submission) == ("third", "old")


def test_what_was_before_is_of_the_same_files(tmp_path):
    with open_journal(tmp_path) as journal:
        for regrade, item in ((False, OLD), (True, replace(NEW, files="2"))):
            journal.begin([item], regrade)
            journal.plan([item])
            graded(journal, item)
        assert journal.begin([], regrade=False) == 2
        assert next(journal.entries([item])).before is None


def test_a_submission_that_was_out_of_reach_is_graded_in_the_next_run(plan):
    with open_run(plan) as run:
        todo = run.prepare()
        (plan.submissions / "bob").rename(plan.out / "elsewhere")
        (plan.submissions / "alice" / "vocab.py").unlink()
        entries = [step.entry for step in run.grade(todo, Threads()) if step.entry]
        assert [entry.status for entry in entries] == [REFUSED, REFUSED]
    (plan.out / "elsewhere").rename(plan.submissions / "bob")
    with open_run(plan) as run:
        assert [item.student for item, _ in run.prepare()] == [
            "bob"
        ]  # as it was at first; of alice nothing has changed


def test_a_journal_that_cannot_be_written_is_nobodys_refusal(plan):
    with open_run(plan) as run:
        todo = run.prepare()
        with closing(sqlite3.connect(plan.out / "journal.sqlite", isolation_level=None)) as other:
            run.journal._database.execute("PRAGMA busy_timeout = 0")
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(UserError, match="the journal cannot be written"):
                list(run.grade(todo, Threads()))
            other.execute("ROLLBACK")
        assert not list(run.entries())
    with pytest.raises(UserError, match="full"):  # raised while a task is made

        def claim(_):
            raise UserError("full")

        list(Engine(Threads(), claim).run([Work("alice")]))


def test_modules_are_given_only_as_they_were_graded(plan):
    with open_run(plan) as run:
        for item, _ in run.prepare():
            graded(run.journal, item)
        alice, bob = run.entries()
        (plan.submissions / "bob" / "vocab.py").write_text("x = 2\n", encoding="utf-8")
        assert run.modules_of(alice) == {"vocab.py": b"x = 1\n"}
        with pytest.raises(UserError, match="bob has changed since it was graded; run the same command again"):
            run.modules_of(bob)


def test_a_try_is_told_before_the_next_one_begins():
    began = []

    def task_of(item):
        began.append(item)  # and gives no task, so the try fails

    pool = Threads()
    pool.is_death = lambda error: True
    told = [len(began) for _ in Engine(pool, task_of).run([Work("alice")])]
    assert told == [1, 2, 3]


@pytest.mark.parametrize("damage", ["{", "[]", '{"submission": 1}', b"\xff\xfe", "null", 7])
def test_a_damaged_report_in_a_sound_journal_is_named(tmp_path, damage):
    with open_journal(tmp_path) as journal:
        journal.begin([OLD], regrade=False)
        journal.plan([OLD])
        graded(journal, OLD)
        journal._database.execute("UPDATE work SET report = ?", (damage,))
        with pytest.raises(UserError, match="report of alice, attempt 1, is damaged"):
            list(journal.entries([OLD]))


def test_a_damaged_page_of_a_journal_is_named_before_the_work(plan):
    with open_run(plan) as run:
        run.prepare()
    path = plan.out / "journal.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\x55" * 4096
    path.write_bytes(content)
    with pytest.raises(UserError, match="no journal, or a damaged one"), open_run(plan):
        pass


def test_a_full_disk_is_the_fault_of_no_submission(plan, monkeypatch):
    def fill(*_):
        with Path("/dev/full").open("w", encoding="utf-8") as device:
            device.write("x")

    monkeypatch.setattr(work, "open_bench", fill)
    with open_run(plan) as run:
        item, _ = run.prepare()[0]
        passing = grade_task(run._task(item))  # there is room again: the engine tries once more
        assert passing.report is None
        assert "the disk was full for a while" in passing.problem
        monkeypatch.setattr("reelgrade.grading.workers.ROOM_SECONDS", 0)
        monkeypatch.setattr("reelgrade.grading.workers.free_mb", lambda folder: 0)
        with pytest.raises(UserError, match=r"no room in .*; make some, or set TMPDIR, then run the same command"):
            grade_task(run._task(item))


def test_results_among_the_submissions_are_refused(plan):
    inside = replace(plan, out=plan.submissions / "results")
    with pytest.raises(UserError, match="would be taken for one; choose another --out"), open_run(inside):
        pass
    assert not inside.out.exists()


def test_a_time_is_read_off_a_name_and_never_from_what_a_student_wrote(plan):
    (plan.submissions / "bob" / "timestamp.txt").write_text("2026-12-01 10:00:00 UTC", encoding="utf-8")
    assert [one.handed_in for one in find_submissions(plan.submissions)] == [None, None]
    (plan.submissions / "bob").rename(plan.submissions / "bob@2026-12-01T10-00-00Z")
    assert find_submissions(plan.submissions)[1].handed_in == datetime(2026, 12, 1, 10, tzinfo=UTC)
    (plan.submissions / "bob@2026-12-01T10-00-00Z").rename(plan.submissions / "bob@2026-13-01T10-00-00Z")
    assert find_submissions(plan.submissions)[1].handed_in is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_of_any_bytes_are_entered_and_shown_without_a_path(plan):
    for name in (b"bad\xff", b"new\nline", b"red\x1b[31m"):
        Path(os.fsdecode(os.fsencode(plan.submissions) + b"/" + name)).mkdir()
    with open_run(plan) as run:
        run.prepare()
        found = [item for item, _ in run.items.values()]
        problems = [str(run._look(submission)[1]) for _, submission in run.items.values()]
    assert [item.source for item in found] == ["alice", "bad\\udcff", "bob", "new\\nline", "red\\x1b[31m"]
    assert not [problem for problem in problems if str(plan.submissions) in problem]


def test_what_is_no_submission_is_named(plan):
    assert overlooked(plan.submissions) == []
    (plan.submissions / "zoe.rar").write_bytes(b"Rar!")
    assert overlooked(plan.submissions)[0].startswith(
        "not looked at: zoe.rar; a submission is a folder or an archive ("
    )


@pytest.mark.parametrize("free", [0, 8192])
def test_a_full_disk_is_named_before_the_work_and_nothing_is_lost(plan, disk_of, free):
    disk = disk_of(4)
    plan = replace(plan, out=disk / "out")
    with (disk / "filler").open("wb") as filler:
        filler.write(b"x" * (4 * 2**20 - 4096 - free))
    for _ in range(2):
        with pytest.raises(UserError, match="the disk is full, nothing was changed"), open_run(plan):
            pass
    (disk / "filler").unlink()
    with open_run(plan):
        assert (disk / "out" / "journal.sqlite").stat().st_size > 0
