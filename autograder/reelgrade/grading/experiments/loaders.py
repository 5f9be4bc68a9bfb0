"""Experiments with rows of ids and with loaders."""

from typing import Any

from torch import Tensor

from reelgrade.grading.randomness import next_numbers, seed_all


def pad_in_turn(holes: Any, ids: list[int], settings: list[dict[str, int]]) -> list[Any]:
    """Pad one and the same list by your pad, once with each of these settings."""
    return [list(holes.pad(ids, **options)) for options in settings]


def walk_loader(
    holes: Any, input_ids: Tensor, labels: Tensor, num_epochs: int = 1, random_seed: int = 0, **options: Any
) -> dict[str, Any]:
    """Walk the loader that your make_loader gives.

    Returns the batches [input_ids, labels] of each epoch, and what random, numpy and torch draw
    afterwards, all seeded before with `random_seed`.
    """
    seed_all(random_seed)
    loader = holes.make_loader(input_ids, labels, **options)
    epochs = [[list(batch) for batch in loader] for _ in range(num_epochs)]
    return {"epochs": epochs, "next_numbers": next_numbers()}
