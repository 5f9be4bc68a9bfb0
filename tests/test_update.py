"""A newer release reaches the copy of a student who has begun: no work is lost, and all or nothing is changed."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from course_copies import REPOSITORY, copy_course
from reelgrade.course.stubs import make_stubs
from reelgrade.course.submission import run_file
from reelgrade.errors import UserError
from reelgrade.release.build import write_files
from reelgrade.release.contents import contents
from reelgrade.release.manifest import read_manifest, sha256
from reelgrade.release.merging import merge_exercise
from reelgrade.release.newer import read_release
from reelgrade.release.update import PRIVATE, apply, plan_update, update
from reelgrade.release.zips import zip_bytes

STUBS = make_stubs(REPOSITORY / "solutions")
DOCSTRING = ("One id a word, in the order of the words.", "One id for each word, in their order.")
NEW_HOLE = '\n\ndef halve(x: int) -> int:\n    """Halve.\n\n    >>> halve(2)\n    1\n    """\n    ### BEGIN SOLUTION\n    return x // 2\n    ### END SOLUTION\n'


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, path
    path.write_text(text.replace(old, new), encoding="utf-8")


def without_markers(text):
    return "".join(line for line in text.splitlines(keepends=True) if " SOLUTION" not in line)


def solution(name):
    return without_markers((REPOSITORY / "solutions" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def first():
    """The files of the release that students began with."""
    return contents(REPOSITORY, "1")


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """The folder of a newer release: texts, a signature, a hole, a check, data and a notebook have changed."""
    folder = tmp_path_factory.mktemp("newer")
    course = copy_course(folder / "course")
    edit(course / "solutions/vocab.py", *DOCSTRING)
    edit(course / "solutions/batching.py", "import torch\n", "import torch  # 2.13\n")
    with (course / "solutions/batching.py").open("a", encoding="utf-8") as file:
        file.write(NEW_HOLE)
    edit(course / "autograder/conftest.py", "Makes `pytest autograder` print", "Lets `pytest autograder` print")
    edit(course / "source_notebooks/03_vocab/03_vocab.ipynb", "# 3 ·", "# Three ·")
    (course / "datasets/extra.csv").write_text("review,aspect,aspect_encoded\n", encoding="utf-8")
    (course / "datasets/README.md").unlink()
    edit(course / "constraints.txt", "numpy==", "numpy==2.")
    write_files(folder / "release", contents(course, "2"))
    return folder / "release"


@pytest.fixture
def copy(first, tmp_path):
    """A student's copy, untouched."""
    write_files(tmp_path / "copy", first)
    return tmp_path / "copy"


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and PRIVATE not in path.parts
    }


