"""Say of a submission which release it was made from, where the checks are no longer the same.

The record comes from the student: it is read as data, and changes nothing but this notice. Names of checks are shown
only where the course itself has them.
"""

from pathlib import Path

from reelgrade.grading.provenance import Notice
from reelgrade.grading.sources.entries import Refused, Source, Unusable, join, shown_name
from reelgrade.release.manifest import BYTES, NAME, Manifest, changed_checks, of_course, parse

MOST_NAMED = 10


def release_notices(tree: Source, top: str, course: Path) -> list[Notice]:
    """Give a notice where the submission is from another release than the course; none where it has no record."""
    path = join(top, NAME)
    if tree.kind(path) != "file":
        return []
    try:
        manifest = parse(tree.read(path, BYTES))
    except (Refused, Unusable):
        manifest = None
    if manifest is None:
        return [Notice("ignored", shown_name(path), "ignored: it is no record of a release")]
    said = compared(manifest, of_course(course))
    return [Notice("older_release", shown_name(path), said)] if said else []


def compared(theirs: Manifest, ours: Manifest) -> str:
    """Say how two releases differ in their checks; nothing where they are the same.

    >>> compared(Manifest("1", "0.1.0", {"vocab.a": "0"}), Manifest("2", "0.2.0", {"vocab.a": "1", "vocab.b": "2"}))
    'made from release 1, engine 0.1.0 (now 0.2.0); checks changed since: vocab.a, vocab.b'
    """
    changed = changed_checks(theirs, ours)
    if not changed and theirs.engine == ours.engine:
        return ""
    named = [check for check in changed if check in ours.checks]
    shown = named[:MOST_NAMED]
    shown += [f"{len(named) - MOST_NAMED} more"] * (len(named) > MOST_NAMED)
    shown += [f"{len(changed) - len(named)} gone"] * (len(changed) > len(named))
    now = f" (now {ours.engine})" if theirs.engine != ours.engine else ""
    since = f"checks changed since: {', '.join(shown)}" if shown else "no visible check has changed since"
    return f"made from release {theirs.version}, engine {theirs.engine}{now}; {since}"
