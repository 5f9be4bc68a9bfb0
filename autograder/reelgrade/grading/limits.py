"""What student code may use: seconds a check, memory, disk."""

import math
from dataclasses import dataclass, replace

from reelgrade.errors import UserError
from reelgrade.grading.catalogue import Check


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; seconds are those of one check as clock.py counts them, imports of libraries left out."""

    check_seconds: float = 10.0
    accuracy_seconds: float = 120.0
    cell_seconds: float = 10.0  # of one cell of a notebook, before any check
    cells_seconds: float = 30.0  # of all cells that one worker runs
    memory_mb: int = 4096  # beyond what the libraries take
    scratch_mb: int = 64
    file_mb: int = 4
    checkpoints_mb: int = 512  # scratch folder, and a single file, of exercises that may keep a model on disk
    scratch_files: int = 2000
    total_seconds: float = 1800.0  # of all checks of a submission; what is left then counts as late

    def of(self, check: Check) -> float:
        """Give the seconds of one check: accuracy checks train for real."""
        return self.accuracy_seconds if check.requires else self.check_seconds

    def scratch_of(self, exercise: str) -> int:
        """Give the megabytes that the scratch folder of an exercise may hold."""
        return self.checkpoints_mb if exercise in TRAINING else self.scratch_mb


TRAINING = ("training", "finetuning")  # exercises that may save a model while they train
LIMITS = Limits()
LEAST_SECONDS = 0.1


def limits_with(check_seconds: float | None) -> Limits:
    """Return the usual limits, with another time for a check where one is given; UserError where it is no time.

    >>> limits_with(2.0).check_seconds, limits_with(None) == LIMITS
    (2.0, True)
    """
    if check_seconds is not None and not LEAST_SECONDS <= check_seconds < math.inf:
        raise UserError(f"--check-timeout {check_seconds:g}: give at least {LEAST_SECONDS:g} seconds")
    return LIMITS if check_seconds is None else replace(LIMITS, check_seconds=check_seconds)
