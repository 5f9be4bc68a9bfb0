"""One pack of a git repository: an object is read only after its sizes, and those of its delta bases, were looked at.

dulwich reads the index and applies the deltas; by itself it would unpack whatever size a pack claims.
"""

import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from dulwich.object_format import SHA1
from dulwich.objects import ObjectID, RawObjectID
from dulwich.pack import Pack, PackData, load_pack_index_file

from reelgrade.grading.sources.entries import Refused, too_large

OFFSET_DELTA, NAMED_DELTA = 6, 7
CHAIN_BYTES = 16 * 2**20
"""So much may be unpacked for one object, its delta bases and deltas counted."""

STEP = 4096  # counted for each part beside its size, so that a circle of empty deltas ends as well
NAME_BYTES = 20
WINDOW = 4096  # of compressed bytes, enough for the two sizes at the front of a delta


@dataclass(frozen=True)
class PackFile:
    """The bytes of an index and of its pack."""

    index: bytes
    data: bytes

    def names(self, prefix: str) -> list[str]:
        """Give the full names that begin with a prefix of at least two digits; a few are enough to be ambiguous."""
        with closing(self._pack()) as pack:
            raw = pack.index.iter_prefix(bytes.fromhex(prefix[: len(prefix) // 2 * 2]))
            return list(islice((name.hex() for name in raw if name.hex().startswith(prefix)), 100))

    def read(self, name: str, most: int) -> tuple[int, bytes] | None:
        """Give the type and the content of an object, or None where it is not in this pack; Refused if too large."""
        with closing(self._pack()) as pack:
            try:
                offset = pack.index.object_offset(ObjectID(name.encode()))
            except KeyError:
                return None
            self._check_sizes(pack, offset, most)
            return pack.get_raw(ObjectID(name.encode()))

    def _pack(self) -> Pack:
        return Pack.from_lazy_objects(
            lambda: PackData.from_file(BytesIO(self.data), SHA1),
            lambda: load_pack_index_file("index", BytesIO(self.index), SHA1),
        )

    def _check_sizes(self, pack: Pack, offset: int, most: int) -> None:
        total = 0
        for index, size in enumerate(self._sizes(pack, offset)):
            total += size + STEP
            if total > CHAIN_BYTES or (index == 0 and size > most):
                raise Refused("too_large", too_large(most))

    def _sizes(self, pack: Pack, offset: int) -> Iterator[int]:
        """Give the size of the object, then the sizes of all that it is built from."""
        kind = OFFSET_DELTA
        while kind in (OFFSET_DELTA, NAMED_DELTA):
            first, position = number(self.data, offset)
            kind, size = first >> 4 & 7, (first >> 7 << 4) | first & 15
            base = offset
            if kind == OFFSET_DELTA:
                back, position = base_distance(self.data, position)
                base = offset - back
            elif kind == NAMED_DELTA:
                base = pack.index.object_offset(RawObjectID(self.data[position : position + NAME_BYTES]))
                position += NAME_BYTES
            if kind in (OFFSET_DELTA, NAMED_DELTA):
                yield target_size(self.data[position : position + WINDOW])
            yield size
            offset = base


def number(data: bytes, position: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, lowest first, and say where it ends.

    >>> number(bytes([0x81, 0x01]), 0)
    (129, 2)
    """
    value = 0
    for count, byte in enumerate(data[position : position + 10]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, position + count + 1
    raise ValueError("a number in a pack has no end")


def base_distance(data: bytes, position: int) -> tuple[int, int]:
    """Read how far back a delta's base lies: seven bits a byte, highest first, one added between bytes.

    >>> base_distance(bytes([0x80, 0x00]), 0)
    (128, 2)
    """
    value = -1
    for count, byte in enumerate(data[position : position + 10]):
        value = (value + 1) << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position + count + 1
    raise ValueError("a distance in a pack has no end")


def target_size(compressed: bytes) -> int:
    """Read from a delta's beginning how large its outcome is.

    >>> target_size(zlib.compress(bytes([5, 7])))
    7
    """
    beginning = zlib.decompressobj().decompress(compressed, 20)
    return number(beginning, number(beginning, 0)[1])[0]
