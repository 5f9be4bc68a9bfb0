"""`check` gives a notebook's code the points that a module gets, says so on standard output alone, and is never alone with a crash."""

import importlib
import io
import logging
import os
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest

from alternatives import ALTERNATIVES, replace_hole
from mutants import TOKENIZATION, VOCAB, mutate
from reelgrade import check
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import checks_of, read_checks
from reelgrade.grading.notebook_check import NotAllPoints, run_cell
from reelgrade.grading.runner import Bench, run_checks
from sampling import chosen

CHEAP = ("tokenization", "vocab", "metrics", "extensions")


def namespace_of(source: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec(source, namespace)
    return namespace


def solution(repository: Path, exercise: str) -> str:
    return (repository / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")


def holes_of(repository: Path, exercise: str) -> list[str]:
    return list(dict.fromkeys(one.hole for one in read_checks(repository / "autograder") if one.exercise == exercise))


def by_cells(repository: Path, exercise: str, source: str) -> float:
    """Points of a notebook that has one test cell for each hole."""
    namespace = namespace_of(source)
    return sum(check(exercise, [hole], namespace) for hole in holes_of(repository, exercise))


def by_module(repository: Path, exercise: str, source: str, folder: Path) -> float:
    (folder / f"{exercise}.py").write_text(source, encoding="utf-8")
    ledger = run_checks(Bench(repository / "autograder", folder), [exercise])
    return sum(result.points for result in ledger.results.values())


@pytest.mark.parametrize("exercise", CHEAP)
def test_a_solution_gets_every_point_and_a_stub_none(repository, exercise, capsys):
    assert by_cells(repository, exercise, solution(repository, exercise)) == sum(
        one.points for one in read_checks(repository / "autograder") if one.exercise == exercise
    )
    stub = (repository / "exercises" / f"{exercise}.py").read_text(encoding="utf-8")
    capsys.readouterr()
    assert by_cells(repository, exercise, stub) == 0
    out = capsys.readouterr().out
    assert all(f"{hole} is not started: fill its cell" in out for hole in holes_of(repository, exercise))
    assert "Traceback" not in out


SAMPLES = [
    *(pytest.param(one.file, mutate, one, id=one.name) for one in (*TOKENIZATION, *VOCAB)),
    *(pytest.param(one.file, replace_hole, one, id=one.name) for one in ALTERNATIVES if one.file[:-3] in CHEAP),
]


@pytest.mark.sampled("notebooks")
@pytest.mark.parametrize(("file", "change", "one"), chosen(SAMPLES, 10, "notebooks"))
def test_points_are_those_of_the_module(repository, tmp_path, file, change, one):
    source = change(one, (repository / "solutions" / file).read_text(encoding="utf-8"))
    exercise = file.removesuffix(".py")
    assert by_cells(repository, exercise, source) == by_module(repository, exercise, source, tmp_path)


def test_accuracy_points_depend_on_the_other_cells_of_the_exercise(repository, capsys):
    source = solution(repository, "training").replace("optimizer.zero_grad()", "pass")
    namespace = namespace_of(source)
    counted = {one.id: one.points for one in checks_of(repository / "autograder", "training", ["fit"])}
    accuracy = counted["training.fit_learns_to_tell_aspects_apart"]
    assert check("training", ["fit"], namespace) < sum(counted.values())
    assert f"of {accuracy:g}, since " in capsys.readouterr().out


def test_a_hole_without_a_name_in_its_error_is_named(capsys):
    def encode(tokens, vocab):
        raise NotImplementedError

    assert check("vocab", holes=["encode"], namespace={"encode": encode}) == 0.0
    out = capsys.readouterr().out
    assert "encode is not started: fill its cell" in out
    assert len(out.splitlines()) == 2


def test_a_missing_hole_is_named_in_one_line_and_costs_itself_only(repository, capsys):
    namespace = namespace_of(solution(repository, "vocab"))
    del namespace["encode"]
    assert check("vocab", ["encode", "unknown_rate"], namespace) == 1.0
    out = capsys.readouterr().out
    assert out.splitlines()[1:] == ["encode is not there yet: run the cell that defines it"]


def test_the_callers_own_names_are_checked():
    caller = {"__name__": "__main__", "encode": lambda tokens, vocab: [vocab.get(token, 1) for token in tokens]}
    exec('from reelgrade import check\npoints = check("vocab", holes=["encode"])', caller)
    assert caller["points"] == 2.5
    exec('points = check("vocab", holes=["encode"])', caller | (left_over := {"__name__": "vocab"}), left_over)
    assert left_over["points"] == 0  # a line left over in a module does nothing


def noisy(tokens, vocab):
    print("a word on stdout")
    print("a word on stderr", file=sys.stderr)
    os.write(2, b"a word from C\n")
    warnings.warn("a warning", stacklevel=1)
    logging.getLogger("student").critical("a log line")
    return [vocab.get(token, 1) for token in tokens]


def test_nothing_reaches_standard_error(capfd):
    assert check("vocab", ["encode"], {"encode": noisy}) == 2.5
    assert capfd.readouterr().err == ""
    os.write(2, b"after\n")
    logging.getLogger("test").warning("still told")
    assert "after" in capfd.readouterr().err


def test_feedback_says_got_and_expected(capsys):
    assert (
        check("vocab", ["encode"], {"encode": lambda tokens, vocab: [vocab.get(token, 0) for token in tokens]}) == 1.5
    )
    out = capsys.readouterr().out
    assert "encode: 1.5 of 2.5 points, 1 of 2 visible checks" in out
    assert "got       [0, 2]" in out
    assert "looks like unknown words become padding" in out


def test_a_loop_is_stopped_and_told_once(monkeypatch, capsys):
    from reelgrade.grading import runner

    bench = importlib.import_module("reelgrade.grading.notebook_check").Bench
    monkeypatch.setattr(
        "reelgrade.grading.notebook_check.Bench",
        lambda *given: bench(*given, runner.Limits(check_seconds=0.3)),
    )

    def encode(tokens, vocab):
        while True:
            pass

    assert check("vocab", ["encode"], {"encode": encode}) == 0.0
    out = capsys.readouterr().out
    assert "took longer than 0.3 s" in out
    assert "encode took too long in an earlier check" in out


def test_a_solution_that_answers_by_heart_is_caught_where_hidden_checks_are(capsys):
    known = {("plot", "twist", "a", "plot"): [3, 1, 2, 3], ("twist", "a"): [1, 2], (): []}
    assert check("vocab", ["encode"], {"encode": lambda tokens, vocab: known.get(tuple(tokens), [])}) == 0.0
    assert "a hidden check of encode on other inputs disagrees" in capsys.readouterr().out


@pytest.mark.parametrize("holes", [["embed"], ["encode", "pad"]])
def test_an_unknown_name_is_refused_with_the_known_ones(holes):
    with pytest.raises(UserError, match="choose from build_vocab, encode"):
        check("vocab", holes, {})
    with pytest.raises(UserError, match="there is no exercise 'words'; choose from data"):
        check("words", None, {})


def test_points_stay_between_zero_and_the_most(repository):
    outcome = run_cell("vocab", None, namespace_of(solution(repository, "vocab")), io.StringIO())
    assert (outcome.points, outcome.most, outcome.to_do) == (12.0, 12.0, "")


def test_a_validation_fails_with_the_feedback(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(NotAllPoints, match="unknown words become padding") as raised:
        check("vocab", ["encode"], {"encode": lambda tokens, vocab: [vocab.get(token, 0) for token in tokens]})
    assert raised.value._render_traceback_()[0] == "encode: 1.5 of 2.5 points, 1 of 2 visible checks"


PROGRAM = textwrap.dedent("""
    import sys
    from pathlib import Path
    import reelgrade
    from reelgrade.given import read_rows, reviews_file

    assert Path(reelgrade.__file__).is_relative_to(sys.argv[1]), reelgrade.__file__
    assert len(read_rows(reviews_file("train"))) == 369
    namespace = {}
    exec(Path(sys.argv[2]).read_text(), namespace)
    print(reelgrade.check("training", None, namespace))
""")


def test_an_installed_wheel_needs_no_other_file(repository, tmp_path, installed):
    assert not [path for path in installed.rglob("*") if path.name in ("hidden", "holdout.csv", "solutions")]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", PROGRAM, installed, repository / "solutions" / "training.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["16.0"], done.stderr
    assert "hidden checks will confirm at grading" in done.stdout
    hint = [sys.executable, "-m", "reelgrade", "hint", "pad"]
    told = subprocess.run(hint, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert told.stdout.startswith("pad: "), told.stderr
