"""What students must not receive: solutions, hidden checks, wrong and right variants, and holdout rows.

What also stands in a file that students are given does not count: the stubs, the engine, the visible suites. Prose
(README, documents, notebooks) is not given in this sense: it is searched.
"""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from reelgrade.course.notebooks.build import TEXTS
from reelgrade.course.stubs import make_stubs, marked_regions
from reelgrade.course.submission import run_file
from reelgrade.errors import UserError
from reelgrade.release.leaks.words import RUN, Words, code_runs, code_tokens, prose_words, variants, windows, words

SOLUTION = "the solution of"
SOLUTION_STRETCH, STRETCH = 35, 60
"""So many words in a row of a solution, or of another secret, may stand in a given file by chance; with more of them the
file itself is a leak. Visible suites and hidden ones share helpers, hence the larger number."""

LEAST_ROW = 4  # words of the shortest review
LEAST_NAMES = 4  # names in a compiled function that tell it from others

Names = tuple[str, ...]


@dataclass
class Index:
    """Rows of words by their beginning; `size` words of it must be there."""

    size: int
    rows: dict[Words, list[tuple[Words, str]]] = field(default_factory=dict)

    def add(self, row: Words, what: str) -> None:
        """Take a row in, unless it is too short or known."""
        known = self.rows.setdefault(row[: self.size], [])
        if len(row) >= self.size and all(row != other for other, _ in known):
            known.append((row, what))

    def discard(self, rows: Iterable[Words]) -> None:
        """Forget some rows."""
        for row in rows:
            kept = [(other, what) for other, what in self.rows.get(row[: self.size], []) if other != row]
            if row[: self.size] in self.rows:
                self.rows[row[: self.size]] = kept

    def found_in(self, found: list[str]) -> Iterator[tuple[int, Words, str]]:
        """Give the places of all rows in a text that was cut into words: position, row, and what it is."""
        for start, beginning in enumerate(windows(found, self.size)):
            for row, what in self.rows.get(beginning, ()):
                if tuple(found[start : start + len(row)]) == row:
                    yield start, row, what


@dataclass(frozen=True)
class Secrets:
    """Runs of code, rows of the holdout, and the names that compiled functions use, each with what it is."""

    code: Index
    rows: Index
    compiled: dict[Names, str]


def gather(course: Path) -> Secrets:
    """Read everything that a course must keep to itself."""
    code, compiled = Index(RUN), dict[Names, str]()
    for text, bodies, what in _sources(course):
        for body in bodies:
            for run in code_runs(body):
                code.add(run, what)
        compiled |= {names: what for names in compiled_names(text) if names not in compiled}
    _forget_given(course, code, compiled)
    return Secrets(code, _holdout(course), compiled)


def _forget_given(course: Path, code: Index, compiled: dict[Names, str]) -> None:
    """Take out what students are given anyway."""
    stubs, given = stub_texts(course), list(given_texts(course))
    for text in stubs:
        code.discard([row for _, row, _ in code.found_in(words(text))])
    for text in given:
        code.discard([*shared_by_chance(text, code, True), *shared_by_chance(text, code, False)])
    for text in itertools.chain.from_iterable(map(variants, taught_texts(course))):
        code.discard(list(shared_by_chance(text, code, False)))
    for names in itertools.chain.from_iterable(map(compiled_names, [*stubs, *given])):
        compiled.pop(names, None)


