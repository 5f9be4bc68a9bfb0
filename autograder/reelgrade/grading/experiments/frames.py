"""Experiments with data frames and lists of words; free of torch, as the first exercises are."""

from typing import Any

from reelgrade.grading.randomness import next_numbers, seed_all


def random_after_split(holes: Any, frame: Any, seed: int) -> dict[str, Any]:
    """Split a frame by your train_val_split; returns both parts and what random and numpy, seeded before, draw next."""
    seed_all(seed)
    train, val = holes.train_val_split(frame, 0.2, 4)
    return {"train": train, "val": val, "numbers": next_numbers()[:2]}


def random_after_dropout(holes: Any, tokens: list[str], seed: int) -> dict[str, Any]:
    """Drop words by your word_dropout; returns what is left and what random, numpy and torch, seeded before, draw next."""
    seed_all(seed)
    return {"kept": holes.word_dropout(tokens, 0.5, 3), "numbers": next_numbers()}


def table_by_name(
    holes: Any, labels: list[int], baseline: list[int], tinybert: list[int]
) -> dict[str, dict[str, float]]:
    """Compare two models by your comparison_table and read it by the names of rows and columns."""
    table = holes.comparison_table(labels, baseline, tinybert)
    return {str(row): {str(name): float(value) for name, value in table.loc[row].items()} for row in table.index}
