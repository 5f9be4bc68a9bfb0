"""Nothing that must stay hidden is in the release, and wherever somebody puts it, the search finds it and names the place."""

import base64
import bz2
import csv
import gzip
import html
import io
import json
import lzma
import py_compile
import re
import tarfile
import zipfile
import zlib
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest
from dulwich import porcelain

from course_copies import copy_course
from reelgrade.course.stubs import marked_regions
from reelgrade.course.submission import run_file
from reelgrade.errors import UserError
from reelgrade.release.build import build
from reelgrade.release.contents import contents
from reelgrade.release.leaks.leaves import variants
from reelgrade.release.leaks.search import files_in, find_leaks
from reelgrade.release.leaks.secrets import gather
from reelgrade.release.leaks.words import code_tokens

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def secrets():
    return gather(REPOSITORY)


@pytest.fixture(scope="module")
def files():
    return contents(REPOSITORY)


def text_of(path):
    return (REPOSITORY / path).read_text(encoding="utf-8")


def body_of(path, number=0):
    """The text of one solution, without its markers."""
    begin, end = marked_regions(text_of(path), path)[number]
    return "\n".join(text_of(path).splitlines()[begin + 1 : end]) + "\n"


BODY = body_of("solutions/vocab.py")
REFORMATTED = "\n".join(token.replace('"', "'") for _, token in code_tokens(body_of("solutions/finetuning.py", 1)))
HIDDEN_CHECK = text_of("autograder/hidden/test_vocab.py").split("@pytest")[3]
MUTANT = next(one for one in run_file(REPOSITORY / "tests/mutants.py").MUTANTS if one.name == "the codes stay text")
ALTERNATIVE = run_file(REPOSITORY / "tests/alternatives.py").ALTERNATIVES[0].source
with (REPOSITORY / "autograder/hidden/holdout.csv").open(encoding="utf-8", newline="") as holdout:
    ROWS = list(csv.DictReader(holdout))
LONG, SHORT = ROWS[1]["review"], min((row["review"] for row in ROWS), key=len)


def mutated():
    module = run_file(REPOSITORY / "tests/mutants.py")
    source = module.mutate(MUTANT, text_of("solutions/data.py"))
    place = source.index(MUTANT.new)
    return source[place - 200 : place + len(MUTANT.new)]


def prefixed(prefix, text=BODY):
    return "".join(prefix + line for line in text.splitlines(keepends=True))