def _sources(course: Path) -> Iterator[tuple[str, list[list[str]], str]]:
    """Give text, bodies as tokens, and description of each secret file, in the order of their weight."""
    solutions = {path.name: path.read_text(encoding="utf-8") for path in sorted((course / "solutions").glob("*.py"))}
    for name, text in solutions.items():
        yield text, _bodies(text, name), f"{SOLUTION} {name}"
    for path in sorted((course / "autograder" / "hidden").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield text, [_tokens(text)], f"the hidden checks of {path.name}"
    yield from _variants(course, solutions)


def _variants(course: Path, solutions: dict[str, str]) -> Iterator[tuple[str, list[list[str]], str]]:
    """Give the mutants and alternatives; a course of one's own may have none."""
    mutants, alternatives = course / "tests" / "mutants.py", course / "tests" / "alternatives.py"
    for path in filter(Path.is_file, (mutants, alternatives)):
        text = path.read_text(encoding="utf-8")
        yield text, [_tokens(text)], f"tests/{path.name}"
    if mutants.is_file():
        module = run_file(mutants)
        for mutant in module.MUTANTS:
            text = _mutated(module, mutant, solutions)
            yield text, _bodies(text, mutant.file), f"the mutant '{mutant.name}' of {mutant.file}"
    if alternatives.is_file():
        for one in run_file(alternatives).ALTERNATIVES:
            yield one.source, [_tokens(one.source)], f"an alternative of {one.file}"


def _mutated(module: ModuleType, mutant: Any, solutions: dict[str, str]) -> str:
    try:
        return str(module.mutate(mutant, solutions[mutant.file]))
    except (KeyError, ValueError) as error:
        raise UserError(f"tests/mutants.py does not fit solutions/: {error}") from error


def _tokens(text: str) -> list[str]:
    return [token for _, token in code_tokens(text)]


def _bodies(text: str, name: str) -> list[list[str]]:
    tokens = code_tokens(text)
    return [
        [token for line, token in tokens if begin < line - 1 < end]  # lines of markers are counted from 0
        for begin, end in marked_regions(text, name)
    ]


def stub_texts(course: Path) -> list[str]:
    """Give what surrounds the holes, as the stubs have it and as nbgrader leaves it."""
    stubs = list(make_stubs(course / "solutions").values())
    return stubs + [re.sub(r"NotImplementedError\(.*\)", "NotImplementedError()", stub) for stub in stubs]


def given_texts(course: Path) -> Iterator[str]:
    """Give the code that students receive: the engine and the visible suites."""
    autograder = course / "autograder"
    paths = [*autograder.glob("*.py"), *autograder.glob("reelgrade/**/*.py")]
    yield from (path.read_text(encoding="utf-8") for path in sorted(paths))


def taught_texts(course: Path) -> Iterator[str]:
    """Give the texts of the notebooks: what they show is shown on purpose, unless it solves a hole."""
    paths = sorted((course / TEXTS).glob("*.py"))
    yield from (path.read_text(encoding="utf-8") for path in paths)


def shared_by_chance(text: str, code: Index, solutions: bool) -> Iterator[Words]:
    """Give the runs of solutions, or of other secrets, in a text, but for stretches that are too long for chance."""
    found = [one for one in code.found_in(words(text)) if one[2].startswith(SOLUTION) == solutions]
    stretch: list[tuple[int, Words, str]] = []
    for one in [*found, (-1, (), "")]:
        if stretch and not stretch[-1][0] <= one[0] <= stretch[-1][0] + 1:
            if stretch[-1][0] - stretch[0][0] + RUN <= (SOLUTION_STRETCH if solutions else STRETCH):
                yield from (row for _, row, _ in stretch)
            stretch = []
        stretch.append(one)


def compiled_names(text: str) -> Iterator[Names]:
    """Give the names that each function of a source uses, as its compiled form holds them."""
    try:
        code = compile(text, "<secret>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return
    yield from filter(None, map(names_of, functions_in(code)))


def functions_in(code: CodeType) -> Iterator[CodeType]:
    """Give a code object and all within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from functions_in(constant)


def names_of(code: CodeType) -> Names:
    """Give what tells a compiled function from others, or nothing where it says too little."""
    names = (code.co_name, *code.co_varnames, *code.co_names)
    return names if code.co_name != "<module>" and len(names) > LEAST_NAMES else ()


def _holdout(course: Path) -> Index:
    """Take the reviews of the holdout: stretches of twelve words, or the whole of a shorter one."""
    rows = Index(LEAST_ROW)
    for path in sorted((course / "autograder" / "hidden").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=1):
                found = prose_words(row["review"])
                for window in windows(found, max(LEAST_ROW, min(RUN, len(found)))):
                    rows.add(window, f"row {number} of {path.name}")
    return rows