def bodies(text):
    """The statements of every function, without docstrings, by name."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = [ast.dump(one) for one in node.body if not isinstance(one, ast.Expr)]
    return found


# What becomes of the files


def test_an_untouched_copy_becomes_the_newer_release(copy, newer):
    lines = update(copy, newer)
    assert files_of(copy) == files_of(newer)
    assert lines[0].startswith("this copy is at release 2 now, it was 1; ")
    assert "pip install -e . -c constraints.txt" in lines[-1]


def test_work_in_the_holes_stays_and_the_text_around_it_is_new(copy, newer):
    for name in STUBS:
        (copy / "exercises" / name).write_text(solution(name), encoding="utf-8")
    lines = update(copy, newer)
    for name in STUBS:
        was, now = bodies(solution(name)), bodies((copy / "exercises" / name).read_text(encoding="utf-8"))
        assert {hole: now[hole] for hole in was} == was
    vocab = (copy / "exercises/vocab.py").read_text(encoding="utf-8")
    assert DOCSTRING[1] in vocab
    assert "def halve(x: int)" in (copy / "exercises/batching.py").read_text(encoding="utf-8")
    assert not list(copy.rglob("*.new.*"))
    assert "exercises/vocab.py: your work is kept, and what the course changed around it is in" in lines


def test_a_file_where_both_changed_one_line_stays_and_the_new_one_is_put_beside_it(copy, newer):
    mine = solution("vocab.py").replace(DOCSTRING[0], "Ids! (my note)")
    (copy / "exercises/vocab.py").write_text(mine, encoding="utf-8")
    lines = update(copy, newer)
    assert (copy / "exercises/vocab.py").read_text(encoding="utf-8") == mine
    assert (copy / "exercises/vocab.new.py").read_bytes() == (newer / "exercises/vocab.py").read_bytes()
    assert any(line.startswith("exercises/vocab.py: changed by you and by the course; yours stays") for line in lines)


@pytest.mark.parametrize(
    "mine", ["def encode(tokens, vocab:\n", "\ufffd \x00", "é".encode("latin-1").decode("latin-1")]
)
def test_a_file_that_python_cannot_read_stays_as_it_is(copy, newer, mine):
    data = mine.encode("latin-1", "replace")
    (copy / "exercises/vocab.py").write_bytes(data)
    update(copy, newer)
    assert (copy / "exercises/vocab.py").read_bytes() == data
    assert (copy / "exercises/vocab.new.py").is_file()


def test_a_windows_file_keeps_its_line_ends(copy, newer):
    (copy / "exercises/vocab.py").write_bytes(solution("vocab.py").replace("\n", "\r\n").encode())
    (copy / "autograder/conftest.py").write_bytes(
        (copy / "autograder/conftest.py").read_bytes().replace(b"\n", b"\r\n")
    )
    lines = update(copy, newer)
    data = (copy / "exercises/vocab.py").read_bytes()
    assert DOCSTRING[1].encode() in data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert not any(line.startswith("autograder/") for line in lines)


def test_a_notebook_is_replaced_only_where_its_student_has_not_worked(copy, newer):
    for name in ("03_vocab", "04_batching"):
        path = copy / f"notebooks/{name}.ipynb"
        path.write_bytes(path.read_bytes() + b"\n")
    mine = files_of(copy)
    lines = update(copy, newer)
    for name in ("03_vocab", "04_batching"):
        assert (copy / f"notebooks/{name}.ipynb").read_bytes() == mine[f"notebooks/{name}.ipynb"]
    new = (copy / "notebooks/03_vocab.new.ipynb").read_bytes()
    assert new == (newer / "notebooks/03_vocab.ipynb").read_bytes()
    assert not (copy / "notebooks/04_batching.new.ipynb").exists()
    assert sum("04_batching" in line for line in lines) == 0


def test_a_changed_grader_is_replaced_and_kept(copy, newer):
    path = copy / "autograder/test_data.py"
    path.write_text("def test_data(): pass\n", encoding="utf-8")
    lines = update(copy, newer)
    assert path.read_bytes() == (newer / "autograder/test_data.py").read_bytes()
    assert (copy / PRIVATE / "backup-1/autograder/test_data.py").read_text(
        encoding="utf-8"
    ) == "def test_data(): pass\n"
    assert "autograder/test_data.py: you had changed it; it is replaced, and yours is kept" in lines


def test_a_file_that_left_the_course_goes_unless_the_student_changed_it(copy, newer):
    again = shutil.copytree(copy, copy.with_name("again"))
    (again / "datasets/README.md").write_text("my notes", encoding="utf-8")
    update(copy, newer)
    lines = update(again, newer)
    assert not (copy / "datasets/README.md").exists()
    assert (again / "datasets/README.md").read_text(encoding="utf-8") == "my notes"
    assert "datasets/README.md: no longer in the course; yours stays" in lines


def test_files_of_the_student_s_own_are_left_alone(copy, newer):
    for name in ("notes.md", "exercises/helper.py", "autograder/test_mine.py", ".git/HEAD"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(name, encoding="utf-8")
    update(copy, newer)
    for name in ("notes.md", "exercises/helper.py", "autograder/test_mine.py", ".git/HEAD"):
        assert (copy / name).read_text(encoding="utf-8") == name


def test_everything_that_changed_is_kept_as_it_was(copy, newer):
    (copy / "exercises/vocab.py").write_text(solution("vocab.py"), encoding="utf-8")
    before = files_of(copy)
    lines = update(copy, newer)
    after = files_of(copy)
    changed = {path: data for path, data in before.items() if after.get(path) != data}
    assert files_of(copy / PRIVATE / "backup-1") or changed
    kept = copy / PRIVATE / "backup-1"
    assert {
        path.relative_to(kept).as_posix(): path.read_bytes() for path in kept.rglob("*") if path.is_file()
    } == changed
    assert f"what was there before is in {PRIVATE}/backup-1" in lines


def test_a_second_update_changes_nothing(copy, newer):
    (copy / "exercises/vocab.py").write_text(solution("vocab.py"), encoding="utf-8")
    update(copy, newer)
    before = files_of(copy)
    assert update(copy, newer) == ["this copy is at release 2 already; nothing was changed"]
    assert files_of(copy) == before
    assert not (copy / PRIVATE / "backup-2").exists()


def test_an_archive_does_what_its_folder_does(copy, newer, tmp_path):
    again = shutil.copytree(copy, tmp_path / "again")
    (tmp_path / "newer.zip").write_bytes(zip_bytes({f"course/{path}": data for path, data in files_of(newer).items()}))
    assert update(again, tmp_path / "newer.zip") == update(copy, newer)
    assert files_of(again) == files_of(copy)


# Merging


@pytest.mark.parametrize("rank", range(3))
@pytest.mark.parametrize("name", STUBS)
def test_other_texts_merge_with_every_alternative(name, rank):
    """Every docstring has another first line, and every body is an alternative's or the solution's."""
    module = run_file(REPOSITORY / "tests" / "alternatives.py")
    ones = {}
    for one in module.ALTERNATIVES:
        ones.setdefault((one.file, one.hole), []).append(one)
    mine = solution(name)
    for (file, hole), found in ones.items():
        body = found[min(rank, len(found) - 1)]
        tree = ast.parse(body.source).body[0]
        if file == name and isinstance(tree, ast.FunctionDef):
            mine = with_body(mine, hole, body.source, tree)
    new = re.sub(r'(?m)^( +""")(?=\w)', r"\1Now: ", STUBS[name])
    merged = merge_exercise(STUBS[name], mine, new)
    assert merged is not None
    assert bodies(merged) == bodies(mine)
    assert merged.count("Now: ") == new.count("Now: ")


