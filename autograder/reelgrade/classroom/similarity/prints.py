"""Fingerprint the modules of one exercise, and take out of them what is no student's own.

A fragment is a run of characters after copydetect has levelled names and strings and dropped comments and spaces, so
that renaming changes nothing. It is nobody's own where it occurs in the stub, in the reference, or in most submissions.
"""

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from copydetect import CodeFingerprint, compare_files

LENGTH = 25  # characters of a fragment; of independent solutions, 5 % of the own fragments agree by chance
MANY_STUDENTS = 6  # of fewer, two who copy would already be a third
MOST = 0.5  # a fragment that more than this part of the students have is common


@dataclass(frozen=True)
class Module:
    """One exercise of a class; `prints` hold, by student, the own fragments only."""

    exercise: str
    prints: dict[str, Any]

    def own(self, student: str) -> set[int]:
        """Give the own fragments of a student; none where the exercise is not there."""
        return self.prints[student].hashes if student in self.prints else set()

    def shared_lines(self, first: str, second: str) -> tuple[set[int], set[int]]:
        """Give the numbers of the lines with shared own code, in each of the two texts, from 1."""
        one, other = self.prints[first], self.prints[second]
        if one.hashes.isdisjoint(other.hashes):
            return set(), set()
        _, _, slices = compare_files(one, other)
        return _lines(one.raw_code, slices[0]), _lines(other.raw_code, slices[1])


def fingerprint(exercise: str, texts: Mapping[str, str], given: Iterable[str] = ()) -> Module:
    """Fingerprint an exercise of all students; `given` are the texts whose fragments do not count.

    >>> vocab = fingerprint("vocab", {"ann": "ids = [2 * one + 1 for one in range(9) if one]", "bob": "x = 1"})
    >>> [len(vocab.own(student)) for student in ("ann", "bob", "eve")]
    [2, 0, 0]
    """
    prints = {student: _print_of(text) for student, text in texts.items()}
    foreign = {fragment for text in given for fragment in _print_of(text).hashes} | _common(prints.values())
    for one in prints.values():
        one.hashes -= foreign  # copydetect's own `boilerplate` also drops whatever stands twice in a module
        one.hash_idx = {fragment: one.hash_idx[fragment] for fragment in one.hashes}
    return Module(exercise, {student: one for student, one in prints.items() if one.hashes})


def given_texts(course: Path, exercise: str) -> list[str]:
    """Read the stub and the reference of an exercise, as far as the course has them."""
    paths = (course / folder / f"{exercise}.py" for folder in ("exercises", "solutions"))
    return [path.read_text(encoding="utf-8") for path in paths if path.is_file()]


def _print_of(text: str) -> Any:
    made = CodeFingerprint("module.py", LENGTH, 1, language="python", fp=io.StringIO(text))
    made.offsets[:, 1] = np.maximum.accumulate(made.offsets[:, 1])  # copydetect writes a wrong one at names of classes
    return made


def _common(prints: Iterable[Any]) -> set[int]:
    started = [one.hashes for one in prints if one.hashes]
    if len(started) < MANY_STUDENTS:
        return set()
    counts = Counter(fragment for hashes in started for fragment in hashes)
    return {fragment for fragment, count in counts.items() if count > MOST * len(started)}


def _lines(text: str, slices: Any) -> set[int]:
    """Turn slices of a text into the numbers of the lines they touch; spaces at their ends do not count."""
    found: set[int] = set()
    for start, end in zip(*slices.astype(int).tolist(), strict=True):
        part = text[start:end].rstrip()
        first = text.count("\n", 0, start) + 1
        found.update(range(first, first + part.count("\n") + 1))
    return found
