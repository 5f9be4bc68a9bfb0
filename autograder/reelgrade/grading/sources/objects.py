"""The objects of a git repository, loose or packed, found by hash; none is larger than asked for, and each is checked.

What the objects mean is in `repository.py`, and how a pack is read in `packs.py`.
"""

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import ENTRIES, Refused, Unusable, shown_name, too_large

if TYPE_CHECKING:
    from reelgrade.grading.sources.packs import PackFile

REPOSITORY_BYTES = 128 * 2**20
"""So much of a repository is read: all of its packs and their indexes."""

OBJECT_BYTES = 2**20
"""The largest commit, tag or tree."""

MAX_PACKS = 200
TYPES = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
LACKING = "use a full clone: not a shallow or partial one, nor one that borrows from another"


class Objects:
    """The objects below a `.git` folder."""

    def __init__(self, control: Directory) -> None:
        self._control = control

    def small(self, name: str) -> tuple[str, bytes]:
        """Give a commit, a tag or a tree."""
        try:
            return self.read(name, OBJECT_BYTES)
        except Refused as error:
            raise Unusable(f"its object {name} is too large; pass the files as a folder") from error

    def read(self, name: str, most: int) -> tuple[str, bytes]:
        """Give the kind and the content of an object, its hash checked; Refused where it is too large."""
        with parsing(name):
            found = self._loose(name, most) or self._packed(name, most)
        if found is None:
            raise Unusable(f"it lacks the object {name}; {LACKING}")
        kind, content = found
        named = f"{kind} {len(content)}\0".encode() + content
        if hashlib.sha1(named, usedforsecurity=False).hexdigest() != name:
            raise Unusable(f"its object {name} is damaged; {LACKING}")
        return found

    def _loose(self, name: str, most: int) -> tuple[str, bytes] | None:
        path = f"objects/{name[:2]}/{name[2:]}"
        if self._control.kind(path) != "file":
            return None
        packed = self._control.read(path, 2 * most)
        header, _, content = zlib.decompressobj().decompress(packed, most + 64).partition(b"\0")
        kind, _, size = header.decode("ascii").partition(" ")
        if int(size) > most:
            raise Refused("too_large", too_large(most))
        return kind, content

    def _packed(self, name: str, most: int) -> tuple[str, bytes] | None:
        for pack in self._packs:
            if found := pack.read(name, most):
                return TYPES[found[0]], found[1]
        return None

    @cached_property
    def _packs(self) -> "list[PackFile]":
        from reelgrade.grading.sources.packs import PackFile

        left = REPOSITORY_BYTES
        packs = []
        for stem in self._pack_stems():
            index = self._whole(f"{stem}.idx", left)
            data = self._whole(f"{stem}.pack", left - len(index))
            left -= len(index) + len(data)
            packs.append(PackFile(index, data))
        return packs

    def _pack_stems(self) -> list[str]:
        names = islice(self._control.names("objects/pack"), ENTRIES)
        stems = [f"objects/pack/{name.removesuffix('.idx')}" for name in names if name.endswith(".idx")]
        if len(stems) > MAX_PACKS:
            raise Unusable(f"it has more than {MAX_PACKS} packs; run `git gc` in it first")
        return sorted(stem for stem in stems if self._control.kind(f"{stem}.pack") == "file")

    def _whole(self, path: str, most: int) -> bytes:
        try:
            content = self._control.read(path, most)
        except Refused as error:
            raise Unusable(f"{shown_name(path)}: {error.action}; {LACKING}") from error
        if len(content) > most:
            raise Unusable(f"its packs hold more than {REPOSITORY_BYTES // 2**20} MiB; pass the files as a folder")
        return content

    def beginning_with(self, prefix: str) -> set[str]:
        """Give the names that begin with at least four digits, whatever the objects are."""
        loose = islice(self._control.names(f"objects/{prefix[:2]}"), ENTRIES)
        found = {prefix[:2] + rest for rest in loose if (prefix[:2] + rest).startswith(prefix) and len(rest) == 38}
        with parsing("index"):
            return found.union(*(pack.names(prefix) for pack in self._packs))


@contextmanager
def parsing(name: str) -> Iterator[None]:
    """Turn whatever a damaged object raises into Unusable: zlib, struct, asserts, and dulwich's own errors."""
    try:
        yield
    except (Refused, Unusable):
        raise
    except Exception as error:
        reason = shown_name(f"{type(error).__name__}: {error}")
        raise Unusable(f"its object {shown_name(name)} cannot be read ({reason}); {LACKING}") from error
