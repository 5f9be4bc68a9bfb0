"""`pytest autograder`, run as students run it: what it prints, what it exits with, and what bad code cannot do to it."""

import os
import re
import shutil
import subprocess
import sys

import pytest

import warm

ALL = 137
SOON = ("--check-timeout", "1")


@pytest.fixture(scope="module")
def student(repository, tmp_path_factory):
    """A student's course: no solutions, no hidden checks, a path with a space and an accent."""
    course = tmp_path_factory.mktemp("élève à l'œuvre") / "my course"
    course.mkdir()
    ignore = shutil.ignore_patterns("hidden", "__pycache__", "reelgrade")
    for folder in ("exercises", "datasets", "autograder"):
        shutil.copytree(repository / folder, course / folder, ignore=ignore)
    shutil.copy(repository / "pyproject.toml", course)
    return course


@pytest.fixture
def mine(repository, tmp_path):
    """A folder with all solutions, to be spoilt."""
    folder = tmp_path / "mine"
    shutil.copytree(repository / "solutions", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(cwd, *arguments, **environment):
    variables = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    return warm.run("pytest", *arguments, cwd=cwd, env={**variables, **environment}, timeout=120)


def spoil(folder, file, old, new):
    source = (folder / file).read_text(encoding="utf-8")
    assert source.count(old) >= 1
    (folder / file).write_text(source.replace(old, new), encoding="utf-8")


def test_a_fresh_clone_shows_nothing_started_and_one_next_thing(student):
    ended = run(student, "autograder")
    assert ended.returncode == 1
    assert f"0 of 100 points, 0 of 20 bonus * · 0 of {ALL} visible checks" in ended.stdout
    assert "hidden checks will confirm at grading" in ended.stdout
    assert "next: fill load_reviews in exercises/data.py" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "Error" not in ended.stdout + ended.stderr
    assert ended.stdout.count("not started") == 11  # once an exercise


def test_solutions_get_everything_but_accuracy_and_never_all_passed(student, repository):
    ended = run(student, "autograder", "--submission", repository / "solutions", "-m", "not accuracy")
    assert ended.returncode == 0, ended.stdout
    assert f"90 of 100 points, 20 of 20 bonus * · {ALL - 2} of {ALL} visible checks" in ended.stdout
    assert "hidden checks will confirm at grading" in ended.stdout
    assert "next:" not in ended.stdout


@pytest.mark.part("slow")
def test_solutions_reach_the_bar_on_the_test_split_too(student, repository):
    ended = run(student, "autograder", "--submission", repository / "solutions")
    assert f"100 of 100 points, 20 of 20 bonus * · {ALL} of {ALL} visible checks" in ended.stdout


def test_a_run_writes_nothing_but_pytests_cache(student, repository, tmp_path):
    def snapshot():
        return {
            (str(path.relative_to(student)), path.stat().st_mtime_ns if path.is_file() else 0)
            for path in student.rglob("*")
            if ".pytest_cache" not in path.parts and "__pycache__" not in path.parts
        }

    for cache in list(student.rglob("__pycache__")):
        shutil.rmtree(cache)
    before = snapshot()
    suites = ["autograder/test_vocab.py", "autograder/test_batching.py", "autograder/test_tinybert.py"]
    home = {"HOME": str(tmp_path / "home"), "USERPROFILE": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()
    assert run(student, *suites, "--submission", repository / "solutions", **home).returncode == 0
    # bytecode of the one file that is loaded before it can say that none is wanted
    assert {path.name.split(".")[0] for path in student.rglob("*.pyc")} <= {"conftest"}
    assert {name for name, _ in snapshot() ^ before} <= {"autograder"}  # the folder of that file
    assert list((tmp_path / "home").iterdir()) == []


def test_selection_works_as_pytest_users_expect(student, mine):
    spoil(mine, "vocab.py", "return vocab, [encode", "return {}, [encode")
    whole = run(student, "autograder/test_vocab.py", "--submission", mine)
    assert whole.returncode == 1
    assert f"of {ALL} visible checks" in whole.stdout
    assert "vocab.encode_splits_encodes_both_splits: failed" in whole.stdout
    again = run(student, "autograder/test_vocab.py", "--submission", mine, "--lf", "-x")
    assert "1 failed" in again.stdout
    chosen = run(student, "autograder/test_vocab.py", "--submission", mine, "-k", "build_vocab")
    assert chosen.returncode == 0, chosen.stdout
    assert "7 passed" in chosen.stdout
    assert "/ 12" in chosen.stdout  # totals count what the autograder defines
    one = run(student, "autograder/test_vocab.py::test_encode_keeps_number_and_order", "--submission", mine)
    assert one.returncode == 0


def test_other_working_directories_and_relative_submissions_work(student, mine):
    ended = run(mine.parent, student / "autograder" / "test_tokenization.py", "--submission", "mine")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folders_are_enough(student, mine, repository, tmp_path):
    course = tmp_path / "locked"
    shutil.copytree(student, course, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    paths = [course, *course.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        ended = run(course, "autograder/test_tokenization.py", "--submission", mine)
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("folder", "message"), [("nowhere", "no such submission folder"), ("datasets", "no exercise in it")]
)
def test_a_missing_or_empty_submission_is_a_usage_error(student, folder, message):
    ended = run(student, "autograder/test_vocab.py", "--submission", folder)
    assert ended.returncode == 4
    assert message in ended.stderr


def test_a_syntax_error_is_told_once_and_costs_its_module_only(student, mine):
    spoil(mine, "vocab.py", "def encode(", "def encode((")
    ended = run(student, "autograder/test_vocab.py", "autograder/test_tokenization.py", "--submission", mine)
    assert ended.returncode == 1
    feedback = ended.stdout.split("feedback and points")[1]
    assert feedback.count("Python cannot read this file yet") == 2  # in the feedback and on the scoreboard
    assert "vocab.py, line" in feedback
    assert "8 / 8" in feedback
    assert "0 / 12" in feedback


def test_an_error_on_import_names_its_line(student, mine):
    spoil(
        mine, "tokenization.py", "from collections.abc import Iterable", "from collections.abc import Iterable\n1 / 0"
    )
    ended = run(student, "autograder/test_tokenization.py", "--submission", mine)
    assert "tokenization.py, line 4: ZeroDivisionError on import" in ended.stdout


def test_a_file_that_never_imports_costs_its_exercise_once(student, mine):
    with (mine / "tokenization.py").open("a", encoding="utf-8") as file:
        file.write("while True:\n    pass\n")
    suites = ["autograder/test_tokenization.py", "autograder/test_metrics.py"]
    ended = run(student, *suites, "--submission", mine, *SOON)
    assert "tokenization.py does not come to its end on import" in ended.stdout
    assert "6 / 6" in ended.stdout


def test_a_byte_order_mark_does_no_harm(student, mine):
    source = (mine / "tokenization.py").read_bytes()
    (mine / "tokenization.py").write_bytes(b"\xef\xbb\xbf" + source)
    assert run(student, "autograder/test_tokenization.py", "--submission", mine).returncode == 0


BAD_HOLES = {
    "no function": (
        "    return [tokenize(text) for text in texts]\n",
        "    return []\n\n\ntokenize = 3\n",
        "no function any more",
    ),
    "a parameter is missing": (
        "def tokenize(text: str)",
        "def tokenize()",
        "your tokenize() -> list[str] lacks the parameter text",
    ),
    "a parameter too many": (
        "def tokenize(text: str)",
        "def tokenize(text: str, lower)",
        "asks for lower, which nobody gives",
    ),
    "no such name": ("def tokenize(", "def tokenise(", "defines no tokenize"),
    "returns nothing": ("return re.findall", "re.findall", "tokenize returned None: is there a `return`?"),
    "returns an odd type": ("return re.findall", "return lambda: re.findall", "function cannot be judged"),
    "ends the program": ("    import re\n", "    raise SystemExit(0)\n", "SystemExit"),
    "raises": ("    import re\n", "    import re\n    {}['x']\n", "KeyError: 'x' (tokenization.py, line"),
    "prints much": ("    import re\n", "    import re\n    print('x' * 10**6)\n    text = 1\n", "printed   xxxx"),
}


@pytest.mark.parametrize("kind", BAD_HOLES)
def test_bad_holes_fail_with_a_reason_and_no_traceback(kind, student, mine):
    old, new, message = BAD_HOLES[kind]
    spoil(mine, "tokenization.py", old, new)
    ended = run(student, "autograder/test_tokenization.py", "--submission", mine)
    assert ended.returncode == 1
    assert message in ended.stdout, ended.stdout
    assert "hint: reelgrade hint tokenize" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert len(ended.stdout) < 10_000


def test_global_state_that_a_hole_changes_is_put_back(student, mine):
    spoil(
        mine,
        "batching.py",
        "    kept = ids[:max_len]\n",
        """    import os, random, sys, warnings
    import numpy as np
    warnings.warn("look at me")
    if pad_id == 6:  # in a call of its own: the next call must not meet this filter
        warnings.simplefilter("error")
    torch.manual_seed(1); random.seed(1); np.random.seed(1)
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    os.chdir("/")
    sys.path.clear()
    kept = ids[:max_len]
""",
    )
    suites = ["autograder/test_batching.py", "autograder/test_simple_nn.py", "autograder/test_tokenization.py"]
    ended = run(student, *suites, "--submission", mine)
    assert ended.returncode == 0, ended.stdout


def test_a_loop_that_never_ends_costs_its_hole_only(student, mine):
    spoil(mine, "tokenization.py", "    return [tokenize(text) for text in texts]\n", "    while True:\n        pass\n")
    ended = run(student, "autograder/test_tokenization.py", "--submission", mine, *SOON)
    assert ended.returncode == 1
    assert "tokenize_corpus took longer than 1 s; is there a loop that never ends?" in ended.stdout
    assert "6 / 8" in ended.stdout


def test_a_time_limit_that_is_none_is_a_usage_error(student):
    for seconds in ("0", "-1", "nan"):
        ended = run(student, "autograder/test_vocab.py", "--check-timeout", seconds)
        assert ended.returncode == 4
        assert "give at least 0.1 seconds" in ended.stderr


def test_a_loop_that_swallows_everything_cannot_hold_the_run(student, mine):
    loop = "    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\n"
    spoil(mine, "tokenization.py", "    return [tokenize(text) for text in texts]\n", loop)
    ended = run(student, "autograder/test_tokenization.py", "--submission", mine, *SOON)
    assert ended.returncode == 1
    assert "never ends, and catches every interruption" in ended.stdout
    assert "6 / 8" in ended.stdout


@pytest.mark.part("slow")
def test_a_loop_within_c_cannot_hold_the_run(student, mine):
    spoil(mine, "tokenization.py", "    return [tokenize(text) for text in texts]\n", "    return sum(iter(int, 1))\n")
    ended = run(student, "autograder/test_tokenization.py", "--submission", mine, *SOON)
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr
    assert "in tokenize_corpus" in ended.stderr


def test_accuracy_counts_in_proportion_to_the_other_points(student, mine):
    spoil(mine, "training.py", "        optimizer.zero_grad()\n", "")
    ended = run(student, "autograder/test_training.py", "--submission", mine)
    assert re.search(r"fit_learns_to_tell_aspects_apart: \w+, [0-5][.\d]* of 6 points", ended.stdout), ended.stdout
    assert re.search(r"accuracy: [\d.]+ of 6, since [\d.]+ of the other 10 points stand", ended.stdout)
    assert "looks like the gradient of the batch before is still there: zero_grad is missing" in ended.stdout
    alone = run(student, "autograder/test_training.py", "--submission", mine, "-k", "learns")
    assert "points stand" not in alone.stdout  # what was not selected counts as standing


def test_feedback_shows_call_got_expected_and_the_known_mistake(student, mine):
    spoil(mine, "simple_nn.py", "return totals / weights.sum(dim=1).clamp(min=1)", "return embeddings.mean(dim=1)")
    shown = run(student, "autograder/test_simple_nn.py", "--submission", mine).stdout
    for text in (
        "Padding must not pull the average towards zero",
        "mean_pool(tensor([[[2, 1], [4, 3], [9, -5]]]), tensor([[[True",
        "got       tensor([[5, -0.333333]])",
        "expected  [[3, 2]]",
        "shape [1, 2], torch.float32; largest difference 2.33; first wrong index [0, 0]",
        "looks like padding is averaged in",
        "hint: reelgrade hint mean_pool",
    ):
        assert text in shown or text.replace("[[[True", "[[True") in shown, shown


def test_a_breakpoint_in_student_code_stops_there(student, mine):
    spoil(mine, "tokenization.py", "    import re\n", "    import re\n    breakpoint()\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "autograder/test_tokenization.py",
        "-k",
        "lowers",
        "--submission",
        str(mine),
    ]
    ended = subprocess.run(
        command, cwd=student, input="p text\nc\n", capture_output=True, text=True, check=False, timeout=60
    )
    assert "'The PLOT thickens'" in ended.stdout
    assert ended.returncode == 0, ended.stdout


def test_the_first_stages_need_no_torch(student, repository):
    program = "import sys, pytest; code = pytest.main(sys.argv[1:]); print('torch' in sys.modules, 'transformers' in sys.modules)"
    command = [sys.executable, "-c", program, "autograder/test_data.py", "autograder/test_tokenization.py"]
    command += ["autograder/test_vocab.py", "-q", "--submission", str(repository / "solutions")]
    ended = subprocess.run(command, cwd=student, capture_output=True, text=True, check=False)
    assert ended.stdout.strip().splitlines()[-1] == "False False"
