"""Take the notebooks of a submission: those named after an assignment, each as the modules of its exercises."""

from dataclasses import dataclass, field
from pathlib import Path

from reelgrade.course.exercises import load_exercises
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.pieces import cut
from reelgrade.grading.given_cells import load_known
from reelgrade.grading.notebook_reader import READER
from reelgrade.grading.notebook_source import NOTEBOOK_BYTES, Extracted
from reelgrade.grading.provenance import Notice
from reelgrade.grading.sources.entries import (
    MODULE_BYTES,
    REFUSALS,
    Refused,
    Source,
    Unusable,
    join,
    shown_name,
    too_large,
)

WITH_EXERCISES = {name: exercises for name, exercises in NOTEBOOKS.items() if exercises}
NOTEBOOK_PATHS = tuple(path for name in WITH_EXERCISES for path in (f"{name}.ipynb", f"{name}/{name}.ipynb"))
"""Where a notebook may lie: in the submission itself, or in a folder of its own, as nbgrader has it."""


@dataclass
class TakenNotebooks:
    """Modules by file name, and what there is to say; `seen` are the paths that need no further notice."""

    modules: dict[str, bytes] = field(default_factory=dict)
    refused: list[Notice] = field(default_factory=list)
    skipped: list[Notice] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def modules_of_notebooks(tree: Source, root: str, course: Path, beside: set[str]) -> TakenNotebooks:
    """Take all notebooks; Unusable where an exercise has a module file beside its notebook, or two notebooks."""
    taken = TakenNotebooks()
    sources = {name: name for name in beside}
    for path in NOTEBOOK_PATHS:
        where = join(root, path)
        if not tree.kind(where):
            continue
        taken.seen |= {where, join(root, path.rpartition("/")[0])}
        try:
            content = read_notebook(tree, where)
        except Refused as error:
            taken.refused.append(Notice(error.kind, shown_name(where), error.action))
            continue
        for exercise in WITH_EXERCISES[Path(path).stem]:
            module = f"{exercise}.py"
            if module in sources:
                raise Unusable(f"two sources of one exercise: {sources[module]} and {path}; leave one of them")
            sources[module] = path
            found = module_of(content, exercise, course, path)
            taken.modules[module] = found.source.encode("utf-8", "replace")
            taken.skipped += [Notice("ignored", path, shown_name(line)) for line in found.skipped]
    taken.skipped = list(dict.fromkeys(taken.skipped))
    return taken


def module_of(notebook: bytes, exercise: str, course: Path, name: str) -> Extracted:
    """Make the module of one exercise; its imports are the stub's, whether or not their cell is still there."""
    stub = course / "exercises" / f"{exercise}.py"
    holes = [hole.name for hole in load_exercises(course / "autograder")[exercise].holes]
    try:
        found = READER.extract(
            notebook,
            holes,
            imports=cut(stub).imports if stub.is_file() else "",
            known=load_known(course / "autograder"),
            name=name.rpartition("/")[2],
        )
    except Unusable as error:
        raise Unusable(f"{name}: {error}") from error
    if len(found.source.encode("utf-8", "replace")) > MODULE_BYTES:
        raise Unusable(f"{name}: its code is larger than {MODULE_BYTES // 2**10} KiB; shorten them")
    return found


def read_notebook(tree: Source, path: str) -> bytes:
    """Read a notebook; Refused where it is no plain file or too large, Unusable where there are two of it."""
    kind = tree.kind(path)
    if kind == "repeated":
        raise Unusable(f"two entries are named {shown_name(path)}; leave one of them")
    if kind in REFUSALS:
        raise Refused(*REFUSALS[kind])
    content = tree.read(path, NOTEBOOK_BYTES)
    if len(content) > NOTEBOOK_BYTES:
        raise Refused("too_large", too_large(NOTEBOOK_BYTES) + "; clear its outputs")
    return content
