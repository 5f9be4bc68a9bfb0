"""The students' verbs: hints, the next problem, points, a stub put back, and a watch as a real process."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import warm
from reelgrade.course import hints, student
from reelgrade.course import reset as resetting
from reelgrade.course.exercises import load_exercises
from reelgrade.course.place import find_place, make_console
from reelgrade.course.stubs import make_stubs
from reelgrade.errors import UserError

REPOSITORY = Path(__file__).resolve().parents[1]
STUBS = make_stubs(REPOSITORY / "solutions")
HOLES = [
    (f"{exercise.name}.py", hole.name)
    for exercise in load_exercises(REPOSITORY / "autograder").values()
    for hole in exercise.holes
]
COMMAND = [sys.executable, "-m", "reelgrade"]


def solution(file):
    return (REPOSITORY / "solutions" / file).read_text(encoding="utf-8")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A student's copy of the course, with the stubs that a release carries."""
    (tmp_path / "autograder" / "stubs").mkdir(parents=True)
    for path in [*(REPOSITORY / "autograder").glob("*.toml"), *(REPOSITORY / "autograder").glob("test_*.py")]:
        shutil.copy(path, tmp_path / "autograder")
    shutil.copytree(REPOSITORY / "datasets", tmp_path / "datasets")
    (tmp_path / "exercises").mkdir()
    for name, text in STUBS.items():
        (tmp_path / "exercises" / name).write_text(text, encoding="utf-8")
        (tmp_path / "autograder" / "stubs" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def solve(course, *names):
    for name in names:
        shutil.copy(REPOSITORY / "solutions" / f"{name}.py", course / "exercises")


def reelgrade(cwd, *arguments, **environment):
    return warm.reelgrade(*arguments, cwd=cwd, env={**os.environ, **environment})


def files_of(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def reset(name, folder=None):
    return resetting.reset(find_place(folder), name)


# the surgery behind reset


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("file", "hole"), HOLES)
def test_resetting_an_untouched_hole_changes_nothing(file, hole, line_end):
    text = STUBS[file].replace("\n", line_end)
    assert resetting.put_stub_back(text, STUBS[file], hole)[0] == text


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("file", STUBS)
def test_resetting_every_hole_of_a_solution_gives_the_stub_file(file, line_end):
    text = solution(file).replace("\n", line_end)
    for hole in [hole for of, hole in HOLES if of == file]:
        text, _ = resetting.put_stub_back(text, STUBS[file], hole)
    assert text == STUBS[file].replace("\n", line_end)


@pytest.mark.parametrize(("file", "hole"), HOLES)
def test_other_holes_stay_byte_for_byte_and_a_second_reset_changes_nothing(file, hole):
    text = solution(file) + "\nnotes = 'mine'  \n\t# \x0c\n"
    once, old = resetting.put_stub_back(text, STUBS[file], hole)
    before, after = text.split(old)
    assert once.startswith(before)
    assert once.endswith(after)
    assert once != text
    assert resetting.put_stub_back(once, STUBS[file], hole)[0] == once


STUB = '''\
import torch


def one(x):
    raise NotImplementedError("one")


class Two:
    """Count."""

    def step(self):
        raise NotImplementedError("Two")


def three(x):
    raise NotImplementedError("three")
'''


def test_a_class_goes_back_with_all_its_methods():
    text = STUB.replace('raise NotImplementedError("Two")', "return 2\n\n    def mine(self):\n        return 3")
    assert resetting.put_stub_back(text, STUB, "Two")[0] == STUB


def test_decorators_and_indented_comments_below_belong_to_a_hole_and_other_comments_do_not():
    definition = "@(\n    cache\n)\n@cache\ndef one(x):\n    return x\n\n    # return x + 1\n\n    # or so\n"
    text = f"import torch\n\n# about one\n{definition}# about two\n\nclass Two: pass\n"
    fresh, old = resetting.put_stub_back(text, STUB, "one")
    assert old == definition
    stub = 'def one(x):\n    raise NotImplementedError("one")\n'
    assert fresh == f"import torch\n\n# about one\n{stub}# about two\n\nclass Two: pass\n"


def test_rare_line_separators_inside_a_line_do_not_shift_the_cut():
    text = "odd = '\x0c\x1c\u2028'  # \x85\n\ndef one(x):\n    return x\n\nend = 1\n"
    fresh, old = resetting.put_stub_back(text, STUB, "one")
    assert old == "def one(x):\n    return x\n"
    assert fresh.startswith("odd = '\x0c\x1c\u2028'  # \x85\n\ndef one(x):\n    raise")


def test_of_two_definitions_the_one_that_counts_goes_back():
    text = "def one(x):\n    return 1\n\n\ndef one(x):\n    return 2\n"
    fresh, old = resetting.put_stub_back(text, STUB, "one")
    assert "return 2" in old
    assert fresh.startswith("def one(x):\n    return 1\n\n\ndef one(x):\n    raise")


@pytest.mark.parametrize("hole", ["one", "Two", "three"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_missing_hole_comes_back_at_its_place(hole, line_end):
    stub = STUB.replace("\n", line_end)
    definition = resetting.put_stub_back(stub, STUB, hole)[1]
    without = stub.replace(line_end * 2 + definition, "")
    assert hole not in without
    fresh, old = resetting.put_stub_back(without, STUB, hole)
    assert old == ""
    expected = stub if hole != "one" else without + line_end * 2 + definition  # nothing precedes it: at the end
    assert fresh == expected


def test_a_missing_hole_is_not_glued_to_a_file_without_a_last_line_end():
    assert resetting.put_stub_back("x = 1", "def one(x):\n    raise E\n", "one")[0] == (
        "x = 1\n\n\ndef one(x):\n    raise E\n"
    )


# reset


def test_reset_puts_one_stub_back_and_keeps_every_old_text(course):
    solve(course, "vocab")
    path, before = course / "exercises" / "vocab.py", files_of(course)
    first = reelgrade(course, "reset", "ENCODE")
    assert first.returncode == 0, first.stderr
    assert "encode in exercises/vocab.py is the stub again" in first.stdout
    kept = course / "exercises" / "encode.kept-1.txt"
    assert "exercises/encode.kept-1.txt" in first.stdout
    assert kept.read_bytes() in before[path]
    assert kept.read_text(encoding="utf-8").startswith("def encode(")
    assert {name for name, text in files_of(course).items() if before.get(name) != text} == {path, kept}
    assert path.read_text(encoding="utf-8").count("raise NotImplementedError") == 1
    after = files_of(course)
    assert "nothing was changed" in reset("encode")[0]
    assert files_of(course) == after
    shutil.copy(REPOSITORY / "solutions" / "vocab.py", path)
    assert "exercises/encode.kept-2.txt" in reset("encode")[0]
    assert kept.read_bytes() == after[kept]


def test_reset_keeps_windows_line_ends(course):
    path = course / "exercises" / "vocab.py"
    path.write_bytes(solution("vocab.py").replace("\n", "\r\n").encode())
    reset("encode")
    for file in (path, course / "exercises" / "encode.kept-1.txt"):
        assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n") > 0


def test_reset_makes_the_stub_from_the_solutions_where_they_are(course):
    shutil.rmtree(course / "autograder" / "stubs")
    solve(course, "vocab")
    with pytest.raises(UserError, match="no stubs there to put back"):
        reset("encode")
    shutil.copytree(REPOSITORY / "solutions", course / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    reset("encode")
    assert 'raise NotImplementedError("encode")' in (course / "exercises" / "vocab.py").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="stubs are made from these files"):
        reset("encode", course / "solutions")


def test_reset_says_which_line_python_cannot_read_and_a_whole_file_reset_is_the_way_out(course):
    path = course / "exercises" / "vocab.py"
    path.write_text("x = 1\ndef encode(:\n", encoding="utf-8")
    broken = files_of(course)
    refused = reelgrade(course, "reset", "encode")
    assert refused.returncode == 2
    assert re.search(r"vocab\.py, line 2: .*reelgrade reset vocab\.py\n$", refused.stderr)
    assert files_of(course) == broken
    told = reset("vocab.py")
    assert "yours is kept in exercises/vocab.py.kept-1.txt" in told[0]
    assert path.read_text(encoding="utf-8") == STUBS["vocab.py"]
    assert (course / "exercises" / "vocab.py.kept-1.txt").read_bytes() == broken[path]
    assert "nothing was changed" in reset("vocab.py")[0]


def test_reset_of_a_whole_file_keeps_bytes_that_are_no_text(course):
    path = course / "exercises" / "vocab.py"
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(UserError, match="not UTF-8 text"):
        reset("encode")
    reset("exercises/vocab.py")
    assert (course / "exercises" / "vocab.py.kept-1.txt").read_bytes() == b"# caf\xe9\n"


def test_reset_brings_back_what_was_deleted(course):
    path = course / "exercises" / "vocab.py"
    path.write_text(STUBS["vocab.py"].replace("def encode(", "def encoded("), encoding="utf-8")
    assert "it was missing" in reset("encode")[0]
    path.unlink()
    with pytest.raises(UserError, match=r"no such file; .*reelgrade reset vocab\.py"):
        reset("encode")
    reset("vocab.py")
    assert path.read_text(encoding="utf-8") == STUBS["vocab.py"]
    assert [file.name for file in path.parent.glob("*.txt")] == []


def test_reset_warns_of_a_line_that_overrides_the_stub(course):
    path = course / "exercises" / "vocab.py"
    path.write_text(solution("vocab.py") + "\nencode = print\n", encoding="utf-8")
    told = reset("encode")
    line = path.read_text(encoding="utf-8").splitlines().index("encode = print") + 1
    assert told[1] == f"line {line} gives encode another value; remove that line too"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("encod", "did you mean encode"),
        ("vocab", "reelgrade reset vocab.py"),
        ("vocabs.py", "did you mean vocab.py"),
        ("other/vocab.py", "is not in exercises"),
    ],
)
def test_reset_refuses_names_that_are_no_hole_and_says_what_was_meant(course, name, message):
    before = files_of(course)
    with pytest.raises(UserError, match=message):
        reset(name)
    assert files_of(course) == before


# hint


def test_hints_climb_from_the_first_to_the_last(course):
    hole = load_exercises(REPOSITORY / "autograder")["finetuning"].holes[1]
    shown = reelgrade(course, "hint", "earlystopping")
    assert shown.returncode == 0, shown.stderr
    assert hole.hints[0] in shown.stdout
    assert hole.hints[1] not in shown.stdout
    assert shown.stdout.endswith("hint 1 of 3; more: reelgrade hint EarlyStopping --level 2\n")
    assert hole.hints[1] in hints.hint("EARLYSTOPPING", 2)
    assert hints.hint("EarlyStopping", 3)[-1] == "hint 3 of 3"


def test_hint_lists_the_holes_of_an_exercise(course):
    listed = "\n".join(hints.hint("VOCAB"))
    for hole in load_exercises(REPOSITORY / "autograder")["vocab"].holes:
        assert re.search(
            rf"{hole.name} +{hole.title} +about {hole.minutes} minutes, difficulty {hole.difficulty}", listed
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ealy_stopping",), "did you mean EarlyStopping"),
        (("vocabulary",), "did you mean vocab"),
        (("qqq",), "lists the holes of data, tokenization, vocab"),
        (("pad", 0), "levels go from 1 to 3"),
        (("pad", 4), "levels go from 1 to 3"),
        (("vocab", 2), "reelgrade hint build_vocab"),
    ],
)
def test_hint_refuses_what_does_not_exist_and_says_what_does(course, arguments, message):
    with pytest.raises(UserError, match=message):
        hints.hint(*arguments)


