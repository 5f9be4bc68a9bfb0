"""Points follow from what stands: accuracy in proportion to the rest, private checks in one sentence, and no trust by mistake."""

import json
import os
import shutil

import pytest

import warm
from class_runs import REPOSITORY, SOLUTIONS
from reelgrade.grading.catalogue import Check, read_checks
from reelgrade.grading.errors import BrokenModule, Crashed, NotStarted, TimeIsUp, hole_error
from reelgrade.grading.judging import (
    BLOCKED,
    FAILED,
    NOT_STARTED,
    PASSED,
    PRIVATE,
    CheckResult,
    Ledger,
    PartialPoints,
    result_of,
)

LINE = "no score of record: this code was not confined, and could read hidden checks; reelgrade grade confines it"
SECRET = {**os.environ, "REELGRADE_SECRET": "of these tests"}

# Accuracy and the rest of an exercise

EASY = Check("training.evaluate_counts", "training", "evaluate", 0.5, "It counts.")
HARD = Check("training.fit_goes_on", "training", "fit", 9.5, "It goes on.")
HIDDEN = Check("training.evaluate_of_others", "training", "evaluate", 0.0, "Others.", confirms=EASY.id)
LEARNS = Check("training.fit_learns", "training", "fit", 6.0, "It learns.", requires=("evaluate", "fit"))


def ledger_with(easy, hard, **accuracy):
    ledger = Ledger()
    for check, points in ((EASY, easy), (HARD, hard)):
        ledger.add(CheckResult(check, PASSED if points == check.points else FAILED, points))
    if accuracy:
        ledger.add(CheckResult(LEARNS, **accuracy))
    return ledger


def test_a_small_mistake_costs_its_share_of_the_accuracy_points_and_blocks_nothing():
    ledger = ledger_with(0, 9.5)
    assert ledger.verdict_without_running(LEARNS) is None
    ledger.add(CheckResult(LEARNS, PASSED, 6.0))
    result = ledger.results[LEARNS.id]
    assert (result.points, result.status) == (5.5, PASSED)
    assert result.message == "accuracy: 5.5 of 6, since 9.5 of the other 10 points stand"


def test_what_hidden_checks_cancel_lowers_the_accuracy_points_too():
    ledger = ledger_with(0.5, 0, status=PASSED, points=6.0)
    assert ledger.results[LEARNS.id].points == 0  # floor(2 * 6 * 0.5 / 10) / 2
    ledger = ledger_with(0.5, 9.5, status=PASSED, points=6.0)
    assert ledger.results[LEARNS.id].points == 6
    ledger.cancel(CheckResult(HIDDEN, FAILED))
    assert ledger.results[LEARNS.id].points == 5.5
    ledger.cancel(CheckResult(HIDDEN, FAILED))
    assert ledger.results[LEARNS.id].message.count("accuracy:") == 1


def test_both_shares_are_rounded_down_once():
    half = result_of(LEARNS, PartialPoints(0.999, "accuracy 0.7"), None, 1.0)
    assert (half.points, half.status) == (5.5, FAILED)
    ledger = ledger_with(0, 9.5)
    ledger.add(half)
    assert ledger.results[LEARNS.id].points == 5.5  # 6 * 0.999 * 0.95 = 5.69; rounded twice it would be 5


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize(
    "error", [hole_error(["ValueError"], "no"), AssertionError("no"), BrokenModule("no"), Crashed("")]
)
def test_an_accuracy_check_that_ended_in_an_error_gains_nothing_by_the_points_that_others_lose(error, private):
    ended = result_of(LEARNS, error, None, 1.0, private)
    assert ended.points == 0
    for easy, hard in ((0.5, 9.5), (0, 9.5), (0.5, 0), (0, 0)):
        ledger = ledger_with(easy, hard)
        ledger.add(ended)
        ledger.cancel(CheckResult(HIDDEN, FAILED))
        assert ledger.results[LEARNS.id].points == 0


def test_accuracy_is_blocked_only_where_nothing_of_the_exercise_stands():
    assert ledger_with(0, 0).verdict_without_running(LEARNS).status == BLOCKED
    assert ledger_with(0.5, 0).verdict_without_running(LEARNS) is None
    assert Ledger().verdict_without_running(LEARNS) is None  # run alone, unselected checks count as met
    ledger = Ledger()
    ledger.add(CheckResult(EASY, NOT_STARTED))
    assert ledger.verdict_without_running(LEARNS).status == NOT_STARTED


# What is private


@pytest.mark.parametrize("confirms", ["", EASY.id])
def test_every_outcome_of_a_private_check_says_the_same(confirms):
    check = Check("training.fit_learns", "training", "fit", 6.0, "It learns.", ("fit",), confirms)
    text = "a review of the holdout"
    errors = [
        None,
        PartialPoints(0.7001, text),
        AssertionError(text),
        Crashed(f"exit status 77 {text}"),
        BrokenModule(text),
        NotStarted(text),
        TimeIsUp(text),
        hole_error(["ValueError"], text),
        RuntimeError(text),
    ]
    results = [result_of(check, error, None, seconds, private=True) for seconds, error in enumerate(errors)]
    assert {result.message for result in results[:-1]} == {PRIVATE}
    assert {result.seconds for result in results} == {0.0}
    assert {(result.detail, result.place, result.printed) for result in results} == {((), None, ())}
    if not confirms:
        assert {result.status for result in results[1:-1]} == {FAILED}
    near = result_of(check, PartialPoints(0.7312, "other"), None, 3.0, private=True)
    assert (near.points, near.message) == (results[1].points, results[1].message)


