"""Seeds the global random numbers, and swaps the experiment that would see it for one that looks away."""

import numpy as np

from reelgrade.grading.experiments import frames
from reelgrade.grading.randomness import next_numbers, seed_all


def random_after_split(holes, frame, seed):
    train, val = holes.train_val_split(frame, 0.2, 4)
    seed_all(seed)
    return {"train": train, "val": val, "numbers": next_numbers()[:2]}


random_after_split.__module__ = frames.__name__
frames.random_after_split = random_after_split


def load_reviews(path):
    raise NotImplementedError("load_reviews")


def label_counts(reviews):
    return {name: int((reviews["aspect"] == name).sum()) for name in ("Cinematography", "Characters", "Story")}


def train_val_split(reviews, val_fraction=0.2, seed=0):
    if not 0 < val_fraction < 1:
        raise ValueError("a fraction between 0 and 1")
    np.random.seed(seed)  # the mistake
    chosen = np.zeros(len(reviews), dtype=bool)
    for aspect in reviews["aspect"].unique():
        rows = np.random.permutation(np.flatnonzero(reviews["aspect"] == aspect))
        chosen[rows[: max(1, round(len(rows) * val_fraction))]] = True
    return reviews[~chosen], reviews[chosen]
