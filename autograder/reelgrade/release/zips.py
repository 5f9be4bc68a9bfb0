"""Write a .zip that has the same bytes whenever its files have: sorted, one time, one mode, not compressed."""

import os
import stat
import time
import zipfile
from collections.abc import Mapping
from io import BytesIO

from reelgrade.errors import UserError

OLDEST = (1980, 1, 1, 0, 0, 0)  # what the format can hold


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Pack files, given by path.

    They are stored as they are: the outcome of compression depends on the library that does it.

    >>> zip_bytes({"b": b"2", "a": b"1"}) == zip_bytes({"a": b"1", "b": b"2"})
    True
    """
    target = BytesIO()
    moment = _moment()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, moment)
            info.create_system = 3  # Unix, on every system
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[path])
    return target.getvalue()


def _moment() -> tuple[int, int, int, int, int, int]:
    """Give the time of all members: that of SOURCE_DATE_EPOCH, else the oldest there is."""
    named = os.environ.get("SOURCE_DATE_EPOCH")
    if not named:
        return OLDEST
    try:
        moment = time.gmtime(int(named))[:6]
    except (ValueError, OverflowError, OSError) as error:
        raise UserError(f"SOURCE_DATE_EPOCH={named}: not a number of seconds since 1970; mend or unset it") from error
    return max(OLDEST, moment)
