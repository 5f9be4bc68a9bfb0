"""Single files as one source: what a learning platform hands out, where each file got a long name of its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from reelgrade.grading.sources.directory import Directory
from reelgrade.grading.sources.entries import Kind, Refused


class LooseFiles:
    """A flat tree of files by the names that the student gave them; `name` is that of the submission."""

    def __init__(self, name: str, files: Mapping[str, Path]) -> None:
        self.name, self.files = name, dict(files)

    def kind(self, path: str) -> Kind | None:
        """Say what lies at a path."""
        if path == "":
            return "folder"
        return Directory(self.files[path].parent).kind(self.files[path].name) if path in self.files else None

    def names(self, folder: str) -> Iterator[str]:
        """Give the names of all files."""
        yield from self.files if folder == "" else ()

    def read(self, path: str, most: int) -> bytes:
        """Read a plain file, at most one byte more than asked for; Refused where it is none."""
        if path not in self.files:
            raise Refused("unreadable", "refused: not there")
        return Directory(self.files[path].parent).read(self.files[path].name, most)
