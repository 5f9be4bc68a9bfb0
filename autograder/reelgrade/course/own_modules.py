"""`reelgrade.use_exercises`: let a notebook import the student's own finished modules. Which ones are finished is not asked."""

import os
import sys
from pathlib import Path

from reelgrade.course.folders import EXERCISES
from reelgrade.errors import UserError


def use_exercises(folder: str | Path | None = None) -> Path:
    """Make `from exercises.vocab import build_vocab` work in a notebook, and give the folder that is used.

    It is the nearest folder `exercises` with modules of the course in it, from here upwards, or the one that is named.
    Call it again after a change there: the next import then reads the modules anew. Raises UserError where there is no
    such folder, and where nbgrader grades the notebook, which has nothing beside it then.

    >>> use_exercises("course/exercise")
    Traceback (most recent call last):
        ...
    reelgrade.errors.UserError: course/exercise: no folder `exercises` with modules in it; name yours: use_exercises('path/to/exercises')
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        raise UserError("a notebook is graded without the modules beside it; put their code into its cells")
    here = Path.cwd()
    candidates = [above / "exercises" for above in (here, *here.parents)] if folder is None else [Path(folder)]
    found = next((one.resolve() for one in candidates if _has_modules(one)), None)
    if found is None:
        where = here if folder is None else folder
        raise UserError(
            f"{where}: no folder `exercises` with modules in it; name yours: use_exercises('path/to/exercises')"
        )
    sys.path.insert(0, str(found.parent))
    for name in [name for name in sys.modules if name.partition(".")[0] == "exercises"]:
        del sys.modules[name]
    return found


def _has_modules(folder: Path) -> bool:
    return folder.name == "exercises" and any((folder / f"{name}.py").is_file() for name in EXERCISES)
