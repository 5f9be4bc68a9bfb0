"""Names of files for students, whose own names may hold anything; what else a student is called is elsewhere."""

import hashlib
import re
import unicodedata

PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
HASHED = re.compile(r".*-[0-9a-f]{12}")
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # Windows keeps these for devices


def file_stem(student: str) -> str:
    """Give the name of a student's files without their suffix: safe on every system, and always the same.

    A short plain name stays as it is; any other one ends in a part of its hash, so that two never share a file, not
    even where upper and lower case are one.

    >>> file_stem("alice"), file_stem("../Zoë Doe_7"), file_stem("con")
    ('alice', 'zoe-doe_7-3c7338302af3', 'con-1143da2bc54c')
    """
    if PLAIN.fullmatch(student) and not HASHED.fullmatch(student) and not RESERVED.fullmatch(student):
        return student
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:40] or "student"
    return f"{readable}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