def zipped(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(name, data):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def in_notebook(files, change):
    """The bytes of the third student notebook with a change to its cells."""
    notebook = json.loads(files["notebooks/03_vocab.ipynb"])
    change(notebook["cells"])
    return json.dumps(notebook, indent=1).encode()


def compiled(folder, path):
    target = folder / "compiled.pyc"
    py_compile.compile(str(REPOSITORY / path), str(target), doraise=True)
    return target.read_bytes()


def in_git(folder, packed):
    """One object of a repository that holds a solution, as it lies there: loose, or in a pack."""
    (folder / "vocab.py").write_text(text_of("solutions/vocab.py"), encoding="utf-8")
    with porcelain.init(folder) as repository:
        porcelain.add(repository, [str(folder / "vocab.py")])
        porcelain.commit(repository, b"begin", author=b"a <a@b>", committer=b"a <a@b>")
        if packed:
            porcelain.repack(repository)
    pattern = "pack/*.pack" if packed else "[0-9a-f][0-9a-f]/*"
    objects = {path.relative_to(folder).as_posix(): path for path in folder.glob(f".git/objects/{pattern}")}
    return next(
        (name, path.read_bytes())
        for name, path in objects.items()
        if packed or b"blob" in zlib.decompress(path.read_bytes())[:4]
    )


SOLUTION = "the solution of vocab.py"
PLANTS = {
    "a solution in the README": ("README.md", lambda f, t: f["README.md"] + BODY.encode(), "README.md, line", SOLUTION),
    "a solution that was commented out": (
        "autograder/reelgrade/given/loaders.py",
        lambda f, t: f["autograder/reelgrade/given/loaders.py"] + prefixed("    # ").encode(),
        "loaders.py, line",
        SOLUTION,
    ),
    "a solution in the examples of a docstring": (
        "exercises/vocab.py",
        lambda f, t: f["exercises/vocab.py"].replace(
            b"    >>> build_vocab", prefixed("    >>> ").encode() + b"    >>> build_vocab"
        ),
        "exercises/vocab.py, line",
        SOLUTION,
    ),
    "a solution written in another layout": (
        "notes.md",
        lambda f, t: REFORMATTED.encode(),
        "notes.md, line 1",
        "the solution of finetuning.py",
    ),
    "a solution in a cell": (
        "notebooks/03_vocab.ipynb",
        lambda f, t: in_notebook(f, lambda cells: cells[4].update(source=BODY)),
        "03_vocab.ipynb, cell 5, source, line",
        SOLUTION,
    ),
    "a solution in an output, as lines": (
        "notebooks/03_vocab.ipynb",
        lambda f, t: in_notebook(
            f, lambda cells: cells[2].update(outputs=[{"output_type": "stream", "text": BODY.splitlines()}])
        ),
        "03_vocab.ipynb, cell 3, outputs, text, line",
        SOLUTION,
    ),
    "a solution in metadata": (
        "notebooks/03_vocab.ipynb",
        lambda f, t: in_notebook(f, lambda cells: cells[0]["metadata"].update(note=json.dumps({"was": BODY}))),
        "03_vocab.ipynb, cell 1, metadata, note, was, line",
        SOLUTION,
    ),
    "a solution attached to a cell": (
        "notebooks/03_vocab.ipynb",
        lambda f, t: in_notebook(
            f,
            lambda cells: cells[0].update(
                attachments={"a.txt": {"text/plain": base64.b64encode(BODY.encode()).decode()}}
            ),
        ),
        "03_vocab.ipynb, cell 1, attachments, a.txt, text/plain, in base64, line",
        SOLUTION,
    ),
    "a solution escaped within a string": (
        "autograder/reelgrade/given/extra.py",
        lambda f, t: f"TEXT = {json.dumps(BODY)}\n".encode(),
        "extra.py, line",
        SOLUTION,
    ),
    "a solution in HTML": ("page.html", lambda f, t: html.escape(BODY).encode(), "page.html, line", SOLUTION),
    "a solution in UTF-16": ("notes.txt", lambda f, t: BODY.encode("utf-16"), "notes.txt, line", SOLUTION),
    "a compiled solution": (
        "exercises/__pycache__/vocab.cpython.pyc",
        lambda f, t: compiled(t, "solutions/vocab.py"),
        "vocab.cpython.pyc, build_vocab",
        SOLUTION,
    ),
    "a solution in an archive": (
        "datasets/extra.zip",
        lambda f, t: zipped(**{"old/vocab.py": text_of("solutions/vocab.py")}),
        "datasets/extra.zip, old/vocab.py, line",
        SOLUTION,
    ),
    "a solution in an archive in an archive": (
        "datasets/extra.tar.gz",
        lambda f, t: tarred("inner.zip", zipped(**{"vocab.py": BODY})),
        "datasets/extra.tar.gz, inner.zip, vocab.py, line",
        SOLUTION,
    ),
    "a solution in a gzip": ("a.gz", lambda f, t: gzip.compress(BODY.encode()), "a.gz, line", SOLUTION),
    "a solution in a bzip2": ("a.bz2", lambda f, t: bz2.compress(BODY.encode()), "a.bz2, line", SOLUTION),
    "a solution in an xz": ("a.xz", lambda f, t: lzma.compress(BODY.encode()), "a.xz, line", SOLUTION),
    "a solution in an object of git": (None, lambda f, t: in_git(t, packed=False), ".git/objects/", SOLUTION),
    "a solution in a pack of git": (None, lambda f, t: in_git(t, packed=True), ".pack, blob", SOLUTION),
    "a solution in base64 lines": (
        "notes.md",
        lambda f, t: b"see:\n" + base64.encodebytes(BODY.encode()),
        "notes.md, in base64, line",
        SOLUTION,
    ),
    "a solution in compressed base64": (
        "notes.md",
        lambda f, t: base64.b64encode(zlib.compress(BODY.encode())),
        "notes.md, in base64, line",
        SOLUTION,
    ),
    "an archive in base64": (
        "notes.md",
        lambda f, t: base64.b64encode(zipped(**{"vocab.py": BODY})),
        "notes.md, in base64, vocab.py, line",
        SOLUTION,
    ),
    "a compiled solution under another name": (
        "weights.bin",
        lambda f, t: compiled(t, "solutions/vocab.py"),
        "weights.bin, build_vocab",
        SOLUTION,
    ),
    "a hidden check in a visible suite": (
        "autograder/test_vocab.py",
        lambda f, t: f["autograder/test_vocab.py"] + f"\n\n@pytest{HIDDEN_CHECK}".encode(),
        "autograder/test_vocab.py, line",
        "the hidden checks of test_vocab.py",
    ),
    "a compiled suite of hidden checks": (
        "test_vocab.pyc",
        lambda f, t: compiled(t, "autograder/hidden/test_vocab.py"),
        "test_vocab.pyc, ",
        "the hidden checks of test_vocab.py",
    ),
    "a wrong solution in a notebook": (
        "notebooks/01_data.ipynb",
        lambda f, t: in_notebook(f, lambda cells: cells[3].update(source=mutated())),
        "cell 4, source, line",
        "data.py",
    ),
    "the list of mutants": (
        "autograder/mutants.py",
        lambda f, t: text_of("tests/mutants.py").encode(),
        "autograder/mutants.py, line",
        "tests/mutants.py",
    ),
    "an alternative solution": (
        "exercises/data.py",
        lambda f, t: ALTERNATIVE.encode(),
        "exercises/data.py, line",
        "an alternative of data.py",
    ),
    "a holdout row among the training data": (
        "datasets/movie_aspects_train.csv",
        lambda f, t: f["datasets/movie_aspects_train.csv"] + f'"{LONG}",Cinematography,0\n'.encode(),
        "movie_aspects_train.csv, at '",
        "row 2 of holdout.csv",
    ),
    "a short holdout row": (
        "notes.md",
        lambda f, t: SHORT.encode(),
        "notes.md, at '",
        "of holdout.csv",
    ),
    "a holdout row in other lines and letters": (
        "README.md",
        lambda f, t: f["README.md"] + "\n  > ".join(LONG.upper().split()).encode(),
        "README.md, at '",
        "row 2 of holdout.csv",
    ),
}


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_found_and_named(name, files, secrets, tmp_path):
    path, plant, place, what = PLANTS[name]
    data = plant(files, tmp_path)
    path, data = (path, data) if path else data
    leaks = find_leaks([(path, data)], secrets)
    assert any(place in leak.place and what in leak.what for leak in leaks), leaks


def test_at_least_twenty_kinds_of_leaks_are_planted():
    assert len(PLANTS) >= 20


@pytest.mark.parametrize("path", ["README.md", "exercises/vocab.py", "notebooks/03_vocab.ipynb", "datasets/README.md"])
def test_what_was_planted_is_all_that_is_found(path, files, secrets):
    assert find_leaks([(path, files[path])], secrets) == []


def closed_zip():
    data = bytearray(zipped(**{"vocab.py": BODY}))
    data[6] |= 1  # the flag that says encrypted
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


CLOSED = {
    "closed.zip": closed_zip(),
    "cut.gz": gzip.compress(BODY.encode())[:-9],
    "a.7z": b"7z\xbc\xaf\x27\x1c",
    "other.pyc": b"\0" * 4 + b"\0" * 30,
    "odd.pyc": MAGIC_NUMBER + b"\0" * 12 + b"\xff",
    "deep.zip": None,
}


@pytest.mark.parametrize("name", CLOSED)
def test_what_cannot_be_searched_is_refused(name, secrets):
    data = CLOSED[name]
    if data is None:
        data = BODY.encode()
        for _ in range(12):
            data = zipped(inner=data)
    leaks = find_leaks([(name, data)], secrets)
    assert len(leaks) == 1
    assert leaks[0].place.startswith(name)
    assert leaks[0].what.endswith("leave it out")


def test_every_solution_of_twelve_tokens_is_found_by_itself(secrets):
    """Also what stands partly in a given file keeps at least one run of its own."""
    missed = []
    for path in sorted((REPOSITORY / "solutions").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        for begin, end in marked_regions(source, path.name):
            body = "\n".join(source.splitlines()[begin + 1 : end])
            if len(code_tokens(re.sub(r"(?m)^ +", "", body))) >= 12 and not find_leaks(
                [("a.txt", body.encode())], secrets
            ):
                missed.append(f"{path.name}, line {begin + 1}: {body.strip()}")
    assert missed == []


def test_every_holdout_row_is_found_by_itself(secrets):
    assert all(find_leaks([("a.txt", row["review"].encode())], secrets) for row in ROWS)


def test_a_solution_in_the_engine_of_the_course_does_not_excuse_itself(tmp_path):
    course = copy_course(tmp_path / "course")
    with (course / "autograder/reelgrade/given/loaders.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef helper(tokenized, max_words):\n{BODY}")
    with pytest.raises(
        UserError, match=r"not built.*\n  autograder/reelgrade/given/loaders\.py, line \d+: the solution of vocab\.py"
    ):
        build(course, tmp_path / "out" / "release", archived=True)
    assert not (tmp_path / "out").exists()


def test_an_output_left_in_a_source_notebook_does_not_reach_students(tmp_path):
    course = copy_course(tmp_path / "course")
    path = course / "source_notebooks/03_vocab/03_vocab.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [BODY]}]
    cell["metadata"]["note"] = BODY
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(UserError, match=r"03_vocab\.ipynb, cell \d+, metadata, note, line") as told:
        build(course, tmp_path / "release")
    assert "outputs" not in str(told.value)  # nbgrader has cleared them


def test_a_text_that_begins_like_a_pack_or_an_archive_is_a_text(secrets):
    for beginning in ("PACKAGES", "BZ", "x^2", "PK", "{", "[1, 2", "GIT"):
        assert find_leaks([("a.txt", f"{beginning} and more".encode())], secrets) == []
        assert find_leaks([("a.txt", f"{beginning} and more\n{BODY}".encode())], secrets) != []


def test_links_are_named_by_where_they_lead(tmp_path, secrets):
    (tmp_path / "link").symlink_to("elsewhere")
    assert dict(files_in(tmp_path)) == {"link": b"elsewhere"}
    assert find_leaks(files_in(tmp_path), secrets) == []


def test_variants_keep_the_text_itself_first():
    assert variants(BODY)[0] == BODY
