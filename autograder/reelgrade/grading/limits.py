"""What student code may use: seconds a check, memory, disk."""

from dataclasses import dataclass

from reelgrade.grading.catalogue import Check


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; seconds are wall-clock time of one check, imports of libraries not counted."""

    check_seconds: float = 10.0
    accuracy_seconds: float = 120.0
    memory_mb: int = 4096  # beyond what the libraries take
    scratch_mb: int = 64
    scratch_files: int = 2000

    def of(self, check: Check) -> float:
        """Give the seconds of one check: accuracy checks train for real."""
        return self.accuracy_seconds if check.requires else self.check_seconds


LIMITS = Limits()