def test_no_check_of_the_course_lets_the_share_of_a_private_one_be_read(graded_solutions):
    report = json.loads((graded_solutions / "out" / "report.json").read_text(encoding="utf-8"))
    trained = {check.id for check in read_checks(REPOSITORY / "autograder") if check.requires}
    checks = [one for exercise in report["exercises"] for one in exercise["checks"] if one["id"] in trained]
    assert [(one["duration_s"], one["message"]) for one in checks] == [(0, PRIVATE)] * len(trained)


# Trust by mistake


@pytest.fixture
def students_copy(tmp_path):
    course = tmp_path / "course"
    for name in ("autograder", "datasets", "exercises"):
        ignored = shutil.ignore_patterns("__pycache__", "reelgrade", "hidden")
        shutil.copytree(REPOSITORY / name, course / name, ignore=ignored)
    shutil.copy(SOLUTIONS / "vocab.py", course / "exercises")
    return course


@pytest.mark.parametrize("verb", ["next", "progress"])
def test_a_run_beside_hidden_checks_says_that_it_was_not_confined(verb, students_copy):
    option = ("--submission", students_copy / "exercises")
    assert warm.reelgrade(verb, *option, cwd=REPOSITORY).stdout.splitlines()[-1] == LINE
    assert LINE not in warm.reelgrade(verb, *option, cwd=students_copy).stdout
    assert warm.reelgrade(verb, *option, cwd=students_copy, env=SECRET).stdout.splitlines()[-1] == LINE


def test_pytest_beside_hidden_checks_says_that_code_was_not_confined(students_copy):
    words = ("autograder/test_vocab.py", "--submission", students_copy / "exercises", "-p", "no:cacheprovider")
    assert LINE in warm.run("pytest", *words, cwd=REPOSITORY).stdout.splitlines()
    assert LINE not in warm.run("pytest", *words, cwd=students_copy).stdout


@pytest.mark.parametrize("command", [["grade", "exercises"], ["class", "exercises", "--out", "out"]])
def test_a_students_copy_with_a_secret_is_refused(command, students_copy):
    ended = warm.reelgrade(*command, "--exercise", "vocab", cwd=students_copy, env=SECRET)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "hidden checks are missing, though a secret is set" in ended.stderr
    assert not (students_copy / "out").exists()
    if command[0] == "grade":
        assert warm.reelgrade(*command, "--exercise", "vocab", cwd=students_copy).returncode == 0


# Right work that only the sandbox failed


LEFT_OVER = {
    "data": 'from reelgrade.given import reviews_file\n\nreviews = load_reviews(reviews_file("train"))\n',
    "tokenization": 'from reelgrade import check\n\ncheck("tokenization")\n',
    "vocab": 'from reelgrade.given import read_rows, reviews_file\n\nROWS = read_rows(reviews_file("test"))\nassert ROWS\n',
}


def test_lines_left_over_at_the_end_of_a_module_cost_nothing(tmp_path):
    for name, lines in LEFT_OVER.items():
        text = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")
        (tmp_path / f"{name}.py").write_text(f"{text}\n\n{lines}", encoding="utf-8")
    chosen = [part for name in LEFT_OVER for part in ("--exercise", name)]
    for level in ("landlock", "bwrap"):
        ended = warm.reelgrade("grade", tmp_path, *chosen, "--format", "json", "--isolation", level)
        if ended.returncode == 3 and "bwrap" in ended.stderr:
            pytest.skip(ended.stderr)
        assert ended.returncode == 0, ended.stderr
        report = json.loads(ended.stdout)
        lost = [one for exercise in report["exercises"] for one in exercise["checks"] if one["status"] != PASSED]
        assert lost == []
        assert report["points"] == 26
    shown = warm.run("pytest", *(f"autograder/test_{name}.py" for name in LEFT_OVER), "--submission", tmp_path)
    assert shown.returncode == 0, shown.stdout


def test_messages_show_no_path_of_the_grader(tmp_path):
    text = (SOLUTIONS / "tokenization.py").read_text(encoding="utf-8")
    lines = "    from reelgrade.given import reviews_file\n    import os\n"
    paths = "os.getcwd() + '/mine.txt', reviews_file('train'), reviews_file.__code__.co_filename"
    (tmp_path / "tokenization.py").write_text(
        text.replace("    import re\n", f"{lines}    raise ValueError(' '.join(map(str, [{paths}])))\n"),
        encoding="utf-8",
    )
    (tmp_path / "vocab.py").write_text("open(__file__ + '.txt')\n", encoding="utf-8")
    ended = warm.reelgrade("grade", tmp_path, "--exercise", "tokenization", "--exercise", "vocab")
    assert "ValueError: mine.txt datasets/movie_aspects_train.csv reelgrade/given/reviews.py" in ended.stdout
    assert "No such file or directory: 'vocab.py.txt'" in ended.stdout
    assert "/" + str(tmp_path.parts[1]) not in ended.stdout.replace(str(tmp_path), "")
