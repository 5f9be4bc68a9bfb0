"""What students ask for beside `pytest autograder`: hints, the next problem, points, a stub put back, a watch.

Checks run in this process, without the hidden ones. Verdicts and their wording come from
reelgrade.grading; reports of record and crash-proof runs are made elsewhere.
"""

import ast
import difflib
import io
import itertools
import sys
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner

from reelgrade.course.exercises import Exercise, Hole, find_hole, load_exercises
from reelgrade.course.files import output_folder, write_text
from reelgrade.course.folders import course_folder
from reelgrade.course.stubs import make_stubs
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import Check, read_checks
from reelgrade.grading.judging import TIMEOUT, CheckResult
from reelgrade.grading.report import Report, block, make_report, next_step, scoreboard
from reelgrade.grading.runner import Bench, run_checks

PATIENCE_S = 2  # work that takes longer shows a spinner
GROUP_MS, READY_MS = 200, 200  # one save is several events; how soon a watch says that it is ready


@dataclass(frozen=True)
class Place:
    """The course that a command works on, and the submission folder."""

    course: Path
    folder: Path

    @property
    def autograder(self) -> Path:
        """The folder of the suites."""
        return self.course / "autograder"

    @property
    def exercises(self) -> dict[str, Exercise]:
        """The exercises by name, in course order."""
        return load_exercises(self.autograder)

    @property
    def option(self) -> str:
        """What has to follow a command so that it means this submission."""
        return "" if self.folder == self.course / "exercises" else f" --submission {_shown(self.folder)}"


def find_place(folder: Path | None = None) -> Place:
    """Find the course and the submission: the folder named, else the course's `exercises`.

    Raises UserError where there is no course, no such folder, or no exercise in it.
    """
    course = _course()
    folder = (folder or course / "exercises").resolve()
    if not folder.is_dir():
        raise UserError(f"{folder}: no such submission folder; name one with data.py, tokenization.py, ... in it")
    if not any((folder / f"{name}.py").is_file() for name in load_exercises(course / "autograder")):
        raise UserError(f"{folder}: no exercise in it; it needs data.py, tokenization.py, ...")
    return Place(course, folder)


def _course() -> Path:
    course = course_folder().resolve()
    if not (course / "autograder" / "exercises.toml").is_file():
        raise UserError(f"{course}: this course has no autograder/exercises.toml; get a complete copy of it")
    return course


