"""Where a report comes from: the files that were graded, what was left aside, and what the grader ran on."""

from dataclasses import dataclass


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
    `protected_file_changed`, `withheld`, `isolation`; `path` is printable, or empty where no file is meant.
    """

    kind: str
    path: str
    action: str