def test_an_unknown_name_is_one_line_and_exit_status_2(course):
    unknown = reelgrade(course, "hint", "mean_pol")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == "reelgrade: mean_pol: no such name; did you mean mean_pool?\n"


# next, progress


def test_next_shows_the_first_problem_alone_and_writes_nothing(course):
    solve(course, "data", "tokenization")
    path = course / "exercises" / "tokenization.py"
    path.write_text(solution("tokenization.py").replace(".lower()", ""), encoding="utf-8")
    before = files_of(course)
    shown = reelgrade(course, "next", NO_COLOR="1")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("tokenization.tokenize_")
    assert "got  " in shown.stdout
    assert shown.stdout.count(" points\n") == 1
    assert shown.stdout.splitlines()[-1].startswith("next: mend tokenize in exercises/tokenization.py")
    assert "vocab" not in shown.stdout
    assert "\x1b" not in shown.stdout
    assert shown.stderr == ""
    assert files_of(course) == before


def test_next_names_the_first_hole_that_is_not_started(course, capsys):
    solve(course, "data")
    student.show_next(find_place(), make_console())
    printed = capsys.readouterr().out.splitlines()
    assert "not started" in printed[0]
    assert printed[-1].startswith("next: fill tokenize in exercises/tokenization.py, about 15 minutes")


