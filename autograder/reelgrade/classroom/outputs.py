"""Write everything that is made of a class into one folder, all of it or nothing.

What each file says is made by the other modules here, which are pure. Leaves out grading and the journal.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from reelgrade.classroom import class_page, student_page
from reelgrade.classroom.analysis import items
from reelgrade.classroom.class_page import Overview
from reelgrade.classroom.entries import Entry
from reelgrade.classroom.imports import Import, canvas_csv, moodle_csv
from reelgrade.classroom.late import Standing, standings
from reelgrade.classroom.names import file_stem
from reelgrade.classroom.rosters import CANVAS, MOODLE, PLAIN, Matched, Roster, match
from reelgrade.classroom.tables import grades_csv, items_csv
from reelgrade.course.files import PRIVATE, output_folder
from reelgrade.course.settings import Settings
from reelgrade.errors import UserError
from reelgrade.grading.writers.full_json import write as report_json

IMPORTS = {CANVAS: "canvas.csv", MOODLE: "moodle.csv"}


def write_outputs(
    entries: Iterable[Entry],
    out: Path,
    settings: Settings,
    rosters: Sequence[Roster] = (),
    on_page: Callable[[], None] | None = None,
    executor: Executor | None = None,
) -> list[str]:
    """Write grades.csv, items.csv, class.html, two files for each student, and an import file for each roster that wants one.

    Gives what the instructor should know, a line each. `on_page` is called after each student. Pages
    are written by the executor where there is one: the pictures of a training take a while. UserError where two
    rosters are of one kind, the folder cannot be written, or the disk is full; then nothing in it has changed.
    """
    _check_kinds(rosters)
    chosen = standings(entries, settings)
    matched = [match(roster, [one.student for one in chosen]) for roster in rosters]
    made = {
        roster.kind: _import(chosen, each, roster, settings.name) for roster, each in zip(rosters, matched, strict=True)
    }
    notices = [*_about_time(chosen, settings), *(line for each in matched for line in each.notices)]
    notices += [line for one in made.values() for line in one.notices]
    names = {student: row.name for each in matched for student, row in each.rows.items() if row.name}
    overview = Overview(chosen, settings.name, _absent(matched), notices, names)
    unwanted = [name for kind, name in IMPORTS.items() if kind not in made or not made[kind].text]
    with output_folder(out, forget=unwanted, mode=PRIVATE) as folder:
        _put(folder / "grades.csv", grades_csv(chosen, names))
        _put(folder / "items.csv", items_csv(items(overview.reports)))
        _put(folder / "class.html", class_page.write(overview))
        for kind, one in made.items():
            if one.text:
                _put(folder / IMPORTS[kind], one.text)
        (folder / "students").mkdir()
        pages = executor.map(student_page.write, chosen) if executor else map(student_page.write, chosen)
        for standing, page in zip(chosen, pages, strict=True):
            _put_student(folder / "students" / file_stem(standing.student), standing, page)
            if on_page:
                on_page()
    return notices


def _check_kinds(rosters: Sequence[Roster]) -> None:
    kinds = Counter(roster.kind for roster in rosters)
    twice = [kind for kind, number in kinds.items() if number > 1]
    if twice:
        sources = " and ".join(roster.source for roster in rosters if roster.kind == twice[0])
        raise UserError(f"{sources} are both rosters of the kind {twice[0]!r}; pass one of them, or join them")


def _import(chosen: Sequence[Standing], matched: Matched, roster: Roster, title: str) -> Import:
    if roster.kind == PLAIN:
        return Import("")
    if roster.kind == CANVAS:
        return canvas_csv(chosen, matched.rows, roster, title)
    return moodle_csv(chosen, matched.rows, roster)


def _about_time(chosen: Sequence[Standing], settings: Settings) -> list[str]:
    """Say where lateness could not be judged, and whose extension is nobody's."""
    students = {one.student for one in chosen}
    lines = [
        f"{student} has an extension, and handed nothing in under this name; look at the spelling in course.toml"
        for student in sorted(settings.extensions.keys() - students)
    ]
    unknown = [one.student for one in chosen if one.counts and one.entry.handed_in is None]
    if unknown and settings.late.percent_per_day and (settings.deadline or settings.deadlines):
        count = f"{len(unknown)} submission" + "s" * (len(unknown) != 1)
        lines.append(f"{count} without a time, taken as not late: {', '.join(unknown)}")
    return lines


def _absent(matched: Sequence[Matched]) -> list[str]:
    return list(dict.fromkeys(row.name or row.ids[0] for each in matched for row in each.absent))


def _put_student(stem: Path, standing: Standing, page: str) -> None:
    _put(stem.with_name(stem.name + ".html"), page)
    if standing.entry.report:
        _put(stem.with_name(stem.name + ".json"), report_json(standing.entry.report))


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
