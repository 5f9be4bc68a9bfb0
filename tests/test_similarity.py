"""Similar pairs of a class: copies are found whatever they were renamed to, and independent solutions are not."""

import ast
import io
import tokenize

import pytest

pytest.importorskip("copydetect")

import chromium
from alternatives import ALTERNATIVES, replace_hole
from chromium import NARROW, WIDE
from conftest import REPOSITORY
from reelgrade.classroom.similarity import page
from reelgrade.classroom.similarity.compare import compare
from reelgrade.classroom.similarity.handed_in import HandedIn, plain, read_class
from reelgrade.classroom.similarity.pairs import LEAST
from reelgrade.classroom.similarity.prints import MANY_STUDENTS, fingerprint
from reelgrade.course.folders import EXERCISES
from reelgrade.errors import UserError
from sample_reports import IMAGE, SCRIPT
from warm import reelgrade

LIMIT = 0.4  # what the command shows unless told otherwise


def stub(exercise):
    return (REPOSITORY / "exercises" / f"{exercise}.py").read_text(encoding="utf-8")


def alternative(number):
    """A submission with the alternative of this number in every hole that has so many."""
    modules = {name: stub(name) for name in EXERCISES}
    seen = {}
    for one in ALTERNATIVES:
        name = one.file.removesuffix(".py")
        seen[one.hole] = seen.get(one.hole, -1) + 1
        if seen[one.hole] == number:
            modules[name] = replace_hole(one, modules[name])
    return modules


