"""What a notebook defines is graded as the module that it would be; nothing of it is run to find that out."""

import json
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alternatives import ALTERNATIVES, replace_hole
from mutants import MUTANTS, mutate
from reelgrade.course.folders import NOTEBOOKS
from reelgrade.course.notebooks.build import TEXTS, build
from reelgrade.course.notebooks.pieces import Pieces, cut
from reelgrade.course.notebooks.texts import read_text
from reelgrade.errors import UserError
from reelgrade.grading import magics
from reelgrade.grading.cell_holes import CellHoles
from reelgrade.grading.cells import HEAD, code_of, read_cells
from reelgrade.grading.given_cells import GIVEN, SCRATCH, text_hash
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.intake import take
from reelgrade.grading.libraries import libraries_of
from reelgrade.grading.notebook_source import CELLS, NOTHING_KNOWN, extract
from reelgrade.grading.sources.entries import Unusable
from sampling import chosen


def notebook(*cells, **fields):
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made} | fields


def source_of(*cells, holes=("f",), known=NOTHING_KNOWN):
    return code_of(extract(json.dumps(notebook(*cells)).encode(), holes, known=known).source)


def values(*cells, holes=("f",)):
    """Run the cells that a worker would run before these holes are tested, and give what they have defined."""
    made = read_cells(extract(json.dumps(notebook(*cells)).encode(), holes).source)
    ran = CellHoles(made, Path("module.py"), {})
    for index in range(made.above(holes)):
        with suppress(Exception):
            ran.run_cell(index)
    return vars(ran.module)


def given_as(kind, *cells):
    return {GIVEN: [], SCRATCH: []} | {kind: [text_hash(cell) for cell in cells]}


def test_cells_of_a_student_are_kept_whole():
    cells = ["import json\nwords = []\nwords.append('a')", "print(words)\nfor _ in []: pass", "def f(): return words"]
    assert source_of(*cells) == "".join(f"{cell}\n" for cell in cells)
    assert values(*cells)["f"]() == ["a"]


GIVEN_CELL = """import re
import matplotlib.pyplot as plt
P = re.compile("a")
Q = re.compile("b")
SIZE = 3
rows = slow()
def show(): return rows
def width(): return SIZE
plt.show()"""


def test_of_given_cells_what_holes_need_is_kept_and_what_takes_no_time_that_a_student_names():
    known = given_as(GIVEN, GIVEN_CELL)
    hole, other = "def f(): return P", "x = width()"
    found = source_of(GIVEN_CELL, hole, other, known=known)
    assert found == f"import re\nP = re.compile('a')\nSIZE = 3\ndef width(): return SIZE\n{hole}\n{other}\n"
    assert "slow" not in source_of(GIVEN_CELL, "def f(): return 1", "print(rows)", known=known)
    assert "slow" in source_of(GIVEN_CELL, "x = rows", "def f(): return x", known=known)
    assert "slow" in source_of(GIVEN_CELL, "table = {}", "table['a'] = rows", "def f(): return table", known=known)
    assert "slow" not in source_of(
        GIVEN_CELL, "re.x = rows", "def f(): return re", known=known
    )  # a library is no table


def test_a_given_cell_that_was_changed_is_the_students():
    known = given_as(GIVEN, GIVEN_CELL)
    assert "slow()" in source_of(GIVEN_CELL.replace("SIZE = 3", "SIZE = 4"), "def f(): return 1", known=known)
    assert "slow()" not in source_of(GIVEN_CELL.replace("\n", "\r\n") + "\n\n", "def f(): return 1", known=known)


def test_a_failure_is_told_of_the_cells_that_a_student_wrote():
    cells = ["print(1)", "print(2)", "import re", "def f(): return re"]
    known = given_as(SCRATCH, cells[0]) | {GIVEN: [text_hash(cells[2])]}
    made = read_cells(extract(json.dumps(notebook(*cells)).encode(), ["f"], known=known).source)
    assert [cell.own for cell in made.cells] == [False, True, False, True]


