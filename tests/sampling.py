"""Which part of the tests runs, and which samples: `make test` draws them by a printed seed, `make test-all` takes all.

A test marked `part("NAME")` runs in that part of `make test-all` only; one marked `sampled("NAME")` runs in `make test`
on what `chosen` draws for it, and in its part on everything.
"""

import os
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

REPOSITORY = Path(__file__).resolve().parents[1]
PARTS = ("attacks", "variants", "notebooks", "class", "docs", "slow")
PART, SEED = "REELGRADE_TEST_PART", "REELGRADE_TEST_SEED"  # variables, so that the processes of xdist agree

T = TypeVar("T")


def settle(part: str | None) -> None:
    """Note the part; draw the seed from the commit unless it is given, so that each commit samples something else."""
    os.environ[PART] = part or ""
    if not os.environ.get(SEED):
        os.environ[SEED] = commit()[:8]


def commit() -> str:
    """Return the hash of the commit that is checked out; zeros without git."""
    ended = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return ended.stdout.strip() or "0" * 40


def header() -> str:
    """Say what runs, and how to run it again."""
    part = os.environ[PART]
    return f"part {part} of all tests" if part else f"samples drawn by {SEED}={os.environ[SEED]}"


def rng(name: str) -> random.Random:
    """Return the random numbers of this run for one purpose."""
    return random.Random(f"{os.environ.get(SEED, '')} {name}")


def is_whole(part: str) -> bool:
    """Tell whether this run is that part, and so takes everything."""
    return os.environ.get(PART) == part


def chosen(items: Sequence[T], number: int, part: str) -> list[T]:
    """Return all items in that part of the tests, elsewhere a sample of some of them, in their order."""
    if is_whole(part) or number >= len(items):
        return list(items)
    places = sorted(rng(part).sample(range(len(items)), number))
    return [items[place] for place in places]
