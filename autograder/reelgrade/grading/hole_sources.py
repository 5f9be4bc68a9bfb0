"""Where the holes of each exercise come from: a folder or a namespace in this process. worker_holes.py has another process."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from reelgrade.grading.errors import BrokenModule, TimeIsUp
from reelgrade.grading.holes import Holes, load_holes
from reelgrade.grading.seam import Exchange, local

Signatures = Mapping[str, Mapping[str, list[str]]]


class HoleSource(Protocol):
    """Gives what a seam talks to."""

    def prepare(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> None:
        """Do what costs the student no time, before the check: start processes, load where that has its own limit.

        A notebook is then at the test cell of the holes that are `tested`, where there is a choice.
        """

    def exchange(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> Exchange:
        """Reach the holes of an exercise for one check that may take so long; BrokenModule where there are none."""

    def uncounted(self) -> float:
        """Return how many seconds of the present check another process waited for a core; they do not count."""

    def counted(self) -> float:
        """Return how many seconds of the present check another process took; it has a clock of its own."""

    def starved(self, believe: bool) -> bool:
        """Tell whether others filled the disk during the present check, or its code says so where one is to `believe` it."""

    def renew(self) -> None:
        """Forget what earlier checks left in the process, where that is possible."""


class FolderHoles:
    """Exercise modules of a folder, each loaded when first asked for; a broken one stays broken."""

    def __init__(self, folder: Path, signatures: Signatures) -> None:
        self._folder, self._signatures = folder, signatures
        self._loaded: dict[str, Holes | BrokenModule] = {}

    def prepare(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> None:
        """Nothing to do: the module is loaded within the time of the check."""

    def exchange(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> Exchange:
        """Load the module and serve it in this process; the time limit is the caller's."""
        if exercise not in self._loaded:
            self._loaded[exercise] = self._load(exercise)
        holes = self._loaded[exercise]
        if isinstance(holes, BrokenModule):
            raise holes.with_traceback(None)
        return local(holes)

    def uncounted(self) -> float:
        """Return 0: student code runs in this process, whose own waiting the caller knows."""
        return 0.0

    def counted(self) -> float:
        """Return 0: student code runs in this process."""
        return 0.0

    def starved(self, believe: bool) -> bool:
        """Tell nothing: student code writes wherever this process may."""
        return False

    def renew(self) -> None:
        """Nothing to do: this process goes on."""

    def _load(self, exercise: str) -> Holes | BrokenModule:
        try:
            return load_holes(self._folder / f"{exercise}.py", self._signatures.get(exercise))
        except BrokenModule as error:
            return error
        except TimeIsUp:
            return BrokenModule(never_imported(exercise))


def never_imported(exercise: str) -> str:
    """Say that a module's own lines take too long."""
    return f"{exercise}.py does not come to its end on import; is there a loop outside of a function?"


class NamespaceHoles:
    """Definitions of a notebook: every exercise finds its holes in the same namespace."""

    def __init__(self, namespace: Mapping[str, Any], name: str, signatures: Signatures) -> None:
        self._namespace, self._path, self._signatures = namespace, Path(name), signatures

    def prepare(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> None:
        """Nothing to do: the definitions are there."""

    def exchange(self, exercise: str, seconds: float, tested: Collection[str] = ()) -> Exchange:
        """Serve the namespace in this process; the time limit is the caller's."""
        return local(Holes(self._namespace, self._path, self._signatures.get(exercise, {})))

    def uncounted(self) -> float:
        """Return 0: student code runs in this process, whose own waiting the caller knows."""
        return 0.0

    def counted(self) -> float:
        """Return 0: student code runs in this process."""
        return 0.0

    def starved(self, believe: bool) -> bool:
        """Tell nothing: student code writes wherever this process may."""
        return False

    def renew(self) -> None:
        """Nothing to do: the namespace is the notebook's."""
