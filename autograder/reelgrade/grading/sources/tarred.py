"""The entries of a plain tar, header by header.

The standard library decodes each header, but does not walk the archive: `tarfile` of older interpreters
can be kept busy for ever by negative sizes (CVE-2025-8194) and long extended headers (CVE-2024-6232).
Sparse files are not read.
"""

import tarfile
from collections.abc import Iterator
from functools import partial

from reelgrade.grading.sources.archive import AGAIN, Member
from reelgrade.grading.sources.entries import ENTRIES, Kind, Unusable

BLOCK = tarfile.BLOCKSIZE
EXTENDED_BYTES = 64 * 2**10
EXTENDED_RECORDS = 100
LONG_NAME, LONG_LINK = tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK
EXTENDED = (LONG_NAME, LONG_LINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)

KINDS: dict[bytes, Kind] = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file",
    tarfile.DIRTYPE: "folder",
    tarfile.SYMTYPE: "link",
    tarfile.LNKTYPE: "hard_link",
}
WITHOUT_CONTENT = (
    tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
)  # fmt: skip


def is_tar(data: bytes) -> bool:
    """Tell by the first header, which has a checksum, whether this is a tar.

    >>> is_tar(b"PK" + bytes(600))
    False
    """
    try:
        _header(data, 0)
    except tarfile.TarError:
        return False
    return True


def members(data: bytes) -> Iterator[Member]:
    """Give the entries of a tar; Unusable where it is cut off, sparse, or a header is out of proportion."""
    offset = headers = 0
    said: dict[str, str] = {}
    while data[offset : offset + BLOCK].strip(b"\0"):
        info = _header(data, offset)
        start = offset + BLOCK
        size = _size(info, said)
        if size < 0 or start + size > len(data) or (headers := headers + 1) > 3 * ENTRIES:
            raise Unusable(f"it is cut off, or its sizes are wrong; {AGAIN}")
        if info.type in EXTENDED:
            said |= _extended(info.type, data[start : start + size])
        else:
            yield Member(
                said.get("path", info.name), KINDS.get(info.type, "special_file"), partial(_read, data, start, size)
            )
            said = {}
        offset = start + -(-size // BLOCK) * BLOCK


def _header(data: bytes, offset: int) -> tarfile.TarInfo:
    return tarfile.TarInfo.frombuf(data[offset : offset + BLOCK], "utf-8", "surrogateescape")


def _size(info: tarfile.TarInfo, said: dict[str, str]) -> int:
    if info.type == tarfile.GNUTYPE_SPARSE or any(key.startswith("GNU.sparse") for key in said):
        raise Unusable(f"it has sparse files; {AGAIN}")
    if info.type in WITHOUT_CONTENT:
        return 0
    return info.size if info.type in EXTENDED else int(said.get("size", info.size))


def _extended(kind: bytes, content: bytes) -> dict[str, str]:
    """Give what a header says about the entry behind it: its path and its size matter here."""
    if len(content) > EXTENDED_BYTES:
        raise Unusable(f"it has a header that is too large; {AGAIN}")
    if kind == LONG_NAME:
        return {"path": _text(content.split(b"\0")[0])}
    if kind in (LONG_LINK, tarfile.XGLTYPE):
        return {}
    return dict(_records(content))


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    """Split lines like `22 path=alice/data.py`, where the number is the length of the whole line."""
    for _ in range(EXTENDED_RECORDS):
        if not content.strip(b"\0"):
            return
        length, _, rest = content.partition(b" ")
        record = rest[: int(length) - len(length) - 2]
        key, _, value = record.partition(b"=")
        yield _text(key), _text(value)
        content = content[max(int(length), 1) :]
    raise Unusable(f"it has a header that is too large; {AGAIN}")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _read(data: bytes, start: int, size: int, most: int) -> bytes:
    return data[start : start + min(size, most + 1)]
