"""Where the exercises of a submission lie, and what lies around them; at most so many names are looked at."""

from collections.abc import Iterator
from itertools import islice

from reelgrade.grading.sources.entries import ENTRIES, Source, Unusable, is_unsafe, join

LEVELS = 3
SILENT = {".git", "__pycache__", ".venv", ".ipynb_checkpoints", ".pytest_cache", "__MACOSX", ".DS_Store"}
"""Nobody handed these in on purpose; they are neither opened nor mentioned."""


class Survey:
    """A source, its `root` (where its modules lie) and its `top` (the course or the folder around them)."""

    def __init__(self, source: Source, modules: tuple[str, ...]) -> None:
        self.source = source
        self.stopped = False
        self._modules = modules
        self._left = ENTRIES
        self._names: dict[str, list[str]] = {}
        self.levels: list[str] = []
        self.root = self._find_root()

    @property
    def top(self) -> str:
        """The innermost folder around the modules that is not `exercises` itself."""
        return self.levels[-1]

    @property
    def is_fork(self) -> bool:
        """Whether the source looks like the whole course."""
        return self.source.kind(join(self.top, "autograder")) == "folder"

    def names(self, folder: str) -> list[str]:
        """Give the names in a folder, sorted, without the silent ones."""
        if folder not in self._names:
            found = list(islice(self.source.names(folder), self._left + 1))
            self.stopped |= len(found) > self._left
            found = found[: self._left]
            self._left -= len(found)
            self._names[folder] = sorted(set(found) - SILENT)
        return self._names[folder]

    def _find_root(self) -> str:
        for folder in self._single_folders():
            self.levels.append(folder)
            root = self._root_in(folder)
            if root is not None:
                return root
        raise Unusable(f"no exercise in it; it needs {', '.join(self._modules[:2])}, ... as plain files")

    def _root_in(self, folder: str) -> str | None:
        nested = join(folder, "exercises")
        flat_too = self._has_module(folder)
        if self._has_module(nested) and (self.is_fork or not flat_too):
            return nested
        return folder if flat_too else None

    def _has_module(self, folder: str) -> bool:
        return any(self.source.kind(join(folder, name)) in ("file", "repeated") for name in self._modules)

    def _single_folders(self) -> Iterator[str]:
        """Give the top, and the folders below it as long as each is the only one."""
        folder = ""
        for _ in range(1 + LEVELS):
            yield folder
            inner = [name for name in self.names(folder) if self._is_folder(folder, name)]
            if len(inner) != 1:
                return
            folder = join(folder, inner[0])

    def _is_folder(self, folder: str, name: str) -> bool:
        return not name.startswith(".") and not is_unsafe(name) and self.source.kind(join(folder, name)) == "folder"