def with_body(text, hole, source, tree):
    """Put the body of an alternative below the docstring of a hole."""
    lines, body = text.splitlines(keepends=True), source.splitlines(keepends=True)
    place = next(node for node in ast.parse(text).body if getattr(node, "name", "") == hole)
    first, last = place.body[0].end_lineno, place.end_lineno
    return "".join([*lines[:first], *body[tree.body[0].lineno - 1 : tree.end_lineno], *lines[last:]])


def test_a_helper_and_an_import_of_the_student_stay():
    mine = solution("vocab.py").replace(
        "def build_vocab", "import re\n\n\ndef helper():\n    return re\n\n\ndef build_vocab", 1
    )
    merged = merge_exercise(STUBS["vocab.py"], mine, STUBS["vocab.py"].replace(*DOCSTRING))
    assert merged == mine.replace(*DOCSTRING)


def test_a_hole_whose_given_code_changed_around_the_work_is_not_merged_by_guess():
    stub = 'def f(x):\n    """F.\n    """\n    y = x\n    raise NotImplementedError("f")\n'
    mine = stub.replace('raise NotImplementedError("f")', "return y")
    assert merge_exercise(stub, mine, stub.replace("y = x", "y = 2 * x")) is None


def test_a_body_is_not_put_below_other_parameters():
    new = STUBS["vocab.py"].replace("def unknown_rate(encoded:", "def unknown_rate(texts:")
    assert merge_exercise(STUBS["vocab.py"], solution("vocab.py"), new) is None
    untouched = solution("vocab.py").replace(
        solution("vocab.py").split("def unknown_rate")[1], STUBS["vocab.py"].split("def unknown_rate")[1]
    )
    assert "def unknown_rate(texts:" in merge_exercise(STUBS["vocab.py"], untouched, new)


# All or nothing


def snapshot(*folders):
    return [files_of(folder) for folder in folders]


def damaged(newer, folder, change):
    target = shutil.copytree(newer, folder / "damaged")
    change(target)
    return target


def rename_in_record(folder, name):
    record = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    record["files"][name] = record["files"].pop("LICENSE")
    (folder / "release.json").write_text(json.dumps(record), encoding="utf-8")


