"""Whatever stands in the place of a plain task and has not done it earns nothing, in any check, visible or hidden."""

import random
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import torch

from reelgrade.course.exercises import load_exercises
from reelgrade.course.submission import load_module
from reelgrade.given import ASPECTS, PAD, UNK
from reelgrade.grading.catalogue import load_signatures, read_checks, read_hidden
from reelgrade.grading.hole_sources import NamespaceHoles
from reelgrade.grading.judging import ERROR, PASSED
from reelgrade.grading.runner import Bench, run_check
from sampling import chosen
from variants import AUTOGRADER, REPOSITORY

PLAIN = ("data", "tokenization", "vocab", "metrics", "comparison", "extensions")
FIGURES = ("accuracy", "precision", "recall", "f1")
FIXED = {*ASPECTS, *FIGURES, PAD, UNK}  # keys that the contract names
CONSTANTS: dict[str, object] = {
    "True": True,
    "0": 0,
    "1": 1,
    "a half": 0.5,
    "nan": float("nan"),
    "a text": "a",
    "no text": "",
    "empty list": [],
    "empty lists": [[], []],
    "empty dict": {},
    "empty frame": pd.DataFrame({"review": [], "aspect": [], "aspect_encoded": []}),
    "empty errors": pd.DataFrame({"review": [], "label": [], "prediction": []}),
    "two empty frames": (pd.DataFrame({"review": [], "aspect": []}),) * 2,
    "PAD and UNK": {"<PAD>": 0, "<UNK>": 1},
    "a whole interval": (0.0, 1.0),
    "zeros": torch.zeros(1, dtype=torch.int64),
    "no aspects": {"Cinematography": 0, "Characters": 0, "Story": 0},
    "figures": dict.fromkeys(FIGURES, 0.5),
    "a matrix": [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
}


def raising(*values: Any, **named: Any) -> Any:
    raise ValueError("few_train.csv: data row 13 cannot be read; 0 < fraction < 1, please")


def first_argument(*values: Any, **named: Any) -> Any:
    return [*values, *named.values()][0]


def all_arguments(*values: Any, **named: Any) -> Any:
    return [*values, *named.values()]


def none(*values: Any, **named: Any) -> Any:
    return None


def invented(value: Any, rng: random.Random) -> Any:
    """Make a value of the same type and shape, with other contents of the same kind."""
    if isinstance(value, bool):
        return rng.random() < 0.5
    if isinstance(value, int):
        return rng.randrange(max(3, 2 * abs(value)))
    if isinstance(value, float):
        return rng.random()
    if isinstance(value, str):
        return "".join(rng.choices("abcdefgh", k=len(value)))
    if isinstance(value, list | tuple):
        return type(value)(invented(item, rng) for item in value)
    if isinstance(value, dict):
        return {key if key in FIXED else invented(key, rng): invented(item, rng) for key, item in value.items()}
    if isinstance(value, torch.Tensor):
        generator = torch.Generator().manual_seed(rng.getrandbits(32))
        found = torch.rand(value.shape, generator=generator)
        return found.to(value.dtype) if value.is_floating_point() else (found * 3).to(value.dtype)
    columns = {name: [invented(item, rng) for item in value[name]] for name in value.columns}
    return pd.DataFrame(columns, index=value.index)


def of_the_right_form(right: Callable[..., Any]) -> Callable[..., Any]:
    """Make a consistent liar: a random value as the right one is, which follows from the arguments alone."""

    def answer(*values: Any, **named: Any) -> Any:
        return invented(right(*values, **named), random.Random(repr((values, sorted(named.items())))))

    return answer


def liars(right: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    constants = {name: lambda *_, _value=value, **__: _value for name, value in CONSTANTS.items()}
    plain = {"raise ValueError": raising, "the first argument": first_argument, "all arguments": all_arguments}
    made = {"None": none, "a random value": of_the_right_form(right)}
    return {**plain, **constants, **made}


def solution(exercise: str) -> dict[str, Any]:
    return vars(load_module(REPOSITORY / "solutions" / f"{exercise}.py"))


TASKS = [(name, hole.name) for name in PLAIN for hole in load_exercises(AUTOGRADER)[name].holes]


@pytest.mark.sampled("variants")
def test_no_liar_in_place_of_a_plain_task_earns_anything(monkeypatch):
    monkeypatch.setenv("REELGRADE_SECRET", "of the liars")
    passed, broken, every = [], [], [*read_checks(AUTOGRADER), *read_hidden(AUTOGRADER)]
    assert len(TASKS) == 20
    for exercise, task in chosen(TASKS, 4, "variants"):
        honest = solution(exercise)
        checks = [one for one in every if (one.exercise, one.hole) == (exercise, task)]
        for name, liar in liars(honest[task]).items():
            holes = NamespaceHoles({**honest, task: liar}, f"{exercise}.py", load_signatures(AUTOGRADER))
            bench = Bench(AUTOGRADER, REPOSITORY / "solutions", holes=holes)
            results = [run_check(bench, check) for check in checks]
            passed += [(name, one.check.id) for one in results if one.status == PASSED]
            broken += [(name, one.check.id, one.message) for one in results if one.status == ERROR]
    assert (passed, broken) == ([], [])