def left_behind(*cells):
    return [line.partition(": ")[0] for line in extract(book(*cells).encode(), ["f"]).skipped]


def test_code_that_stays_with_the_student_is_named():
    assert left_behind("from exercises.vocab import f") == ["f is imported from exercises.vocab"]
    assert left_behind("from vocab import f") == ["f is imported from vocab"]
    assert left_behind("from . import f") == ["f is imported from ."]
    helper = "from exercises.tokenization import tokenize"
    assert left_behind(helper, "def f(): return tokenize") == ["tokenize is imported from exercises.tokenization"]
    assert left_behind(helper, "from exercises.vocab import f", "import re", "def f(): return re") == []


TEST = "from reelgrade import check\n\ncheck('x', holes=['f'])"


def test_a_hole_is_what_its_test_cell_saw():
    """A variation that a student tries afterwards is an experiment."""
    assert values("def f(): return 1", TEST, "def f(): return 2")["f"]() == 1
    assert values("def f(): return 1", TEST, "def f(): return 2", TEST)["f"]() == 2
    assert "f" not in values(TEST, "def f(): return 2")


def test_cells_below_the_last_test_cell_are_left_out():
    assert source_of("def f(): return 1", TEST, "x = 2") == "def f(): return 1\n"
    assert source_of("def f(): return 1", TEST, "x = 2", holes=["f", "g"]) == "def f(): return 1\nx = 2\n"


def test_a_test_cell_of_nbgrader_counts_before_one_that_a_student_wrote():
    made = notebook("def f(): return 1", TEST, "def f(): return 2", TEST)
    made["cells"][1]["metadata"] = {"nbgrader": {"grade": True, "solution": False}}
    assert code_of(extract(json.dumps(made).encode(), ["f"]).source) == "def f(): return 1\n"


def test_later_definitions_replace_earlier_ones():
    assert values("def f(): return 1", "def f(): return 2")["f"]() == 2
    assert values("f = lambda: 3")["f"]() == 3


def test_lines_of_ipython_do_nothing_and_python_that_looks_like_them_stays():
    cell = """%load_ext autoreload
# lower first?
%matplotlib inline
!pip install \\
    x
files = !ls
?len
len?
PATTERN = r'''
    (\\w+)
    x?
'''
def f():
    %timeit 1
    return PATTERN.split(), files"""
    assert values(cell)["f"]() == ([r"(\w+)", "x?"], [])
    assert values("def f():\n    return ('%d'\n    % 7)")["f"]() == "7"
    assert values("%time x = 5", "y = %time x + 1", "def f(): return y")["f"]() == 6


def test_cell_magics_run_their_body_or_are_named():
    assert values("%%time\ndef f(): return 8")["f"]() == 8
    assert values("\n%%capture out\n%%time\n!ls\ndef f(): return 9")["f"]() == 9
    found = extract(book("%%bash\nls", "%%timeit\nx = 1", "def f(): return 1").encode(), ["f"])
    assert code_of(found.source) == "def f(): return 1\n"
    assert found.skipped == tuple(
        f"code cell {number} was left out: %%{name} is not run here" for number, name in ((1, "bash"), (2, "timeit"))
    )


def test_what_ipython_cannot_read_is_left_out():
    (line,) = extract(book("%%time\n" * 2000 + "(" * 300 + "?").encode(), ["f"]).skipped
    assert line.startswith("code cell 1 was left out: ")


