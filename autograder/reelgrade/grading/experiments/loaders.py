"""Experiments with loaders."""

import random
from typing import Any

import torch
from torch import Tensor


def walk_loader(
    holes: Any, input_ids: Tensor, labels: Tensor, num_epochs: int = 1, random_seed: int = 0, **options: Any
) -> dict[str, Any]:
    """Walk the loader that your make_loader gives.

    Returns the batches [input_ids, labels] of each epoch, and the first numbers that torch and
    random draw afterwards, both seeded before with `random_seed`.
    """
    torch.manual_seed(random_seed)
    random.seed(random_seed)
    loader = holes.make_loader(input_ids, labels, **options)
    epochs = [[list(batch) for batch in loader] for _ in range(num_epochs)]
    return {"epochs": epochs, "next_torch": torch.rand(2).tolist(), "next_random": random.random()}