def test_next_says_that_all_fast_checks_pass_and_what_adds_the_others(course, capsys):
    solve(course, *(name.removesuffix(".py") for name in STUBS))
    student.show_next(find_place(), make_console())
    assert capsys.readouterr().out == "all fast checks pass; pytest autograder adds 2 accuracy checks\n"


def test_progress_counts_all_points_and_says_what_it_left_out(course, capsys):
    solve(course, "vocab", "training")
    before = files_of(course)
    student.show_progress(find_place(), False, make_console())
    printed = capsys.readouterr().out
    assert re.search(r"^ +3 vocab +█+ +12 / 12 *$", printed, re.MULTILINE)
    assert re.search(r"^ +6 training +█+░+ +1\d / 16 *$", printed, re.MULTILINE)
    assert re.search(r"^ +1 data +░+ +0 / 6 +not started$", printed, re.MULTILINE)
    assert " of 100 points, 0 of 20 bonus" in printed
    assert printed.count("accuracy") == 1
    assert "not run: 2 accuracy checks of training and finetuning, 10 points; progress --all" in printed
    assert printed.splitlines()[-1].startswith("next: fill load_reviews")
    assert "\x1b" not in printed
    assert files_of(course) == before


def test_progress_all_runs_the_accuracy_checks_too(course, capsys):
    solve(course, "training")
    student.show_progress(find_place(), True, make_console())
    printed = capsys.readouterr().out
    assert "not run" not in printed
    assert re.search(r"^ +6 training +█+ +16 / 16$", printed, re.MULTILINE)