DAMAGES = {
    "a file is missing": (lambda folder: (folder / "LICENSE").unlink(), "LICENSE is missing in it; get it again"),
    "a file was changed": (
        lambda folder: (folder / "LICENSE").write_text("x"),
        "LICENSE is not what its release.json says",
    ),
    "no record": (lambda folder: (folder / "release.json").unlink(), "no release.json in it"),
    "a broken record": (lambda folder: (folder / "release.json").write_text("{"), "its release.json cannot be read"),
    "a path that leads out": (lambda folder: rename_in_record(folder, "../LICENSE"), "it names the file ../LICENSE"),
    "a path into git": (lambda folder: rename_in_record(folder, ".git/hooks/pre-commit"), "which no release has"),
    "a path into git where case is one": (
        lambda folder: rename_in_record(folder, ".GIT/config"),
        "which no release has",
    ),
    "an absolute path": (lambda folder: rename_in_record(folder, "/etc/LICENSE"), "which no release has"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_release_changes_nothing(name, copy, newer, tmp_path):
    change, message = DAMAGES[name]
    release = damaged(newer, tmp_path, change)
    before = files_of(copy)
    with pytest.raises(UserError, match=message):
        update(copy, release)
    assert files_of(copy) == before
    assert not (copy / PRIVATE).exists()


@pytest.mark.parametrize("name", ["nowhere", "text.zip"])
def test_what_is_no_release_is_refused(name, copy, tmp_path):
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    with pytest.raises(UserError, match=r"no such release|no \.zip"):
        update(copy, tmp_path / name)


def test_a_record_that_leads_out_of_the_copy_removes_nothing_there(copy, newer):
    victim = copy.parent / "victim.txt"
    victim.write_text("mine", encoding="utf-8")
    record = json.loads((copy / "release.json").read_text(encoding="utf-8"))
    record["files"]["../victim.txt"] = sha256(victim.read_bytes())
    (copy / "release.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(UserError, match=r"release\.json: missing or damaged"):
        update(copy, newer)
    assert victim.exists()


def test_a_copy_without_a_record_and_the_course_itself_are_refused(copy, newer):
    (copy / "release.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"release\.json: missing or damaged"):
        update(copy, newer)
    with pytest.raises(UserError, match="this is the course itself"):
        update(REPOSITORY, newer)


def test_what_cannot_be_written_puts_everything_back(copy, newer):
    shutil.rmtree(copy / "notebooks")
    (copy / "notebooks").write_text("a file in the way", encoding="utf-8")
    (copy / "exercises/vocab.py").write_text(solution("vocab.py"), encoding="utf-8")
    before = files_of(copy)
    with pytest.raises(UserError, match=r"cannot be written.*nothing was changed"):
        update(copy, newer)
    assert files_of(copy) == before


def test_an_update_that_was_cut_off_can_be_repeated(copy, newer):
    for name in STUBS:
        (copy / "exercises" / name).write_text(solution(name), encoding="utf-8")
    whole = shutil.copytree(copy, copy.with_name("whole"))
    update(whole, newer)
    plan = plan_update(copy, read_manifest(copy), read_release(newer))
    work_first = sorted(plan.writes.items(), key=lambda write: not write[0].startswith("exercises"))
    apply(copy, dict(work_first[: len(work_first) // 2]))
    update(copy, newer)
    assert files_of(copy) == files_of(whole)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_leaves_the_old_copy_or_the_new_one(copy, newer, tmp_path):
    (copy / "exercises/vocab.py").write_text(solution("vocab.py"), encoding="utf-8")
    old = files_of(copy)
    whole = shutil.copytree(copy, tmp_path / "whole")
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "reelgrade", "update", str(newer)], cwd=whole, check=True, capture_output=True
    )
    needs, new = time.monotonic() - started, files_of(whole)
    for share in (0.7, 0.85, 0.95):
        folder = shutil.copytree(copy, tmp_path / f"cut-{share}")
        process = subprocess.Popen(
            [sys.executable, "-m", "reelgrade", "update", str(newer)],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(share * needs)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert files_of(folder) in (old, new)


def test_the_verb_tells_what_it_did(copy, newer):
    ended = subprocess.run(
        [sys.executable, "-m", "reelgrade", "update", str(newer)],
        cwd=copy,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("this copy is at release 2 now, it was 1; ")
    assert sha256((copy / "release.json").read_bytes()) == sha256((newer / "release.json").read_bytes())
