"""The record of a release, release.json: its version, and hashes that tell later which checks and files have changed."""

import ast
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import reelgrade
from reelgrade.grading.catalogue import read_checks

NAME = "release.json"
BYTES = 128 * 2**10
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")
CHECK = re.compile(r"[a-z_]{1,40}\.[a-z0-9_]{1,120}")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """What release.json says: `engine` is the version of the package, `files` are the release's own by path."""

    version: str
    engine: str
    checks: dict[str, str]
    suites: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        """Write the record as JSON, the same bytes every time."""
        return (json.dumps(asdict(self), indent=1, sort_keys=True) + "\n").encode()

    def for_submission(self) -> "Manifest":
        """Give the part that a submission carries."""
        return Manifest(self.version, self.engine, self.checks)


def parse(data: bytes) -> Manifest | None:
    """Read a record that may come from anybody; None unless every part of it is as it should be.

    >>> parse(Manifest("1.0", "0.1.0", {}).written())
    Manifest(version='1.0', engine='0.1.0', checks={}, suites={}, files={})
    >>> parse(b'{"version": "1.0", "points": 100}')
    """
    try:
        manifest = Manifest(**json.loads(data)) if len(data) <= BYTES else None
    except (ValueError, TypeError, RecursionError):
        return None
    return manifest if manifest is not None and _is_sound(manifest) else None


def _is_sound(manifest: Manifest) -> bool:
    texts = (manifest.version, manifest.engine)
    tables = (manifest.checks, manifest.suites, manifest.files)
    if not all(isinstance(text, str) and VERSION.fullmatch(text) for text in texts):
        return False
    if not all(isinstance(table, dict) for table in tables) or not all(map(CHECK.fullmatch, manifest.checks)):
        return False
    hashes = [value for table in tables for value in table.values()]
    return all(isinstance(value, str) and HASH.fullmatch(value) for value in hashes)


def read_manifest(course: Path) -> Manifest | None:
    """Read the record of a student's copy; None where there is none, or it cannot be read."""
    path = course / NAME
    return parse(path.read_bytes()) if path.is_file() else None


def of_course(course: Path, version: str | None = None) -> Manifest:
    """Make the record of a course as it is now, without its files."""
    autograder = course / "autograder"
    suites = {path.name: sha256(path.read_bytes()) for path in sorted(autograder.glob("test_*.py"))}
    return Manifest(version or reelgrade.__version__, reelgrade.__version__, check_hashes(autograder), suites)


def check_hashes(autograder: Path) -> dict[str, str]:
    """Hash each visible check, with what its suite has beside checks; an accuracy check also with the thresholds."""
    hashes = {}
    for check in read_checks(autograder):
        path = autograder / f"test_{check.exercise}.py"
        beside, functions = _parts(path.read_bytes())
        name = "test_" + check.id.partition(".")[2]
        thresholds = autograder / "thresholds.toml"
        bars = thresholds.read_bytes().replace(b"\r\n", b"\n") if check.requires and thresholds.is_file() else b""
        hashes[check.id] = sha256(b"\0".join([beside, functions[name], bars]))
    return hashes


def _parts(source: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Cut a suite into its checks by name, and everything else."""
    lines = source.replace(b"\r\n", b"\n").split(b"\n")
    functions = {}
    beside = dict(enumerate(lines))
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            functions[node.name] = b"\n".join(lines[first : node.end_lineno])
            for number in range(first, node.end_lineno or 0):
                beside.pop(number)
    return b"\n".join(line for line in beside.values() if line.strip()), functions


def changed_checks(old: Manifest, new: Manifest) -> list[str]:
    """Name the checks that are new, gone or other than before."""
    names = sorted({*old.checks, *new.checks})
    return [name for name in names if old.checks.get(name) != new.checks.get(name)]


def sha256(data: bytes) -> str:
    """Hash some bytes.

    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()