def make_console() -> Console:
    """Make the console that results go to: plain text in a pipe, no colour under NO_COLOR.

    It holds on to the stream, because checks put another one in place of `sys.stdout` while they run.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # feedback may quote what the terminal cannot show
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=True)


# hint


def hint(name: str, level: int | None = None) -> list[str]:
    """Give one hint of a hole, the first unless told, or list the holes of an exercise.

    Names may be in any case. Raises UserError for a name or a level that does not exist.
    """
    exercises = load_exercises(_course() / "autograder")
    hole = find_hole(exercises, name)
    if hole is not None:
        return _ladder(hole, 1 if level is None else level)
    exercise = exercises.get(name.lower())
    if exercise is None:
        raise _unknown(name, [*_hole_names(exercises), *exercises])
    if level is not None:
        raise UserError(f"{exercise.name}: hints belong to its holes; run: reelgrade hint {exercise.holes[0].name}")
    return _holes(exercise)


def _ladder(hole: Hole, level: int) -> list[str]:
    top = len(hole.hints)
    if not 1 <= level <= top:
        raise UserError(f"{hole.name} has no hint {level}; its levels go from 1 to {top}")
    more = f"; more: reelgrade hint {hole.name} --level {level + 1}" if level < top else ""
    return [
        f"{hole.name}: {hole.title} ({hole.exercise}.py, {_effort(hole)})",
        "",
        hole.hints[level - 1],
        "",
        f"hint {level} of {top}{more}",
    ]


def _holes(exercise: Exercise) -> list[str]:
    names, titles = (max(map(len, column)) for column in zip(*((h.name, h.title) for h in exercise.holes), strict=True))
    return [
        f"exercise {exercise.stage}, {exercise.name}: {exercise.title}",
        exercise.learn,
        "",
        *(f"  {hole.name:<{names}}  {hole.title:<{titles}}  {_effort(hole)}" for hole in exercise.holes),
        "",
        f"first hint: reelgrade hint {exercise.holes[0].name}",
    ]


def _effort(hole: Hole) -> str:
    return f"about {hole.minutes} minutes, difficulty {hole.difficulty} of 5"


def _hole_names(exercises: dict[str, Exercise]) -> list[str]:
    return [hole.name for exercise in exercises.values() for hole in exercise.holes]


def _unknown(name: str, names: Iterable[str]) -> UserError:
    by_lower = {known.lower(): known for known in names}
    near = [by_lower[found] for found in difflib.get_close_matches(name.lower(), by_lower, cutoff=0.5)]
    guess = f"did you mean {' or '.join(near)}?" if near else f"the names are: {', '.join(by_lower.values())}"
    return UserError(f"{name}: no such name in this course; {guess}")


# next, progress


def show_next(place: Place, console: Console) -> None:
    """Run the fast checks in course order up to the first exercise with a problem, and print that problem."""
    with _bench(place, console) as bench:
        reports = (_report(bench, [name]) for name in place.exercises)
        report = next((report for report in reports if next_step(report)), None)
    if report is not None:
        _print_problem(report, console)
        console.print("\n".join(next_step(report)))
        return
    accuracy = [check for check in read_checks(place.autograder) if check.requires]
    console.print(f"all fast checks pass; pytest autograder{place.option} adds {_number(accuracy)}", style="green")


def show_progress(place: Place, everything: bool, console: Console) -> None:
    """Print the scoreboard of the fast checks, or of all visible checks."""
    with _bench(place, console) as bench:
        report = _report(bench, place.exercises, accuracy=everything)
    lines, steps = scoreboard(report), next_step(report)
    complete = (one.points == one.max_points for one in report.exercises)
    for line, green in itertools.zip_longest(lines[: len(lines) - len(steps)], complete, fillvalue=False):
        console.print(str(line), style="green" if green else None)
    left_out = [] if everything else [check for check in read_checks(place.autograder) if check.requires]
    if left_out:
        where = " and ".join(dict.fromkeys(check.exercise for check in left_out))
        points = sum(check.points for check in left_out)
        console.print(f"not run: {_number(left_out)} of {where}, {points:g} points; progress --all runs them too")
    for line in steps:
        console.print(line)


def _number(accuracy: list[Check]) -> str:
    return f"{len(accuracy)} accuracy check{'s' * (len(accuracy) != 1)}"


def _report(bench: Bench, exercises: Iterable[str], accuracy: bool = False) -> Report:
    ledger = run_checks(bench, exercises, accuracy=accuracy, hidden=False)
    return make_report(bench.autograder, bench.submission, ledger.results.values())


def _print_problem(report: Report, console: Console) -> None:
    problem = next((one.problem for one in report.exercises if one.problem is not None), None)
    for line in block(problem) if problem is not None else []:
        console.print(line)


@contextmanager
def _bench(place: Place, console: Console) -> Iterator[Bench]:
    """Give a fresh bench; a terminal shows a spinner when the work takes long."""
    errors = Console(stderr=True)
    spinner = Live(
        Spinner("dots", "checking"),
        console=errors,
        transient=True,
        redirect_stdout=False,  # checks redirect it themselves
        redirect_stderr=False,
    )
    starter = threading.Timer(PATIENCE_S, spinner.start)
    starter.daemon = True
    if sys.stderr.isatty() and not errors.is_dumb_terminal:
        starter.start()

    def give_up(check: Check) -> None:
        """Say which check ended the process: student code swallowed even the time limit."""
        spinner.stop()
        for line in block(CheckResult(check, TIMEOUT, message=f"{check.hole} never ends, and catches every interruption")):
            console.print(line)

    try:
        yield Bench(place.autograder, place.folder, give_up)
    finally:
        starter.cancel()
        if starter.is_alive():
            starter.join()  # it may be starting the spinner at this moment
        spinner.stop()


# watch


def watch(place: Place, console: Console) -> None:
    """Check an exercise again whenever its file is saved, until Ctrl-C."""
    import watchfiles

    files = {f"{name}.py": name for name in place.exercises}
    saves = watchfiles.watch(
        place.folder,
        watch_filter=lambda _, path: Path(path).name in files,
        recursive=False,
        step=GROUP_MS,
        rust_timeout=READY_MS,
        yield_on_timeout=True,  # the first answer, with or without a change, means that the watch stands
    )
    for number, changes in enumerate(saves):
        if number == 0:
            console.print(f"watching {_shown(place.folder)}; save an exercise to check it, Ctrl-C ends this")
        changed = {Path(path).name for _, path in changes}
        for name in [name for file, name in files.items() if file in changed]:
            _check_again(place, name, console)


def _check_again(place: Place, name: str, console: Console) -> None:
    console.print(f"\n{time.strftime('%H:%M:%S')} {name}.py was saved")
    with _bench(place, console) as bench:
        report = _report(bench, [name])
    console.print(dict(zip(place.exercises, scoreboard(report), strict=False))[name])
    _print_problem(report, console)
    if not next_step(report):
        console.print(f"all fast checks of {name} pass", style="green")


# reset


def reset(place: Place, name: str) -> list[str]:
    """Put the stub of one hole back, or with `NAME.py` a whole file; the old text is kept beside it.

    Returns what to tell. Raises UserError, with nothing changed, where that cannot be done.
    """
    if place.folder == place.course / "solutions":
        raise UserError(f"{place.folder}: stubs are made from these files; name another --submission")
    stubs = pristine_stubs(place.course)
    if name.lower().endswith(".py"):
        return _reset_file(place, stubs, name)
    hole = find_hole(place.exercises, name)
    if hole is None:
        files = [f"{exercise}.py" for exercise in place.exercises]
        if f"{name.lower()}.py" in files:
            raise UserError(f"{name} is an exercise; its whole file goes back with: reelgrade reset {name.lower()}.py")
        raise _unknown(name, [*_hole_names(place.exercises), *files])
    return _reset_hole(place, stubs, hole)


def pristine_stubs(course: Path) -> dict[str, str]:
    """Give the untouched stub files by name: made from `solutions`, else the copies in `autograder/stubs`."""
    if (course / "solutions").is_dir():
        return make_stubs(course / "solutions")
    copies = course / "autograder" / "stubs"
    stubs = {path.name: path.read_text(encoding="utf-8") for path in sorted(copies.glob("*.py"))}
    if not stubs:
        raise UserError(f"{copies}: no stubs there to put back; take the file from a fresh copy of the course")
    return stubs


def _reset_hole(place: Place, stubs: dict[str, str], hole: Hole) -> list[str]:
    path = place.folder / f"{hole.exercise}.py"
    way_out = f"the whole file goes back, and yours is kept, with: reelgrade reset {path.name}{place.option}"
    if not path.is_file():
        raise UserError(f"{path}: no such file; {way_out}")
    try:
        text = path.read_bytes().decode("utf-8")
        fresh, old = put_stub_back(text, _stub(stubs, path.name), hole.name)
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text; save it as UTF-8, or {way_out}") from error
    except SyntaxError as error:
        raise UserError(f"{path}, line {error.lineno}: {error.msg}; mend that line first, or {way_out}") from error
    if fresh == text:
        return [f"{hole.name} is the untouched stub already; nothing was changed"]
    told = f"{hole.name} in {_shown(path)} is a stub again"
    if old:
        told += f"; your text is kept in {_shown(_keep(path, hole.name, old.encode()))}"
    write_text(path, fresh)
    again = _bound_again(fresh, hole.name)
    return [told, *([f"line {again} gives {hole.name} another value; remove that line too"] if again else [])]


def _reset_file(place: Place, stubs: dict[str, str], name: str) -> list[str]:
    if Path(name).name != name and Path(name).resolve().parent != place.folder:
        raise UserError(f"{name} is not in {_shown(place.folder)}; name its folder with --submission")
    path = place.folder / Path(name).name.lower()
    if path.stem not in place.exercises:
        raise _unknown(name, [f"{exercise}.py" for exercise in place.exercises])
    stub = _stub(stubs, path.name)
    if not path.is_file():
        write_text(path, stub)
        return [f"{_shown(path)} was missing and is the stub file now"]
    old = path.read_bytes()
    if old.replace(b"\r\n", b"\n") == stub.encode():
        return [f"{_shown(path)} is the untouched stub file already; nothing was changed"]
    kept = _keep(path, path.name, old)
    write_text(path, stub)
    return [f"{_shown(path)} is the stub file again; yours is kept in {_shown(kept)}"]


def _stub(stubs: dict[str, str], name: str) -> str:
    if name not in stubs:
        raise UserError(f"{name}: this course has no stub of it to put back; get a complete copy of the course")
    return stubs[name]


def _keep(path: Path, name: str, old: bytes) -> Path:
    """Put the old text beside the file, under the first name that is free."""
    names = (path.parent / f"{name}.kept-{number}.txt" for number in itertools.count(1))
    kept = next(candidate for candidate in names if not candidate.exists())
    with output_folder(path.parent) as scratch:
        (scratch / kept.name).write_bytes(old)
    return kept


def put_stub_back(text: str, stub: str, hole: str) -> tuple[str, str]:
    r"""Replace the definition of a hole in `text` by that of `stub`; returns the new text and the old definition.

    Everything else stays as it is, line ends included. A hole that `text` lacks is put after the one
    that precedes it in the stub, else at the end. Raises SyntaxError where `text` is not Python.

    >>> put_stub_back("a = 1\ndef two():\n    return 2\nb = 2\n", "def two():\n    raise E\n", "two")
    ('a = 1\ndef two():\n    raise E\nb = 2\n', 'def two():\n    return 2\n')
    """
    lines, places, stub_places = _lines(text), _definitions(text), _definitions(stub)
    line_end = "\r\n" if "\r\n" in text else "\n"
    definition = _lines(stub)[slice(*stub_places[hole])]
    fresh = [line.rstrip("\r\n") + line_end for line in definition]
    if hole in places:
        start, end = places[hole]
        old = lines[start:end]
        if [line.rstrip("\r\n") for line in old] == [line.rstrip("\r\n") for line in fresh]:
            return text, "".join(old)
    else:
        preceding = [name for name in itertools.takewhile(lambda name: name != hole, stub_places) if name in places]
        start = end = places[preceding[-1]][1] if preceding else len(lines)
        old = []
        open_end = start > 0 and not lines[start - 1].endswith(("\n", "\r"))
        fresh = [line_end] * (open_end + 2 * bool(lines)) + fresh
    return "".join([*lines[:start], *fresh, *lines[end:]]), "".join(old)


def _lines(text: str) -> list[str]:
    """Split as Python does: `str.splitlines` would also cut at form feeds and other rare characters."""
    return list(io.StringIO(text, newline=""))


def _definitions(text: str) -> dict[str, tuple[int, int]]:
    """Find the top-level functions and classes: first line and the one after the last, from 0.

    Decorators belong to them, and so do indented comments below. Of two with one name the last counts.
    """
    lines = _lines(text)
    places = {}
    for node in _statements(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            places.pop(node.name, None)
            places[node.name] = (first, _with_comments(lines, node.end_lineno or node.lineno))
    return places


def _with_comments(lines: list[str], end: int) -> int:
    for number, line in enumerate(lines[end:], start=end + 1):
        if line.strip() and not (line[0] in " \t" and line.lstrip().startswith("#")):
            break
        end = number if line.strip() else end
    return end


def _bound_again(text: str, hole: str) -> int | None:
    """Find the line of a statement below the definition of a hole that gives its name another value."""
    below = _definitions(text)[hole][1]
    for statement in _statements(text):
        if statement.lineno > below and isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == hole for target in targets):
                return statement.lineno
    return None


def _statements(text: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's "\d" is not the matter here
        return ast.parse(text.removeprefix("\ufeff")).body


def _shown(path: Path) -> str:
    """Write a path as seen from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
