"""Rank the pairs of a class by the own code that they share, exercise by exercise and in all of them together.

A share is that part of the smaller one's own fragments that the other has too. Where there are few, chance would make
it large, so it is taken of at least a hundred. A pair stands where its largest share puts it: whoever copies one
exercise of eleven is found, and so is who copies a little of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from reelgrade.classroom.similarity.prints import Module

LEAST = 100  # fragments, a dozen lines or so
ALL = "all exercises"


@dataclass(frozen=True)
class Overlap:
    """Own fragments that two students share, of the own fragments of the one who has fewer.

    >>> Overlap("vocab", 90, 120).share, Overlap("tokenization", 20, 20).share
    (0.75, 0.2)
    """

    exercise: str
    shared: int
    own: int

    @property
    def share(self) -> float:
        """The shared part, from 0 to 1."""
        return self.shared / max(self.own, LEAST)


@dataclass(frozen=True)
class Pair:
    """Two students and what they share, in course order; exercises where they share nothing are left out."""

    first: str
    second: str
    whole: Overlap
    overlaps: tuple[Overlap, ...]

    @property
    def closest(self) -> Overlap:
        """The largest share: of one exercise, or of all together."""
        return max((self.whole, *self.overlaps), key=lambda overlap: overlap.share)


def rank(modules: Sequence[Module], students: Sequence[str], least: float = 0.0) -> list[Pair]:
    """Give the pairs that share anything, those with the largest share first, down to `least`."""
    tables = [_overlaps(module, students) for module in modules]
    total = (sum(shared for shared, _ in tables), sum(own for _, own in tables))
    largest = np.max([shared / np.maximum(own, LEAST) for shared, own in (total, *tables)], axis=0)
    chosen = np.argwhere(np.triu((largest >= least) & (largest > 0), k=1))
    pairs = [_pair(modules, students, tables, int(one), int(other)) for one, other in chosen]
    return sorted(pairs, key=lambda pair: (-pair.closest.share, -pair.whole.share, pair.first, pair.second))


def _overlaps(module: Module, students: Sequence[str]) -> tuple[Any, Any]:
    """Count for each pair the fragments shared, and those of the one who has fewer; both [students, students]."""
    columns: dict[int, int] = {}
    cells = [
        (row, columns.setdefault(fragment, len(columns)))
        for row, student in enumerate(students)
        for fragment in module.own(student)
    ]
    if not cells:
        nothing = np.zeros((len(students), len(students)), dtype=np.int64)
        return nothing, nothing
    ones = np.ones(len(cells), dtype=np.int64)
    has = csr_array((ones, np.array(cells).T), shape=(len(students), len(columns)))
    shared = (has @ has.T).toarray()
    own = shared.diagonal()
    return shared, np.minimum.outer(own, own)


def _pair(modules: Sequence[Module], students: Sequence[str], tables: list[Any], one: int, other: int) -> Pair:
    overlaps = [
        Overlap(module.exercise, int(shared[one, other]), int(own[one, other]))
        for module, (shared, own) in zip(modules, tables, strict=True)
    ]
    whole = Overlap(ALL, sum(overlap.shared for overlap in overlaps), sum(overlap.own for overlap in overlaps))
    return Pair(students[one], students[other], whole, tuple(overlap for overlap in overlaps if overlap.shared))
