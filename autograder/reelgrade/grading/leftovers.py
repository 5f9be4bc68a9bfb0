"""Say what a submission holds beside its modules; none of it is opened, except to compare a fork with the course."""

from collections.abc import Iterator
from pathlib import Path

from reelgrade.grading.protected import changed_files, protected_files
from reelgrade.grading.provenance import Notice
from reelgrade.grading.sources.entries import ENTRIES, REFUSALS, is_unsafe, join, shown_name
from reelgrade.grading.sources.survey import Survey

COURSE_FOLDERS = ("autograder", "datasets")
"""In a fork these are compared with the course's own; only what the course does not have is listed."""


def leftovers(survey: Survey, seen: set[str], course: Path) -> list[Notice]:
    """List what was not taken: what is suspicious first, then what is merely ignored."""
    seen = seen | set(survey.levels) | {survey.root}
    theirs = {join(survey.top, path) for path in course_paths(course)} if survey.is_fork else set()
    listed = [notice for folder in _folders(survey, theirs) for notice in _in(survey, folder, seen, theirs)]
    changed = changed_files(survey.source, survey.top, course) if survey.is_fork else ()
    return [*_stopped(survey), *changed, *sorted(listed, key=lambda notice: notice.kind == "ignored")]


def course_paths(course: Path) -> set[str]:
    """Give every path below the course's own folders, and its protected files, relative and with slashes."""
    below = [path for folder in COURSE_FOLDERS for path in (course / folder).rglob("*")]
    found = [*below, *protected_files(course), *(course / folder for folder in COURSE_FOLDERS)]
    return {path.relative_to(course).as_posix() for path in found}


def _folders(survey: Survey, theirs: set[str]) -> Iterator[str]:
    """Give the folders to list: those around the modules, and in a fork those that the course has too."""
    yield from dict.fromkeys([*survey.levels, survey.root])
    yield from sorted(path for path in theirs if survey.source.kind(path) == "folder")


def _in(survey: Survey, folder: str, seen: set[str], theirs: set[str]) -> Iterator[Notice]:
    for name in survey.names(folder):
        path = join(folder, name)
        if is_unsafe(name):
            yield Notice("unsafe_path", shown_name(path), "refused: an unsafe path")
        elif path not in seen and not (path in theirs and survey.source.kind(path) in ("file", "folder")):
            yield _notice(survey, path)


def _notice(survey: Survey, path: str) -> Notice:
    kind = survey.source.kind(path)
    if kind == "folder":
        return Notice("ignored", shown_name(path) + "/", "ignored: not part of a submission")
    if kind in REFUSALS:
        refused, action = REFUSALS[kind]
        return Notice(refused, shown_name(path), action)
    return Notice("ignored", shown_name(path), "ignored: not part of a submission")


def _stopped(survey: Survey) -> list[Notice]:
    return [Notice("ignored", "", f"not looked at: what comes after {ENTRIES} names")] if survey.stopped else []
