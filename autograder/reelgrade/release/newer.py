"""Read a release that a student has been given, a folder or a .zip: its record, and exactly the files it names."""

from dataclasses import dataclass
from pathlib import Path

from reelgrade.errors import UserError
from reelgrade.grading.sources.archive import open_archive
from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import ARCHIVE_BYTES, Refused, Source, Unusable, join, safe_path, shown_name
from reelgrade.release.manifest import BYTES, NAME, Manifest, parse, sha256

AGAIN = "get it again"


@dataclass(frozen=True)
class Release:
    """A release in memory; `files` by path."""

    manifest: Manifest
    files: dict[str, bytes]


def read_release(path: Path) -> Release:
    """Read a release; UserError where it is none, or is not whole."""
    try:
        tree = Directory(path) if path.is_dir() else open_archive(_content(path))
        top = _top(tree)
        manifest = parse(tree.read(join(top, NAME), BYTES))
        if manifest is None or not manifest.files:
            raise Unusable(f"its {NAME} cannot be read; {AGAIN}")
        return Release(manifest, {name: _file(tree, top, name, digest) for name, digest in manifest.files.items()})
    except (Unusable, Refused) as error:
        raise UserError(f"{path}: {error}") from error


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise Unusable("no such release; pass its folder or its .zip")
    if path.stat().st_size > ARCHIVE_BYTES:
        raise Unusable(f"it is larger than {ARCHIVE_BYTES // 2**20} MiB, so it is no release")
    return path.read_bytes()


def _top(tree: Source) -> str:
    folders = ["", *(name for name in sorted(tree.names("")) if tree.kind(name) == "folder")]
    found = [folder for folder in folders if tree.kind(join(folder, NAME)) == "file"]
    if not found:
        raise Unusable(f"no {NAME} in it, so it is no release; pass the folder or the .zip that holds one")
    return found[0]


def _file(tree: Source, top: str, name: str, digest: str) -> bytes:
    if safe_path(name) != name or name.split("/")[0].lower() in (".git", ".reelgrade") or name == NAME:
        raise Unusable(f"it names the file {shown_name(name)}, which no release has")
    if tree.kind(join(top, name)) != "file":
        raise Unusable(f"{name} is missing in it; {AGAIN}")
    data = tree.read(join(top, name), ARCHIVE_BYTES)
    if sha256(data) != digest:
        raise Unusable(f"{name} is not what its {NAME} says; {AGAIN}")
    return data
