"""A single file as a source: a notebook that was handed in without a folder around it."""

from collections.abc import Iterator

from reelgrade.grading.sources.entries import Kind, Refused


class OneFile:
    """A tree with one file at its top."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def kind(self, path: str) -> Kind | None:
        """Say what lies at a path."""
        return "folder" if path == "" else "file" if path == self.name else None

    def names(self, folder: str) -> Iterator[str]:
        """Give the one name."""
        yield from [self.name] if folder == "" else []

    def read(self, path: str, most: int) -> bytes:
        """Give the file, at most one byte more than asked for."""
        if path != self.name:
            raise Refused("unreadable", "refused: not there")
        return self.content[: most + 1]
