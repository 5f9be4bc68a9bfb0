"""Find every text that a file holds: in archives, notebooks, JSON, compiled Python, git objects and base64.

Each comes with its place, such as `extra.zip, notes.ipynb, cell 3, outputs`. What cannot be opened is an error.
"""

import base64
import binascii
import bz2
import gzip
import importlib.util
import io
import json
import lzma
import marshal
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from reelgrade.release.leaks.secrets import Names, functions_in, names_of
from reelgrade.release.leaks.words import variants

DEPTH = 8
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}(?:\s+[A-Za-z0-9+/_-]{40,})*(?:\s+[A-Za-z0-9+/_-]+)?={0,2}")
CLOSED = {b"7z\xbc\xaf": "7z", b"Rar!": "rar", b"\x28\xb5\x2f\xfd": "zstd"}


@dataclass(frozen=True)
class Leaf:
    """One text and its place; `names` are those of the functions, where it was compiled."""

    place: str
    text: str
    names: tuple[Names, ...] = ()


class Unsearchable(Exception):
    """Something cannot be opened, so nobody knows what it holds; the message begins with its place."""


def leaves(place: str, data: bytes, depth: int = 0) -> Iterator[Leaf]:
    """Give the texts within some bytes; Unsearchable where they are closed, damaged or nested too deep.

    >>> [leaf.text for leaf in leaves("a.gz", gzip.compress(b"hidden"))]
    ['hidden']
    """
    if depth > DEPTH:
        raise Unsearchable(f"{place}: nested too deep")
    try:
        inner = list(_opened(place, data))
    except Unsearchable:
        raise
    except Exception as error:  # each of the parsers has its own kinds
        raise Unsearchable(f"{place}: cannot be opened ({type(error).__name__}: {error})") from error
    for where, part in inner:
        if isinstance(part, bytes):
            yield from leaves(where, part, depth + 1)
        elif isinstance(part, CodeType):
            yield Leaf(where, "", tuple(filter(None, map(names_of, functions_in(part)))))
            yield from (Leaf(where, text) for text in _constants(part))
        else:
            yield from _texts(where, part, depth)


def _opened(place: str, data: bytes) -> Iterator[tuple[str, bytes | str | CodeType]]:
    """Take one layer off; bytes have to be opened again."""
    closed = next((kind for magic, kind in CLOSED.items() if data.startswith(magic)), None)
    if closed:
        raise Unsearchable(f"{place}: a {closed} archive cannot be searched")
    if place.endswith(".pyc") or data.startswith(importlib.util.MAGIC_NUMBER):
        yield place, _compiled(place, data)
    elif data.startswith(b"PACK\0\0\0"):
        yield from _pack(place, data)
    elif data[257:262] == b"ustar":
        yield from _tar(place, data)
    elif zipfile.is_zipfile(io.BytesIO(data)):
        yield from _zip(place, data)
    elif (plain := _decompressed(data)) is not None:
        yield place, plain
    else:
        yield place, _decoded(re.sub(rb"^(?:blob|commit|tag|tree) \d+\0", b"", data))


def _decompressed(data: bytes) -> bytes | None:
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:3] == b"BZh":
        return bz2.decompress(data)
    if data[:6] == b"\xfd7zXZ\0":
        return lzma.decompress(data)
    if data[:1] == b"\x78" and len(data) > 2 and int.from_bytes(data[:2], "big") % 31 == 0:  # zlib, or a text with x
        try:
            return zlib.decompress(data)
        except zlib.error:
            return None
    return None


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _zip(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield f"{place}, its comment", archive.comment
        for info in archive.infolist():
            yield f"{place}, {info.filename}", archive.read(info)


def _tar(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for info in archive:
            if (file := archive.extractfile(info)) is not None:
                yield f"{place}, {info.name}", file.read()


def _pack(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the objects of a pack of git, deltas applied."""
    try:
        from dulwich.object_format import SHA1
        from dulwich.pack import PackData, PackInflater
    except ModuleNotFoundError as error:
        raise Unsearchable(f'{place}: git objects need dulwich; run: pip install "reelgrade[grading]"') from error
    with PackData.from_file(io.BytesIO(data), SHA1) as pack:
        for found in PackInflater.for_pack_data(pack):
            yield f"{place}, {found.type_name.decode()} {found.id.decode()[:10]}", found.as_raw_string()


def _compiled(place: str, data: bytes) -> CodeType:
    if data[:4] != importlib.util.MAGIC_NUMBER:
        raise Unsearchable(f"{place}: compiled by another Python")
    code = marshal.loads(data[16:])
    if not isinstance(code, CodeType):
        raise Unsearchable(f"{place}: holds no code")
    return code


def _constants(code: CodeType) -> Iterator[str]:
    for one in functions_in(code):
        yield from (constant for constant in one.co_consts if isinstance(constant, str))


def _texts(place: str, text: str, depth: int) -> Iterator[Leaf]:
    """Give a text, or the strings of one that is JSON, and what it holds in base64."""
    parsed = _json(text)
    if parsed is not None:
        for where, inner in _strings(place, parsed):
            yield from leaves(where, inner.encode("utf-8", "replace"), depth + 1)
        return
    yield from (Leaf(place, variant) for variant in variants(text))
    for found in BASE64.findall(text):
        decoded = _from_base64(found)
        if decoded is not None:
            yield from leaves(f"{place}, in base64", decoded, depth + 1)


def _from_base64(text: str) -> bytes | None:
    plain = "".join(text.split()).rstrip("=")
    plain = plain[: len(plain) // 4 * 4 + (len(plain) % 4 if len(plain) % 4 > 1 else 0)]
    try:
        found = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_" if set(plain) & {"-", "_"} else None)
        return found if found[:2] == b"PK" or _is_text(found) or _decompressed(found) is not None else None
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error, lzma.LZMAError):
        return None


def _is_text(data: bytes) -> bool:
    """Tell text from what a long word decodes to by chance."""
    return data.isascii() or len(data.decode("utf-8", "ignore")) > 0.9 * len(data)


def _json(text: str) -> Any:
    """Parse a text that is JSON, and not a bare word or number."""
    if text.lstrip()[:1] not in ("{", "[") or len(text) < 3:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _strings(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Walk the strings; a list of strings is the lines of one text, and cells of notebooks are counted from 1."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield place, "".join(value)
        yield place, "\n".join(value)
    elif isinstance(value, list):
        cells = place.endswith(", cells")
        for number, item in enumerate(value, start=1):
            yield from _strings(f"{place.removesuffix(', cells')}, cell {number}" if cells else place, item)
    elif isinstance(value, dict):
        yield place, "\n".join(value)
        for key, item in value.items():
            yield from _strings(f"{place}, {key[:30]}", item)