def test_another_submission_is_named_in_what_to_do_next(course, capsys):
    (course / "exercises").rename(course / "mine")
    (course / "exercises").mkdir()
    student.show_next(find_place(Path("mine")), make_console())
    assert "in mine/data.py" in capsys.readouterr().out


def test_feedback_that_the_output_cannot_show_does_not_break_it(course):
    (course / "exercises" / "data.py").write_text("raise ValueError('\\udcff\\u2192')\n", encoding="utf-8")
    shown = reelgrade(course, "next", PYTHONIOENCODING="ascii")
    assert shown.returncode == 0, shown.stderr
    assert r"ValueError on import: \udcff?" in shown.stdout


@pytest.mark.parametrize("verb", [("next",), ("progress",), ("watch",), ("reset", "encode")])
def test_a_missing_or_empty_submission_is_one_line_and_exit_status_2(course, verb):
    (course / "empty").mkdir()
    missing = reelgrade(course, *verb, "--submission", "missing")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert re.fullmatch(r"reelgrade: .*missing: no such submission folder; .*\n", missing.stderr)
    with pytest.raises(UserError, match="empty: no exercise in it"):
        find_place(course / "empty")


def test_long_work_shows_a_spinner_on_a_terminal_and_leaves_the_cursor_as_it_was(course):
    path = course / "exercises" / "data.py"
    path.write_text(f"import time\ntime.sleep({student.PATIENCE_S + 1})\n" + STUBS["data.py"], encoding="utf-8")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    process = subprocess.run(
        [*COMMAND, "next"], cwd=course, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=False
    )
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 0)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # how a terminal that nobody holds open ends
            break
    os.close(ours)
    assert b"checking" in shown
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l")
    assert process.stdout.startswith(b"data.load_reviews_")


