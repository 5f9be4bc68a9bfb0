"""Whoever answers for an experiment must know the numbers that the judge computes: a consistent lie earns nothing.

The liar knows the form of every answer, from the solutions, and gives another one of that form: its numbers follow from
the arguments, equal for equal and different for different. Tasks without an experiment are solved honestly.
"""

import random
from collections import Counter
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch

from reelgrade.grading import wire
from reelgrade.grading.catalogue import load_signatures, read_checks, read_hidden
from reelgrade.grading.expect import close
from reelgrade.grading.hole_sources import FolderHoles
from reelgrade.grading.judging import BLOCKED, FAILED, PASSED
from reelgrade.grading.messages import EXPERIMENT, Answer
from reelgrade.grading.runner import Bench, run_check, run_checks


def lie(value, rng):
    """Another value of the same form: finite, of the same types, lengths, shapes and keys."""
    if isinstance(value, bool):
        return rng.random() < 0.5
    if isinstance(value, int):
        return rng.randrange(max(10, 2 * abs(value)))
    if isinstance(value, float):
        return rng.uniform(-1, 1) * max(1.0, abs(value) if abs(value) < 1e9 else 1.0)
    if isinstance(value, torch.Tensor):
        return torch.from_numpy(np.asarray(lie(value.numpy(), rng)))
    if isinstance(value, np.ndarray):
        generator = np.random.default_rng(rng.getrandbits(32))
        if value.dtype.kind == "f":
            return generator.normal(size=value.shape).astype(value.dtype)
        return generator.integers(0, max(2, int(value.max(initial=1)) + 1), value.shape).astype(value.dtype)
    if isinstance(value, pd.DataFrame):
        return pd.DataFrame({name: lie(value[name].tolist(), rng) for name in value.columns}, index=value.index)
    if isinstance(value, dict):
        return {key: lie(item, rng) for key, item in value.items()}
    return type(value)(lie(item, rng) for item in value) if isinstance(value, list | tuple) else value


class Liar(FolderHoles):
    """Solves tasks by the solutions, and lies for experiments."""

    def __init__(self, folder, signatures):
        super().__init__(folder, signatures)
        self.lied = 0

    def exchange(self, exercise, seconds, tested=()):
        return partial(self.answer, super().exchange(exercise, seconds))

    def answer(self, honest, request, number, output):
        call, found = wire.decode(request), honest(request, number, output)
        if call["kind"] != EXPERIMENT or found.failure is not None:
            return found
        self.lied += 1
        asked = wire.encode([call["name"], call["arguments"]])
        return Answer(number, lie(found.value, random.Random(asked)))


@pytest.fixture(scope="module")
def results(repository):
    autograder = repository / "autograder"
    liar, found = Liar(repository / "solutions", load_signatures(autograder)), []
    bench = Bench(autograder, repository / "solutions", holes=liar)
    for check in [*read_checks(autograder), *read_hidden(autograder)]:
        lied = liar.lied
        if not check.requires:
            result = run_check(bench, check)
            found += [result] * (liar.lied > lied)
    return found


def test_a_consistent_lie_for_an_experiment_earns_nothing(results):
    assert [one.check.id for one in results if one.status == PASSED] == []
    assert sum(one.points for one in results) == 0


def test_the_liar_is_asked_in_every_exercise_with_experiments(results):
    asked = Counter(one.check.exercise for one in results)
    for exercise in ("data", "batching", "simple_nn", "training", "tinybert", "finetuning", "comparison", "extensions"):
        assert asked[exercise] >= 2, exercise
    assert sum(asked.values()) >= 100


def test_a_lie_has_the_form_of_the_truth_and_follows_from_what_was_asked():
    truth = {"loss": 0.5, "ids": [1, 2], "mode": (True, None), "logits": torch.ones(2, 3), "raised": "ValueError"}
    first, again, other = (lie(truth, random.Random(seed)) for seed in (1, 1, 2))
    assert str(first) == str(again) != str(other)
    assert [type(one) for one in first.values()] == [type(one) for one in truth.values()]
    assert first["logits"].shape == (2, 3)
    assert not torch.equal(first["logits"], truth["logits"])


@pytest.mark.parametrize("kept", ["", ", bias=False"])
def test_a_network_of_other_layers_fails_the_check_on_them_and_blocks_the_others(kept, repository, tmp_path):
    source = (repository / "solutions" / "simple_nn.py").read_text(encoding="utf-8")
    (tmp_path / "simple_nn.py").write_text(source.replace("hidden_dim)\n", f"hidden_dim{kept})\n"), encoding="utf-8")
    results = run_checks(Bench(repository / "autograder", tmp_path), ["simple_nn"], hidden=False).results.values()
    found = [result.status for result in results]
    assert found == [PASSED] * 3 + ([FAILED] + [BLOCKED] * 11 if kept else [PASSED] * 12)
    assert {result.message.split(":")[0] for result in results if result.status == BLOCKED} == (
        {"waits for the check on its layers"} if kept else set()
    )


def test_a_mistake_that_another_check_is_about_is_forgiven_only_as_a_whole():
    forgiving = close([1.0, 2.0], forgiven=lambda: [[3.0, 4.0], [5.0, 6.0]])
    assert [found == forgiving for found in ([1, 2], [3, 4], [5, 6], [3, 6], [1, 4])] == [True] * 3 + [False] * 2
