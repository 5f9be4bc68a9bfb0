"""Search files for what must not be in them, and name the places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reelgrade.release.leaks.leaves import Leaf, Unsearchable, leaves
from reelgrade.release.leaks.secrets import Secrets
from reelgrade.release.leaks.words import WORD, evened, prose_words, words


@dataclass(frozen=True)
class Leak:
    """A place, and what was found there.

    >>> print(Leak("README.md, line 3", "the solution of vocab.py"))
    README.md, line 3: the solution of vocab.py
    """

    place: str
    what: str

    def __str__(self) -> str:
        """Write both in one line."""
        return f"{self.place}: {self.what}"


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder, hidden ones too; a link is given as where it leads."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            yield path.relative_to(folder).as_posix(), str(path.readlink()).encode()
        elif path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def find_leaks(files: Iterable[tuple[str, bytes]], secrets: Secrets) -> list[Leak]:
    """Search files, given by name and content; each place is named once for each thing that leaks there."""
    leaks: dict[tuple[str, str], Leak] = {}
    for name, data in files:
        try:
            for leaf in leaves(name, data):
                for leak in _in(leaf, secrets):
                    leaks.setdefault((leaf.place, leak.what), leak)
        except Unsearchable as error:
            place, _, why = str(error).partition(": ")
            leaks[place, why] = Leak(place, f"{why}; leave it out")
    return list(leaks.values())


def _in(leaf: Leaf, secrets: Secrets) -> Iterator[Leak]:
    """Give the first place of each thing that leaks in a text."""
    for names in leaf.names:
        if names in secrets.compiled:
            yield Leak(f"{leaf.place}, {names[0]}", secrets.compiled[names])
    code = {what: start for start, _, what in reversed(list(secrets.code.found_in(words(leaf.text))))}
    yield from (Leak(f"{leaf.place}, line {_line(leaf.text, start)}", what) for what, start in code.items())
    rows = {what: row for _, row, what in secrets.rows.found_in(prose_words(leaf.text))}
    yield from (Leak(f"{leaf.place}, at '{' '.join(row[:4])}'", what) for what, row in rows.items())


def _line(text: str, word: int) -> int:
    """Count the line of a word, from 1."""
    even = evened(text)
    found = next(found for number, found in enumerate(WORD.finditer(even)) if number == word)
    return even.count("\n", 0, found.start()) + 1
