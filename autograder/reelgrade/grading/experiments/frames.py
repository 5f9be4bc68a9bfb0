"""Experiments with data frames; free of torch, as the first exercises are."""

import random
from typing import Any


def random_after_split(holes: Any, frame: Any, numpy_seed: int) -> list[float]:
    """Split a frame by your train_val_split; returns what numpy and random draw next, both seeded before."""
    import numpy

    numpy.random.seed(numpy_seed)  # the global numbers are what is looked at
    random.seed(numpy_seed)
    holes.train_val_split(frame, 0.2, 4)
    return [float(numpy.random.rand()), random.random()]


def table_by_name(
    holes: Any, labels: list[int], baseline: list[int], tinybert: list[int]
) -> dict[str, dict[str, float]]:
    """Compare two models by your comparison_table and read it by the names of rows and columns."""
    table = holes.comparison_table(labels, baseline, tinybert)
    return {str(row): {str(name): float(value) for name, value in table.loc[row].items()} for row in table.index}


def random_after_dropout(holes: Any, tokens: list[str], random_seed: int) -> float:
    """Drop words by your word_dropout; returns what random draws next, seeded before."""
    random.seed(random_seed)
    holes.word_dropout(tokens, 0.5, 3)
    return random.random()