def renamed(source):
    """The same module with every variable renamed, other comments and other spaces."""
    stored = {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    tokens = [
        (token.type, f"my_{token.string}" if token.string in stored else token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type != tokenize.COMMENT
    ]
    return "# all my own work\n" + tokenize.untokenize(tokens)


def copied(modules):
    return {name: renamed(source) for name, source in modules.items()}


def ranked(texts, exercises=EXERCISES, least=0.0, top=50):
    return compare(HandedIn(texts), REPOSITORY, exercises, least, top)


ANN, BOB, CLEO = (alternative(number) for number in range(3))


@pytest.fixture(scope="module")
def comparison():
    """Three who worked alone, one who copied all of Ann's, and one who copied a single exercise of Bob's."""
    partly = {**{name: stub(name) for name in EXERCISES}, "data": CLEO["data"], "metrics": renamed(BOB["metrics"])}
    return ranked({"ann": ANN, "bob": BOB, "cleo": CLEO, "copycat": copied(ANN), "partly": partly})


def test_a_renamed_copy_ranks_first(comparison):
    first = comparison.pairs[0]
    assert (first.first, first.second) == ("ann", "copycat")
    assert first.whole.share > 0.85


def test_independent_solutions_stay_low(comparison):
    honest = {"ann", "bob", "cleo"}
    shares = [pair.closest.share for pair in comparison.pairs if {pair.first, pair.second} <= honest]
    assert len(shares) == 3
    assert max(shares) < 0.3 < LIMIT


def test_one_copied_exercise_is_found_among_honest_ones(comparison):
    found = {(pair.first, pair.second): pair for pair in comparison.pairs if pair.closest.share > LIMIT}
    assert found["bob", "partly"].closest.exercise == "metrics"
    assert found["cleo", "partly"].closest.exercise == "data"
    assert set(found) == {("ann", "copycat"), ("bob", "partly"), ("cleo", "partly")}


def test_stubs_and_reference_count_for_nobody():
    solutions = {name: (REPOSITORY / "solutions" / f"{name}.py").read_text(encoding="utf-8") for name in EXERCISES}
    stubs = {name: stub(name) for name in EXERCISES}
    assert ranked({"ann": solutions, "bob": copied(solutions), "cleo": stubs, "dan": stubs}).pairs == []


def test_what_most_students_wrote_is_nobodys_own():
    def texts(number):
        return {f"student-{index}": ANN["vocab"] for index in range(number)}

    assert fingerprint("vocab", texts(MANY_STUDENTS - 1)).prints
    assert not fingerprint("vocab", texts(MANY_STUDENTS)).prints
    others = {f"other-{index}": source["vocab"] for index, source in enumerate((BOB, CLEO, alternative(3)))}
    assert "student-0" in fingerprint("vocab", texts(3) | others).prints  # a half is not most


def test_a_few_lines_alike_are_no_large_share():
    line = "answer = [one * two + 3 for one, two in pairs if two > one][::-1]\n"
    (pair,) = ranked({"ann": {"vocab": line}, "bob": {"vocab": renamed(line)}}).pairs
    assert pair.whole.shared == pair.whole.own < LEAST
    assert pair.closest.share < LIMIT


def test_the_shared_lines_are_the_copied_ones():
    copied_part = (
        "class Pool:\n    def pooled(self, values):\n        return sum(values) / max(len(values), 1) - min(values)\n"
    )
    one = "import math\n\n# mine\n\n" + copied_part + "\n\nratio = math.pi ** 2 // 7\n"
    other = "first, second = {}, set()\n" + copied_part.replace("values", "numbers") + "print(first | {3: 4}, second)\n"
    module = fingerprint("vocab", {"ann": plain(one.encode()), "bob": plain(other.encode())})
    assert module.shared_lines("ann", "bob") == ({5, 6, 7}, {2, 3, 4})


def put(folder, student, modules):
    (folder / student).mkdir(parents=True)
    for name, source in modules.items():
        (folder / student / f"{name}.py").write_text(source, encoding="utf-8")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A folder as it is handed in: two who share code, a damaged archive, and two attempts of one student."""
    folder = tmp_path_factory.mktemp("class") / "autumn <b>class</b>"
    mark = folder.parent / "was-run"
    put(folder, "ann", ANN | {"data": f"from pathlib import Path\nPath({str(mark)!r}).touch()\n" + ANN["data"]})
    put(folder, "copy <img src=x onerror=alert(1)>", copied(ANN))
    put(folder, "eve@2026-11-01T10-00-00Z", copied(ANN))
    hostile = "\n".join(f"{line}  # {SCRIPT} {IMAGE}" for line in renamed(ANN["vocab"]).split("\n"))
    put(folder, "eve@2026-11-02T10-00-00Z", {"vocab": hostile})
    (folder / "fred.zip").write_bytes(b"PK no archive")
    return folder


def similarity(*arguments):
    return reelgrade("similarity", *arguments)


@pytest.fixture(scope="module")
def shown(handed_in, tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "similar.html"
    return similarity(handed_in, "--out", out), out


def test_the_command_ranks_names_who_is_left_out_and_runs_nothing(handed_in, shown):
    run, out = shown
    assert run.returncode == 0
    rows = [line.split() for line in run.stdout.splitlines()]
    assert rows[1][:3] == ["1", "copy", "<img"]
    assert ["ann", "copy"] in [row[1:3] for row in rows]
    assert "3 students compared, 3 pairs above the limit" in run.stdout
    assert "reelgrade: not compared: fred:" in run.stderr
    assert out.is_file()
    assert not (handed_in.parent / "was-run").exists()


def test_the_options_choose_exercises_pairs_and_limit(handed_in):
    run = similarity(handed_in, "--exercise", "vocab", "--top", "1", "--min", "90")
    assert "3 pairs above the limit; the first 1 are shown" in run.stdout
    run = similarity(handed_in, "--exercise", "data", "--min", "100")
    assert "vocab" not in run.stdout
    run = similarity(handed_in, "--exercise", "dota")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "there is no exercise 'dota'; choose from data, " in run.stderr


def test_only_the_last_attempt_counts(handed_in):
    assert set(read_class(handed_in, REPOSITORY).texts["eve"]) == {"vocab"}


def test_nothing_to_compare_is_bad_input(tmp_path):
    run = similarity(tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "no submission in it" in run.stderr
    put(tmp_path, "ann", {"vocab": "x = 1"})
    (tmp_path / "bob.zip").write_bytes(b"")
    with pytest.raises(UserError, match=r"fewer than two submissions can be compared; name a folder with more; bob: "):
        read_class(tmp_path, REPOSITORY)


def test_code_that_is_not_python_is_compared_as_text():
    broken = (
        "def encode(tokens, vocab:\n" + "    ids = [vocab[token] if token in vocab else 1 for token in tokens\n" * 3
    )
    (pair,) = ranked(
        {"ann": {"vocab": broken}, "bob": {"vocab": broken.replace("ids", "my_ids")}, "eve": {"vocab": ""}}
    ).pairs
    assert (pair.first, pair.second) == ("ann", "bob")
    assert pair.whole.shared == pair.whole.own > 0


def test_hostile_text_adds_nothing_to_the_page(shown):
    _, out = shown
    text = out.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "copy &lt;img src=x onerror=alert(1)&gt;" in text
    assert "<b>class" not in text


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium.started(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_is_readable(browser, shown, width, scheme):
    chromium.show(browser, shown[1], width, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    page_width, content = browser.execute_script(
        "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert content <= page_width
    assert chromium.hard_to_read(browser.execute_script(chromium.TEXTS)) == []
    left, right = browser.execute_script(
        "return [...document.querySelector('.both').children].map(one => one.getBoundingClientRect().left)"
    )
    assert (left < right) == (width == WIDE)  # side by side where there is room
    assert browser.execute_script("return document.querySelectorAll('.shared mark').length") > 20
    assert browser.execute_script("return [document.scripts.length, document.images.length]") == [0, 0]
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []


def test_a_long_module_is_cut(monkeypatch):
    monkeypatch.setattr(page, "MOST_LINES", 5)
    lines = page.excerpt("x\n" * 1000, set(range(1, 1000)))
    assert len(lines) == 6
    assert lines[-1].number == 0
