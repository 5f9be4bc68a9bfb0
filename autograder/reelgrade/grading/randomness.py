"""Global random numbers: seed them all, and see whether somebody has drawn from them or seeded them anew."""

import random
import sys

import numpy


def seed_all(seed: int) -> None:
    """Seed the global numbers of random, numpy and, where it is loaded, torch."""
    random.seed(seed)
    numpy.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def next_numbers() -> list[float]:
    """Draw one number from each, in that order."""
    drawn = [random.random(), float(numpy.random.rand())]
    return [*drawn, float(sys.modules["torch"].rand(1))] if "torch" in sys.modules else drawn


def undisturbed(seed: int, with_torch: bool) -> list[float]:
    """Give what `next_numbers` draws right after `seed_all`, without touching the global numbers."""
    drawn = [random.Random(seed).random(), float(numpy.random.RandomState(seed).rand())]
    if with_torch:
        import torch

        drawn.append(float(torch.rand(1, generator=torch.Generator().manual_seed(seed))))
    return drawn
