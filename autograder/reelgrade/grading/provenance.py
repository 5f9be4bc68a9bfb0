"""Where a report comes from: the files that were graded, what was left aside, and what the grader ran on."""

from dataclasses import dataclass

LEVELS = ("none", "process", "landlock", "bwrap")  # weakest first
RECORD_LEVELS = ("landlock", "bwrap")


@dataclass(frozen=True)
class TakenFile:
    """One file of a submission that was graded; `path` is relative to the submission, with forward slashes."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Notice:
    """Something about a submission that its reader should know, and what was done about it.

    `kind` is one of `ignored`, `link`, `special_file`, `too_large`, `unsafe_path`, `unreadable`,
    `protected_file_changed`, `older_release`, `secret`; `path` is printable, or empty where no file is meant.
    """

    kind: str
    path: str
    action: str


@dataclass(frozen=True)
class Isolation:
    """How far student code was confined, and why not further."""

    level: str  # one of LEVELS
    missing: tuple[str, ...] = ()  # a line for each stronger level that this machine does not offer
    check_seconds: float = 0.0
    accuracy_seconds: float = 0.0
    memory_mb: int = 0


@dataclass(frozen=True)
class Environment:
    """What the grader ran on."""

    python: str
    torch: str
    platform: str


@dataclass(frozen=True)
class Provenance:
    """Everything that a score of record has to say about where it comes from."""

    at: str  # ISO 8601, UTC
    release: str  # version of the course
    commit: str | None
    files: tuple[TakenFile, ...]
    tests_sha256: str  # of the suites, hidden ones included
    seed_id: str  # names the course secret without telling it
    environment: Environment
    isolation: Isolation
    against_record: tuple[str, ...] = ()  # why this is not the score of record

    @property
    def score_of_record(self) -> bool:
        """Whether this is the score that counts."""
        return not self.against_record
