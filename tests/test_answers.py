"""Whatever comes back in the place of an answer is the submission's doing: no check ends by the grader's own fault, and nothing is earned."""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import torch

from reelgrade.grading import wire
from reelgrade.grading.catalogue import Check, read_checks, read_hidden
from reelgrade.grading.errors import NotStarted
from reelgrade.grading.judging import ERROR, FAILED, PASSED, CheckResult, Ledger
from reelgrade.grading.messages import Answer, read_answer
from reelgrade.grading.runner import Bench, run_check
from reelgrade.grading.seam import Seam
from sampling import chosen

NUMBER = 7
KINDS = {
    "None": None,
    "bool": True,
    "int": 3,
    "big int": 2**90,
    "float": 0.5,
    "nan": float("nan"),
    "str": "text",
    "surrogate": "\ud800",
    "bytes": b"\x00",
    "empty list": [],
    "list": [1, "a", None],
    "ragged list": [[1], [2, 3]],
    "tuple": (1, 2, 3),
    "empty dict": {},
    "dict": {"a": 1, 2: [3]},
    "deep list": [[[[[[1]]]]]],
    "tensor of two": torch.tensor([41, 42]),
    "scalar tensor": torch.tensor(1.5),
    "empty tensor": torch.zeros(0, 3),
    "bool tensor": torch.tensor([[True, False]]),
    "array": np.array([[1.0, float("nan")]]),
    "array of no axes": np.array(5),
    "empty frame": pd.DataFrame(),
    "frame": pd.DataFrame({"review": ["a", None], "aspect": [1, {}]}),
    "frame of tensors": pd.DataFrame({"review": [1.0, 2.0], 3: [torch.tensor([1, 2]), [1]]}, index=[0, 0]),
}


def answers() -> Iterator[tuple[str, object]]:
    """Every field of both forms of an answer, and of what is in it, with every kind of value in its place."""
    place = ("vocab.py", 3, "encode")
    value = {"number": NUMBER, "value": [1], "changed": ["x"], "printed": ""}
    told = {"names": ["ValueError"], "message": "no", "place": place}
    failures = [{"not started": "pad"}, {"broken": "line 1"}, {"blocked": "waits"}, told]
    for kind, odd in KINDS.items():
        yield kind, odd
        yield from ((f"{field}: {kind}", {**value, field: odd}) for field in value)
        yield f"changed item: {kind}", {**value, "changed": [odd]}
        for failure in failures:
            frame = {"number": NUMBER, "failure": failure, "changed": [], "printed": ""}
            yield f"failure: {kind}", {**frame, "failure": odd}
            yield from ((f"{field}: {kind}", {**frame, "failure": {**failure, field: odd}}) for field in failure)
        frame = {"number": NUMBER, "changed": [], "printed": ""}
        yield f"names item: {kind}", {**frame, "failure": {**told, "names": [odd]}}
        for position in range(3):
            other = tuple(odd if index == position else one for index, one in enumerate(place))
            yield f"place {position}: {kind}", {**frame, "failure": {**told, "place": other}}


def test_an_answer_is_read_or_refused_whatever_stands_in_its_fields():
    outcomes = set()
    for _, found in answers():
        try:
            read_answer(wire.encode(found), NUMBER)
            outcomes.add("read")
        except wire.WireError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


class Given:
    """Answers every call of a check with one value, as a worker might that has nothing to do with the tasks."""

    def __init__(self, value: object) -> None:
        self.value = value

    def prepare(self, exercise: str, seconds: float, tested=()) -> None:
        pass

    def uncounted(self) -> float:
        return 0.0

    counted = uncounted

    def starved(self, believe: bool) -> bool:
        return False

    def exchange(self, exercise: str, seconds: float, tested=()):
        return lambda request, number, output: Answer(number, wire.decode(wire.encode(self.value)))


@pytest.fixture(scope="module")
def checks(repository) -> list[Check]:
    autograder = repository / "autograder"
    return [*read_checks(autograder), *read_hidden(autograder)]


@pytest.mark.sampled("attacks")
@pytest.mark.parametrize("kind", chosen([*KINDS], 6, "attacks"))
def test_no_value_in_place_of_all_answers_is_the_graders_fault_or_earns_points(kind, repository, checks):
    bench = Bench(repository / "autograder", repository / "exercises", holes=Given(KINDS[kind]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what libraries think of odd values
        results = [run_check(bench, check) for check in checks]
    assert [(one.check.id, one.message) for one in results if one.status == ERROR] == []
    assert [one.check.id for one in results if one.points] == []
    assert [one.check.id for one in results if one.check.confirms and one.status == PASSED] == []


def test_what_cannot_be_shown_is_the_submissions_fault(repository, checks, monkeypatch):
    def broken(*_: object) -> str:
        raise RuntimeError("no text for this")

    monkeypatch.setattr("reelgrade.grading.judging.render", broken)
    bench = Bench(repository / "autograder", repository / "exercises", holes=Given([]))
    result = next(one for check in checks if (one := run_check(bench, check)).status == "crashed")
    assert (result.points, result.detail) == (0, ())
    assert "cannot be shown (RuntimeError)" in result.message


def test_a_check_that_fails_before_any_answer_is_the_graders_fault(repository, checks):
    def suite(submission: Seam) -> None:
        raise RuntimeError("of the suite")

    def engine(submission: Seam) -> None:
        submission.run("no such experiment")

    bench = Bench(repository / "autograder", repository / "solutions")
    assert run_check(bench, checks[0], engine).status == ERROR
    assert run_check(bench, checks[0], suite).points == 0


@pytest.mark.parametrize("status", ["failed", "timeout", "crashed", "blocked", "not started", "error"])
def test_a_hidden_check_that_did_not_pass_withholds_the_points_it_confirms(status):
    visible = Check("pad.one", "batching", "pad", 2.0, "A title.")
    hidden = Check("pad.other", "batching", "pad", 0.0, "Another.", confirms="pad.one")
    ledger = Ledger()
    ledger.add(CheckResult(visible, PASSED, 2.0))
    ledger.cancel(CheckResult(hidden, status))
    result = ledger.results["pad.one"]
    assert (result.points, result.status) == (0, ERROR if status == "error" else FAILED)
    assert bool(ledger.faults) == (status == "error")


def test_kinds_are_those_that_the_codec_knows():
    written = {type(wire.decode(wire.encode(value))) for value in KINDS.values()}
    known = {type(None), bool, int, float, str, bytes, list, tuple, dict, torch.Tensor, np.ndarray, pd.DataFrame}
    assert written == known
    assert len(list(answers())) >= 18 * len(KINDS)


def test_not_started_stays_not_started(repository, checks):
    class Stub(Given):
        def exchange(self, exercise: str, seconds: float, tested=()):
            return lambda request, number, output: Answer(number, failure=NotStarted("pad"))

    bench = Bench(repository / "autograder", repository / "exercises", holes=Stub(None))
    public = [check for check in checks if not check.requires]  # a private one says the same for every outcome
    assert {run_check(bench, check).status for check in public} == {"not started"}
