"""Put one stub back, or a whole file, and keep the old text beside it: `reelgrade reset`."""

import ast
import io
import itertools
import warnings
from pathlib import Path

from reelgrade.course.exercises import Hole, find_hole
from reelgrade.course.files import output_folder, write_text
from reelgrade.course.hints import hole_names, unknown_name
from reelgrade.course.place import Place, shown_path
from reelgrade.course.stubs import make_stubs
from reelgrade.errors import UserError

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


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
        raise unknown_name(name, [*hole_names(place.exercises), *files], place.exercises)
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
    kept = f"yours is kept in {shown_path(_keep(path, hole.name, old.encode()))}" if old else "it was missing"
    write_text(path, fresh)
    again = _bound_again(fresh, hole.name)
    return [
        f"{hole.name} in {shown_path(path)} is the stub again; {kept}",
        *([f"line {again} gives {hole.name} another value; remove that line too"] if again else []),
    ]


def _reset_file(place: Place, stubs: dict[str, str], name: str) -> list[str]:
    if Path(name).name != name and Path(name).resolve().parent != place.folder:
        raise UserError(f"{name} is not in {shown_path(place.folder)}; name its folder with --submission")
    path = place.folder / Path(name).name.lower()
    if path.stem not in place.exercises:
        raise unknown_name(name, [f"{exercise}.py" for exercise in place.exercises], place.exercises)
    stub = _stub(stubs, path.name)
    if not path.is_file():
        write_text(path, stub)
        return [f"{shown_path(path)} was missing and is the stub file now"]
    old = path.read_bytes()
    if old.replace(b"\r\n", b"\n") == stub.encode():
        return [f"{shown_path(path)} is the untouched stub file already; nothing was changed"]
    kept = _keep(path, path.name, old)
    write_text(path, stub)
    return [f"{shown_path(path)} is the stub file again; yours is kept in {shown_path(kept)}"]


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
    places: dict[str, tuple[int, int]] = {}
    for node in _statements(text):
        if isinstance(node, Definition):
            places.pop(node.name, None)
            places[node.name] = (_first_line(lines, node), _with_comments(lines, node.end_lineno or node.lineno))
    return places


def _first_line(lines: list[str], node: Definition) -> int:
    if not node.decorator_list:
        return node.lineno - 1
    first = node.decorator_list[0].lineno - 1
    while first > 0 and not lines[first].startswith("@"):  # a decorator in brackets begins higher up: `@(`
        first -= 1
    return first


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
        if statement.lineno <= below or isinstance(statement, Definition):
            continue
        for node in ast.walk(statement):
            assigned = isinstance(node, ast.Name) and node.id == hole and isinstance(node.ctx, ast.Store)
            imported = isinstance(node, ast.alias) and hole in (node.name, node.asname)
            if assigned or imported or (isinstance(node, Definition) and node.name == hole):
                return statement.lineno
    return None


def _statements(text: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's "\d" is not the matter here
        return ast.parse(text.removeprefix("\ufeff")).body
