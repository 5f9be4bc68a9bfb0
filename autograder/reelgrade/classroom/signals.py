"""What is odd about a submission: planted files, changed graders, things the sandbox refused, answers by heart.

A signal is a reason to look, never a verdict: it changes no points.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from reelgrade.classroom.entries import Entry
from reelgrade.grading.judging import CRASHED, PASSED, CheckResult
from reelgrade.grading.provenance import Notice
from reelgrade.grading.report import Report
from reelgrade.grading.writers.words import notice_text

ODD_KINDS = ("link", "special_file", "unsafe_path", "protected_file_changed")
PLANTED = re.compile(
    r"(conftest|sitecustomize|usercustomize|setup|test_.*|.*_test)\.py|.*\.(pth|so|pyd|pyc)"
    r"|(pytest|tox)\.ini|\.?pytest\.toml|setup\.cfg|pyproject\.toml"
)
LIBRARIES = {
    *("autograder", "jaxtyping", "numpy", "pandas", "pytest", "reelgrade"),
    *("scipy", "sklearn", "tokenizers", "torch", "transformers"),
}
"""An import would find these in a submission first, were it ever on the path, and files named as standard modules."""

REFUSED = re.compile(
    r"PermissionError\b|\[Errno (1|13|38)\]|Operation not permitted|Permission denied|Function not implemented"
)
"""How Python tells what Landlock (EACCES) and the filter of system calls (EPERM, ENOSYS) refuse."""

OUTSIDE = re.compile(r"FileNotFoundError.*'(?!/tmp/)(/|[A-Za-z]:[\\/])")
"""A file that a namespace hides, or that lies on a student's own machine."""

DISAGREES = "a hidden check of "
MANY_BY_HEART = 3  # checks; one or two disagreements come from honest mistakes


@dataclass(frozen=True)
class Signal:
    """One reason to look at a submission."""

    student: str
    kind: str  # planted file, changed grader, refused, outside file, crashed, visible inputs only
    text: str


def signals(entries: Sequence[Entry]) -> list[Signal]:
    """List what is odd, student by student; the same thing once for each.

    >>> report = Report("eve", (), 0, 0, False, notices=(Notice("ignored", "conftest.py", "ignored: not part of it"),))
    >>> signals([Entry("eve", "eve.zip", report=report)])
    [Signal(student='eve', kind='planted file', text='conftest.py, ignored: not part of it')]
    """
    found = [Signal(entry.student, *one) for entry in entries if entry.report for one in _of(entry.report)]
    return list(dict.fromkeys(found))


def _of(report: Report) -> Iterator[tuple[str, str]]:
    for notice in report.notices:
        yield from _of_notice(notice)
    for result in report.results:
        yield from _of_result(result)
    by_heart = [result.check.id for result in report.results if result.message.startswith(DISAGREES)]
    if len(by_heart) >= MANY_BY_HEART:
        yield "visible inputs only", f"{len(by_heart)} checks pass on the inputs that students see, and on no others"


def _of_notice(notice: Notice) -> Iterator[tuple[str, str]]:
    if notice.kind == "protected_file_changed":
        yield "changed grader", f"{notice.path}, {notice.action}"
    elif notice.kind in ODD_KINDS:
        yield "planted file", notice_text(notice)
    elif notice.kind == "ignored" and is_planted(notice.path):
        yield "planted file", f"{notice.path}, {notice.action}"


def is_planted(path: str) -> bool:
    """Tell whether a file would act on a grader that ran beside it: it configures, runs by itself, or shadows a module.

    >>> [is_planted(path) for path in ("conftest.py", "sub/random.py", "numpy/", "README.md", "code/")]
    [True, True, True, False, False]
    """
    one = PurePosixPath(path)
    shadowed = LIBRARIES | sys.stdlib_module_names if one.suffix == ".py" else LIBRARIES
    return bool(PLANTED.fullmatch(one.name)) or (one.suffix in ("", ".py") and one.stem in shadowed)


def _of_result(result: CheckResult) -> Iterator[tuple[str, str]]:
    """Find what the sandbox refused in what student code raised or printed, and how its process ended."""
    if result.status == PASSED:
        return
    for kind, pattern in (("refused", REFUSED), ("outside file", OUTSIDE)):
        told = next((line for line in (result.message, *result.printed) if pattern.search(line)), "")
        if told:
            yield kind, f"{result.check.hole}: {told}"
            return
    if result.status == CRASHED:
        yield "crashed", result.message