@pytest.mark.part("slow")  # waits out a time limit and the grace after it
def test_a_check_that_swallows_its_time_limit_is_named_before_the_process_ends(course):
    endless = "    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\n"
    text = STUBS["data.py"].replace('    raise NotImplementedError("load_reviews")\n', endless, 1)
    (course / "exercises" / "data.py").write_text(text, encoding="utf-8")
    ended = reelgrade(course, "next")
    assert ended.returncode == 1
    assert "load_reviews never ends, and catches every interruption" in ended.stdout


# watch


class Watch:
    """A running `reelgrade watch` and what it has printed so far."""

    def __init__(self, course, *arguments):
        self.process = subprocess.Popen(
            [*COMMAND, "watch", *arguments], cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.shown = ""

    def until(self, pattern):
        """Read on until a line has this in it; give everything that came on the way."""
        end = time.monotonic() + 60  # seconds; a busy machine imports slowly
        while not (found := re.search(f".*{pattern}.*\n", self.shown)):
            assert select.select([self.process.stdout], [], [], end - time.monotonic())[0], self.shown
            came = os.read(self.process.stdout.fileno(), 65536)
            assert came, self.shown + self.process.stderr.read().decode()
            self.shown += came.decode()
        came, self.shown = self.shown[: found.end()], self.shown[found.end() :]
        return came

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, self.shown + out.decode(), errors.decode()


@pytest.fixture
def watch(course):
    running = Watch(course)
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.communicate()


def test_watch_checks_what_is_saved_survives_half_a_file_and_ends_with_130(course, watch):
    path = course / "exercises" / "vocab.py"
    watch.until("watching exercises")
    text = solution("vocab.py")

    path.write_text(text.replace("UNK_ID)", "PAD_ID)"), encoding="utf-8")
    came = watch.until("hint: reelgrade hint")
    assert re.search(r"^\d\d:\d\d:\d\d vocab\.py has changed\n +3 vocab +█*░+ .* / 12 ", came, re.MULTILINE)
    assert re.search(r"^vocab\.\w+: failed, 0 of [\d.]+ points$", came, re.MULTILINE)

    path.write_text(text[: text.index("def encode_splits(") + 20], encoding="utf-8")
    came = watch.until("Python cannot read this file yet")
    assert "vocab.py has changed" in came

    replacement = course / "exercises" / "vocab.py.new"  # as editors do that never write in place
    replacement.write_text(text, encoding="utf-8")
    replacement.replace(path)
    came = watch.until("all fast checks of vocab pass")
    assert re.search(r" 3 vocab +█+ +12 / 12", came)

    path.unlink()
    watch.until("no such file")

    before = files_of(course)
    status, out, errors = watch.stop()
    assert status == 130
    assert errors == "reelgrade: stopped; nothing was written\n"
    assert "has changed" not in out  # one save, one run
    assert files_of(course) == before
    assert list((course / "exercises").glob("*.kept*")) == []


def test_watch_runs_only_what_was_saved_and_ignores_other_files(course, watch):
    watch.until("watching exercises")
    (course / "exercises" / "encode.kept-1.txt").write_text("mine", encoding="utf-8")
    (course / "exercises" / "helper.py").write_text("x = 1", encoding="utf-8")
    (course / "exercises" / "old").mkdir()
    (course / "exercises" / "old" / "vocab.py").write_text("x = 1", encoding="utf-8")
    solve(course, "tokenization")
    came = watch.until("all fast checks of tokenization pass")
    assert came.count("has changed") == 1
    assert "vocab" not in came
    assert watch.stop()[0] == 130


def test_watch_has_an_end_even_in_student_code_that_has_none(course, watch):
    watch.until("watching exercises")
    endless = "from pathlib import Path\nPath('running').touch()\nwhile True:\n    pass\n"
    (course / "exercises" / "vocab.py").write_text(endless, encoding="utf-8")
    end = time.monotonic() + 60
    while not (course / "running").exists() and time.monotonic() < end:
        time.sleep(0.05)
    status, _, errors = watch.stop()
    assert (status, errors) == (130, "reelgrade: stopped; nothing was written\n")