def test_without_ipython_a_notebook_that_needs_it_is_refused_with_the_next_action(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.core.inputtransformer2", None)
    magics._manager.cache_clear()
    assert values("def f(): return 1")["f"]() == 1
    with pytest.raises(Unusable, match="python -m pip install ipython"):
        source_of("!ls")


def test_cells_find_what_a_kernel_has():
    assert values("if __name__ == '__main__':\n    x = 1", "display(x)", "def f(): return x")["f"]() == 1
    cells = ["from __future__ import annotations", "def f(x: Missing): return f.__annotations__"]
    assert values(*cells)["f"](1) == {"x": "Missing"}
    attached = "class f:\n    pass\ndef name(self): return 'f'\nf.name = name"
    assert values(attached)["f"]().name() == "f"


def test_a_cell_that_fails_stops_alone_and_at_that_statement():
    failing = "def g(): return 1\nimport no_such_module as m\ndef g(): return 2"
    found = values(failing, "def f(): return 5")
    assert (found["f"](), found["g"]()) == (5, 1)


def test_strings_of_several_lines_stay_as_they_are():
    assert values('def f():\n    return """a\n  b\n"""')["f"]() == "a\n  b\n"


def test_a_cell_that_python_cannot_read_is_named_and_left_out():
    cells = ["def f(:", "x = 1", "def f(): return 1\nreturn 2", "def f(): return 3", "def h(): nonlocal x"]
    found = extract(book(*cells).encode(), ["f"])
    assert [line.split(":")[0] for line in found.skipped] == [f"code cell {n} was left out" for n in (1, 3, 5)]
    assert code_of(found.source) == "x = 1\ndef f(): return 3\n"


def test_more_code_than_anybody_writes_is_refused():
    cell = "x = 1\n" * 2**15
    with pytest.raises(Unusable, match="more than 256 KiB of code; leave out what no exercise needs"):
        extract(book(cell, cell).encode(), ["f"])


def test_no_text_of_a_cell_ends_it():
    for odd in ("#\f\x0b\x1c\u2028\r1", "# cells of a notebook: {}", "# %%", ""):
        made = read_cells(extract(book("a = 1", odd, "def f(): return 1").encode(), ["f"]).source)
        assert [cell.source for cell in made.cells] == ["a = 1", odd, "def f(): return 1"]


def test_a_module_that_says_it_is_a_notebook_is_none():
    for said in (
        "",
        "[]",
        "{}",
        '{"notebook": 1, "cells": []}',
        '{"notebook": "x", "cells": [{"lines": 9}]}',
        "[" * 9999,
    ):
        assert read_cells(f"{HEAD}{said}\nx = 1\n") is None


def test_odd_code_brings_no_warnings(recwarn):
    assert source_of("def f(x): return x is 1, '\\d'") == "def f(x): return x is 1, '\\d'\n"
    assert not recwarn.list


def test_test_cells_are_left_out():
    graded = notebook("def f(): return 'test'")
    graded["cells"][0]["metadata"] = {"nbgrader": {"grade": True, "solution": False}}
    assert code_of(extract(json.dumps(graded).encode(), ["f"]).source) == ""
    assert source_of("from reelgrade import check\n\ncheck('x')") == ""
    own = "from reelgrade import check\n\ndef f(): ...\ncheck('x', ['f'])"
    assert source_of(own) == f"{own}\n"


BAD = {
    "damaged": (b'{"cells": [', "damaged JSON; open it in Jupyter"),
    "no notebook": (b"[]", "it is no notebook"),
    "nbformat 3": (json.dumps(notebook(nbformat=3)).encode(), "nbformat 3, not 4; convert it: jupyter nbconvert"),
    "nbformat 5": (json.dumps(notebook(nbformat=5)).encode(), "nbformat 5, not 4; copy your cells into the notebook"),
    "nbformat text": (json.dumps(notebook(nbformat="4")).encode(), "nbformat 4 in quotes, not 4; copy your cells"),
    "no cells": (json.dumps(notebook(cells={})).encode(), "no list of at most"),
    "too many cells": (json.dumps(notebook(*["x"] * (CELLS + 1))).encode(), "no list of at most"),
    "deep": (b"[" * 100_000, "damaged JSON"),
    "not text": (b"\xff\xfe\x00", "damaged JSON"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_notebook_is_refused_with_the_next_action(bad):
    content, message = BAD[bad]
    with pytest.raises(Unusable, match=message):
        extract(content, ["f"])


ODD = [
    None,
    1,
    "code",
    {},
    {"cell_type": "code"},
    {"cell_type": "code", "source": 3, "metadata": 4},
    {"cell_type": ["code"]},
]


def test_odd_cells_do_no_harm():
    assert extract(json.dumps(notebook(cells=[*ODD, *notebook("def f(): return 1")["cells"]])).encode(), ["f"]).source


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_gives_a_module_that_compiles(cells):
    compile(source_of(*cells), "module", "exec")


@pytest.fixture
def alice(tmp_path: Path) -> Path:
    (tmp_path / "alice").mkdir()
    return tmp_path / "alice"


@pytest.fixture
def taken(tmp_path: Path, repository: Path):
    def taker(source: Path):
        into = tmp_path / f"into{len(list(tmp_path.iterdir()))}"
        into.mkdir()
        return take(source, into, repository)

    return taker


def book(*cells, **fields):
    return json.dumps(notebook(*cells, **fields))


def test_one_notebook_is_a_submission(alice, taken):
    path = alice / "06_training.ipynb"
    path.write_text(book("def fit(): return 1", "def confusion_matrix(): return helper", "helper = 2"))
    intake = taken(path)
    assert (intake.name, [file.path for file in intake.files]) == ("06_training", ["training.py", "metrics.py"])
    assert "def fit(): return 1" in (intake.folder / "training.py").read_text()
    assert "helper = 2" in (intake.folder / "metrics.py").read_text()


def test_notebooks_and_modules_are_taken_from_one_folder(alice, taken):
    (alice / "02_tokenization.ipynb").write_text(book("def tokenize(t): return t", "def ("))
    (alice / "03_vocab").mkdir()
    (alice / "03_vocab" / "03_vocab.ipynb").write_text(book("def encode(t): return t"))
    (alice / "data.py").write_text("x = 1")
    (alice / "notes.ipynb").write_text("{}")
    intake = taken(alice)
    assert [file.path for file in intake.files] == ["data.py", "tokenization.py", "vocab.py"]
    assert [(notice.path, notice.action.split(":")[0]) for notice in intake.notices] == [
        ("02_tokenization.ipynb", "code cell 2 was left out"),
        ("notes.ipynb", "ignored"),
    ]


def test_a_notebook_is_taken_from_an_archive(alice, taken):
    with zipfile.ZipFile(alice / "alice.zip", "w") as archive:
        archive.writestr("work/02_tokenization/02_tokenization.ipynb", book("def tokenize(t): return t"))
    assert [file.path for file in taken(alice / "alice.zip").files] == ["tokenization.py"]


@pytest.mark.parametrize("other", ["tokenization.py", "02_tokenization/02_tokenization.ipynb"])
def test_two_sources_of_one_exercise_are_refused(alice, taken, other):
    (alice / "02_tokenization.ipynb").write_text(book("x = 1"))
    (alice / other).parent.mkdir(exist_ok=True)
    (alice / other).write_text(book("x = 1"))
    with pytest.raises(UserError, match=r"two sources of one exercise: .* leave one of them"):
        taken(alice)


def test_a_notebook_of_another_name_is_refused(alice, taken):
    for name in ("alice.ipynb", "02_tokenization (1).ipynb", "99_lab_notes.ipynb"):
        (alice / name).write_text(book("x = 1"))
        with pytest.raises(UserError, match="no notebook with exercises has this name; they are 01_data"):
            taken(alice / name)


def test_a_damaged_notebook_names_itself(alice, taken):
    (alice / "02_tokenization.ipynb").write_text(book(nbformat=3))
    with pytest.raises(UserError, match=r"alice: 02_tokenization.ipynb: it is in nbformat 3, not 4"):
        taken(alice)


@pytest.mark.filterwarnings("ignore")  # nbformat's own, about old notebooks
def test_a_notebook_in_nbformat_3_is_taken_once_it_is_converted_as_advised(alice, taken):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbconvert")
    path = alice / "02_tokenization.ipynb"
    new = nbformat.from_dict(notebook("def tokenize(text):\n    return text.lower().split()"))
    path.write_text(nbformat.writes(nbformat.convert(new, 3), version=3), encoding="utf-8")
    with pytest.raises(UserError) as raised:
        taken(path)
    advised = str(raised.value).split("convert it: ")[1].replace("NOTEBOOK", path.name).split()
    subprocess.run([sys.executable, "-m", *advised], cwd=alice, check=True, capture_output=True)
    assert [file.path for file in taken(path).files] == ["tokenization.py"]


def test_links_and_huge_notebooks_are_refused(alice, taken):
    (alice / "data.py").write_text("x = 1")
    (alice / "02_tokenization.ipynb").symlink_to("data.py")
    (alice / "03_vocab.ipynb").write_text(" " * (16 * 2**20 + 1))
    notices = {notice.path: notice.kind for notice in taken(alice).notices}
    assert notices == {"02_tokenization.ipynb": "link", "03_vocab.ipynb": "too_large"}


def as_notebook(source: str, folder: Path) -> bytes:
    """Make a notebook of a module: one cell for its imports, one for each definition, test cells between them."""
    path = folder / "module.py"
    path.write_text(source, encoding="utf-8")
    cut.cache_clear()
    pieces: Pieces = cut(path)
    return book(pieces.imports, *pieces.definitions.values(), "print(1 / 0)").encode()


def samples():
    """The first mutant and the first alternative of each hole of the quick exercises."""
    quick = ("data.py", "tokenization.py", "vocab.py", "metrics.py", "comparison.py", "extensions.py")
    first = {}
    for one in ALTERNATIVES:
        first.setdefault((one.file, one.hole), (one.name, replace_hole, one))
    for index, one in enumerate(MUTANTS):
        first.setdefault((one.file, index // 6), (one.name, mutate, one))
    return [pytest.param(*rest, id=name) for (file, _), (name, *rest) in first.items() if file in quick]


@pytest.fixture(scope="module")
def grader(repository):
    """One sandbox for all notebooks."""
    with Grader(repository) as made:
        made.start(libraries_of(["data", "tokenization", "vocab", "metrics", "comparison", "extensions"]))
        yield made


@pytest.mark.sampled("notebooks")
@pytest.mark.parametrize(("change", "one"), chosen(samples(), 8, "notebooks"))
def test_a_notebook_gets_the_points_of_its_module(grader, repository, tmp_path, change, one):
    source = change(one, (repository / "solutions" / one.file).read_text(encoding="utf-8"))
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / one.file).write_text(source, encoding="utf-8")
    exercise = one.file.removesuffix(".py")
    name = next(name for name, exercises in NOTEBOOKS.items() if exercise in exercises)
    (tmp_path / f"{name}.ipynb").write_bytes(as_notebook(source, tmp_path))

    def points(source):
        grader.options = Options(exercises=(exercise,), accuracy=False, pictures=False)
        return {result.check.id: (result.points, result.status) for result in grader.grade(source).results}

    assert points(tmp_path / f"{name}.ipynb") == points(tmp_path / "module")


def test_every_source_notebook_gives_its_solutions_back(repository, taken, tmp_path):
    for path in sorted((repository / TEXTS).glob("*.py")):
        if NOTEBOOKS[path.stem]:
            file = tmp_path / f"{path.stem}.ipynb"
            file.write_text(build(read_text(path), repository), encoding="utf-8")
            intake = taken(file)
            assert intake.notices == ()
            for exercise in NOTEBOOKS[path.stem]:
                found = (intake.folder / f"{exercise}.py").read_text(encoding="utf-8")
                for definition in cut(repository / "solutions" / f"{exercise}.py").definitions.values():
                    assert definition.rpartition("### END SOLUTION")[0].rstrip() in found
                assert "matplotlib" not in found
