"""One commit of a git repository as a source.

Only objects, refs and HEAD are read, through the same careful opening as any other file: no configuration, hooks,
filters, alternates, replacements or remotes, and no `.git` file that points elsewhere. A missing object is an error,
never a reason to fetch. Repositories with SHA-256 names or the reftable format are not read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from reelgrade.grading.sources.directory import Directory, kind_of_mode
from reelgrade.grading.sources.entries import (
    REFUSALS,
    Kind,
    Refused,
    Unusable,
    safe_path,
    shown_name,
)
from reelgrade.grading.sources.objects import LACKING, Objects, parsing

REF_BYTES = 4096
PACKED_REFS_BYTES = 4 * 2**20
MAX_STEPS = 10  # from a name through symbolic refs and tags to a commit
PLACES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
SUBMODULE = 0o160000


class Commit:
    """The files of one commit."""

    def __init__(self, repository: "Repository", name: str) -> None:
        self.name = name
        self._repository = repository
        self._top = repository.tree_of(name)

    def kind(self, path: str) -> Kind | None:
        """Say what lies at a path, or None; nothing is found behind a link."""
        folder, _, name = path.rpartition("/")
        if not path:
            return "folder"
        if self.kind(folder) != "folder":
            return None
        return self._entries(folder).get(name, (None, ""))[0]

    def names(self, folder: str) -> Iterator[str]:
        """Give the names in a folder."""
        if self.kind(folder) == "folder":
            yield from self._entries(folder)

    def read(self, path: str, most: int) -> bytes:
        """Read a blob; Refused where it is none, or larger than asked for."""
        if self.kind(path) != "file":
            raise Refused(*REFUSALS["special_file"])
        folder, _, name = path.rpartition("/")
        return self._repository.blob(self._entries(folder)[name][1], most)

    def _entries(self, folder: str) -> dict[str, tuple[Kind, str]]:
        outer, _, name = folder.rpartition("/")
        return self._repository.entries(self._entries(outer)[name][1] if folder else self._top)


class Repository:
    """The objects and refs below a `.git` folder."""

    def __init__(self, control: Path) -> None:
        self._control = Directory(control)
        self._objects = Objects(self._control)
        self._trees: dict[str, dict[str, tuple[Kind, str]]] = {}

    def commit(self, revision: str) -> Commit:
        """Find a commit by branch, tag, HEAD, or a hash of at least four digits."""
        name = self._named(revision)
        for _ in range(MAX_STEPS):
            kind, content = self._objects.small(name)
            if kind == "commit":
                return Commit(self, name)
            if kind != "tag":
                break
            name = _field(content, "object")
        raise Unusable(f"{shown_name(revision)} is no commit; name a branch, a tag or a commit")

    def tree_of(self, commit: str) -> str:
        """Give the name of a commit's tree."""
        return _field(self._objects.small(commit)[1], "tree")

    def entries(self, tree: str) -> dict[str, tuple[Kind, str]]:
        """Give the entries of a tree: the kind and the object of each name."""
        if tree not in self._trees:
            kind, content = self._objects.small(tree)
            self._trees[tree] = _entries(content) if kind == "tree" else {}
        return self._trees[tree]

    def blob(self, name: str, most: int) -> bytes:
        """Give the content of a file; Refused where it is larger than asked for."""
        kind, content = self._objects.read(name, most)
        if kind != "blob":
            raise Unusable(f"its object {name} is no file; {LACKING}")
        return content

    def _named(self, revision: str) -> str:
        if re.fullmatch("[0-9a-fA-F]{40}", revision):
            return revision.lower()
        named = next(filter(None, (self._ref(place + revision) for place in PLACES)), None)
        return named or self._abbreviated(revision)

    def _ref(self, ref: str) -> str | None:
        for _ in range(MAX_STEPS):
            if safe_path(ref) != ref or not (ref.startswith("refs/") or ref == "HEAD"):
                return None
            text = self._ref_text(ref)
            if re.fullmatch("[0-9a-f]{64}", text):
                raise Unusable("its objects have SHA-256 names, which are not read; pass the files as a folder")
            if re.fullmatch("[0-9a-f]{40}", text):
                return text
            ref = text.removeprefix("ref:").strip()
        return None

    def _ref_text(self, ref: str) -> str:
        if self._control.kind(ref) == "file":
            return _text(self._control.read(ref, REF_BYTES)).strip()
        return self._packed_refs.get(ref, "")

    @cached_property
    def _packed_refs(self) -> dict[str, str]:
        if self._control.kind("packed-refs") != "file":
            return {}
        lines = _text(self._control.read("packed-refs", PACKED_REFS_BYTES)).splitlines()
        return {ref: name for name, _, ref in (line.partition(" ") for line in lines)}

    def _abbreviated(self, revision: str) -> str:
        unknown = f"it has no branch, tag or commit {shown_name(revision)}; look for it with `git log --all`"
        if not re.fullmatch("[0-9a-fA-F]{4,39}", revision):
            raise Unusable(unknown)
        found = [name for name in self._objects.beginning_with(revision.lower()) if self._is_commit(name)]
        if len(found) > 1:
            raise Unusable(f"more than one commit begins with {revision}; give more of its digits")
        if not found:
            raise Unusable(unknown)
        return found[0]

    def _is_commit(self, name: str) -> bool:
        try:
            return self._objects.small(name)[0] == "commit"
        except Unusable:
            return False


def open_commit(folder: Path, revision: str) -> Commit:
    """Read a commit of a repository, bare or with a work tree; Unusable where either is not there."""
    if find_spec("dulwich") is None:
        raise Unusable('a commit is read with dulwich; install it with `pip install -e ".[grading]"`')
    return Repository(control_folder(folder)).commit(revision)


def control_folder(folder: Path) -> Path:
    """Give the folder with the objects: `.git`, or the repository itself if it is bare."""
    source = Directory(folder)
    if source.kind(".git") == "folder":
        return folder / ".git"
    if source.kind(".git") is not None:
        raise Unusable("its .git points elsewhere (a linked work tree, or a submodule); pass the main repository")
    if [source.kind(name) for name in ("HEAD", "objects", "refs")] == ["file", "folder", "folder"]:
        return folder
    raise Unusable("it is no git repository; pass one, or leave out the commit")


def _entries(tree: bytes) -> dict[str, tuple[Kind, str]]:
    from dulwich.objects import parse_tree

    with parsing("tree"):
        parsed = [(_text(name), _kind(mode), sha.decode()) for name, mode, sha in parse_tree(tree, 20)]
    counts = Counter(name for name, _, _ in parsed)
    return {name: ("repeated" if counts[name] > 1 else kind, sha) for name, kind, sha in parsed}


def _kind(mode: int) -> Kind:
    return "submodule" if mode == SUBMODULE else kind_of_mode(mode)


def _field(content: bytes, key: str) -> str:
    """Read the first line of a commit or a tag, which names another object."""
    found = re.match(rf"{key} ([0-9a-f]{{40}})\n", _text(content[:100]))
    if not found:
        raise Unusable(f"it has a commit or a tag that names no {key}; {LACKING}")
    return found[1]


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
