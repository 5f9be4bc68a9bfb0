"""Compare a whole class: from a folder of submissions to ranked pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reelgrade.classroom.similarity.handed_in import HandedIn, Track
from reelgrade.classroom.similarity.pairs import Pair, rank
from reelgrade.classroom.similarity.prints import Module, fingerprint, given_texts


@dataclass(frozen=True)
class Comparison:
    """What came of a class: the pairs shown, and how many there were to show."""

    handed_in: HandedIn
    modules: dict[str, Module]
    pairs: list[Pair]
    found: int

    @property
    def summary(self) -> str:
        """Say in one line what was compared."""
        shown = f"; the first {len(self.pairs)} are shown" if self.found > len(self.pairs) else ""
        compared = f"{len(self.handed_in.texts)} students compared"
        return f"{compared}, {self.found or 'no'} pair{'s' * (self.found != 1)} above the limit{shown}"


def compare(
    handed_in: HandedIn,
    course: Path,
    exercises: Sequence[str],
    least: float,
    top: int,
    track: Track = lambda items, _: items,
) -> Comparison:
    """Compare the given exercises of a class and keep the `top` pairs that share at least `least` of their own code."""
    modules = {}
    for name in track(list(exercises), "comparing"):
        texts = {student: texts[name] for student, texts in handed_in.texts.items() if name in texts}
        modules[name] = fingerprint(name, texts, given_texts(course, name))
    pairs = rank(list(modules.values()), list(handed_in.texts), least)
    return Comparison(handed_in, modules, pairs[:top], len(pairs))
