"""The entries of a .zip; sizes in it are claims, and only what is asked for is unpacked."""

import stat
import zipfile
from collections.abc import Iterator
from functools import partial
from io import BytesIO

from reelgrade.grading.sources.archive import AGAIN, Member, too_many, too_much
from reelgrade.grading.sources.directory import kind_of_mode
from reelgrade.grading.sources.entries import ARCHIVE_BYTES, ENTRIES, Kind, Unusable, read_up_to

ENTRY_SIGNATURE = b"PK\x01\x02"
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others let an entry name the memory its reader takes


def members(data: bytes) -> Iterator[Member]:
    """Give the entries of a .zip; Unusable where it is encrypted, or claims to hold too much."""
    if data.count(ENTRY_SIGNATURE) > ENTRIES:  # zipfile would build its whole table first
        raise too_many()
    archive = zipfile.ZipFile(BytesIO(data))
    infos = archive.infolist()
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise Unusable(f"it is encrypted; {AGAIN}")
    if sum(info.file_size for info in infos) > ARCHIVE_BYTES:
        raise too_much()
    for info in infos:
        yield Member(info.orig_filename, kind(info), partial(_read, archive, info))


def kind(info: zipfile.ZipInfo) -> Kind:
    """Say what an entry is, by the Unix mode that it may carry, whichever system it says it is from."""
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode):
        return kind_of_mode(mode)
    return "folder" if info.orig_filename.endswith("/") else "file"


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    if info.compress_type not in METHODS:
        raise Unusable(f"it is packed with a method other than deflate; {AGAIN}")
    with archive.open(info) as file:
        return read_up_to(file, most)
