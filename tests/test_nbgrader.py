"""The whole life of an assignment, on a real exchange and a real gradebook: what each submission earns, both ways."""

import copy
import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from textwrap import indent

import pytest

pytest.importorskip("nbgrader")

import warm
from alternatives import ALTERNATIVES
from nbgrader_course import REPOSITORY, course_below, done, filled, graded_class
from reelgrade.course.notebooks.pieces import cut
from reelgrade.errors import UserError
from reelgrade.grading.grade import Options
from reelgrade.grading.limits import Limits
from reelgrade.nbgrader_plugins.gradebooks import assignments_of, open_course
from sampling import chosen

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # nbgrader's and its libraries' own
    pytest.mark.sampled("notebooks"),
]

NAME = "02_tokenization"
SOLUTION = {
    name: re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", text)
    for name, text in cut(REPOSITORY / "solutions" / "tokenization.py").definitions.items()
}
TOKENIZE, CORPUS = SOLUTION["tokenize"], SOLUTION["tokenize_corpus"]
CASE_KEPT = TOKENIZE.replace("text.lower()", "text")
WRITTEN = {"written-decisions": "Lower case: US and us. The price is a larger vocabulary."}


def corpus(*lines):
    """Make a second answer with other lines in its body."""
    return "\n".join(["def tokenize_corpus(texts):", *(f"    {line}" for line in lines)])


def cells_of(notebook, change):
    """Change every cell, drop it (None), or put several in its place (a list)."""
    made = [change(json.loads(json.dumps(cell))) for cell in notebook["cells"]]
    flat = [cell for one in made for cell in (one if isinstance(one, list) else [one]) if cell is not None]
    return {**notebook, "cells": flat}


def without(notebook, *prefixes):
    return cells_of(notebook, lambda cell: None if cell["id"].startswith(prefixes) else cell)


def stripped(notebook):
    """What a platform without nbgrader leaves: no metadata, other ids."""
    return cells_of(notebook, lambda cell: cell | {"metadata": {}, "id": f"x-{cell['id']}"})


def doubled(notebook):
    return cells_of(notebook, lambda cell: [cell, cell | {"id": "copy"}] if cell["id"] == "check-tokenize" else cell)


def halved(notebook):
    """Two cells cut in two, each half with all of the metadata, as JupyterLab does it."""

    def change(cell):
        if cell["id"] not in ("tokenize", "check-tokenize"):
            return cell
        source = "".join(cell["source"])
        first, rest = (source, "spare = 1") if cell["id"] == "tokenize" else source.split("\n\n")
        return [cell | {"source": first}, cell | {"source": rest, "id": f"{cell['id']}-2"}]

    return cells_of(notebook, change)


def edited(notebook):
    """Every test cell claims all its points, and more of them than there are."""

    def change(cell):
        if not cell["id"].startswith("check-"):
            return cell
        cell["metadata"]["nbgrader"]["points"] = 200
        return cell | {"source": "200.0"}

    return cells_of(notebook, change)


def answers(tokenize=TOKENIZE, tokenize_corpus=CORPUS, **more):
    code = {"tokenize": tokenize, "tokenize_corpus": tokenize_corpus, **WRITTEN, **more}
    return lambda notebook: filled(notebook, {name: text for name, text in code.items() if text is not None})


def then(first, second):
    return lambda notebook: second(first(notebook))


ALWAYS = """class Always(list):
    def __eq__(self, other):
        return True


def tokenize(text):
    return Always()
"""
NOISY = "import sys, warnings\nwarnings.warn('noise')\nprint('noise', file=sys.stderr)\n"

# What each submission is, and its points: of tokenize (6), of tokenize_corpus (2).
# None: nbgrader's own run of the notebook is lost, as it shares a process with student code.
TABLE = {
    "twice": (answers(), (6, 2)),  # another notebook of this name lies in a folder below
    "perfect": (answers(), (6, 2)),
    "partial": (answers(tokenize_corpus=None), (6, 0)),
    "untouched": (lambda notebook: notebook, (0, 0)),
    "wrong": (answers(CASE_KEPT), (4, 0)),  # the second hole uses the first
    "loop": (answers(tokenize_corpus=corpus("while True:", "    pass")), (6, 0)),
    "exits": (answers(tokenize_corpus=corpus("import os", "os._exit(0)")), (6, 0)),
    "edited": (then(answers(tokenize=None, tokenize_corpus=None), edited), (0, 0)),
    "deleted": (then(answers(), lambda notebook: without(notebook, "check-", "imports-", "written-")), (6, 2)),
    "doubled": (then(answers(), doubled), (6, 2)),
    "halved": (then(answers(), halved), (6, 2)),
    "stripped": (then(answers(), stripped), (6, 2)),
    "noisy": (answers(NOISY + TOKENIZE.replace("    return", f"{indent(NOISY, '    ')}    return")), (6, 2)),
    "always_equal": (answers(ALWAYS), (0, 0)),
    "floods": (answers(tokenize=TOKENIZE.replace("    return", "    print('x' * 300000)\n    return")), (6, 2)),
    "syntax": (answers(tokenize_corpus="def tokenize_corpus(texts:"), (6, 0)),
} | {
    f"alternative_{index}": (answers(**{one.hole: one.source}), (6, 2))
    for index, one in enumerate(one for one in ALTERNATIVES if one.file == "tokenization.py")
}
NEEDED = (
    "twice",
    "perfect",
    "partial",
    "untouched",
    "wrong",
    "exits",
    "doubled",
)  # by what is tested beside their points
OTHERS = chosen([student for student in TABLE if student not in NEEDED], 2, "notebooks")
TABLE = {student: row for student, row in TABLE.items() if student in (*NEEDED, *OTHERS)}
QUICK = Options(limits=Limits(check_seconds=2))  # one submission never ends
NOTES = {
    "twice": f" (another one of this name was left out: older/{NAME}.ipynb)",
    "syntax": " (code cell 6 was left out: '(' was never closed in line 1)",
}
LOST = {"exits": "crashed", "corrupt": "crashed", "renamed": "crashed"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one assignment, released; the environment is its own."""
    with course_below(tmp_path_factory.mktemp("nbgrader"), NAME) as made:
        config = made.root / "nbgrader_config.py"
        config.write_text(config.read_text(encoding="utf-8") + "\nc.Execute.timeout = 12\n", encoding="utf-8")
        made.release()
        yield made


@pytest.fixture(scope="module")
def collected(course):
    """All submissions of the table, collected through the exchange."""
    released = course.released(NAME)
    for student, (change, _) in TABLE.items():
        course.submit(NAME, student, json.dumps(change(released)))
    course.submit(NAME, "corrupt", '{"cells": [')
    course.collect(NAME)
    older = course.root / "submitted" / "twice" / NAME / "older" / f"{NAME}.ipynb"
    older.parent.mkdir()
    older.write_text(json.dumps(released), encoding="utf-8")
    folder = course.root / "submitted" / "renamed" / NAME  # the exchange refuses it; handed in by mail, say
    folder.mkdir(parents=True)
    (folder / f"{NAME} (1).ipynb").write_text(json.dumps(answers()(released)), encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def autograded(collected):
    """The class as `nbgrader autograde` grades it."""
    outcome = collected.api.autograde(NAME, "*")
    assert not outcome["success"]  # there are submissions that cannot be graded
    return collected


def automatic(scores):
    return {name: value for name, value in scores.items() if name.startswith("check-")}


@pytest.mark.parametrize("student", TABLE)
def test_nbgrader_gives_the_points_of_the_table(autograded, student):
    tokenize, tokenize_corpus = TABLE[student][1]
    wanted = {"check-tokenize": tokenize, "check-tokenize_corpus": tokenize_corpus}
    if student in LOST:
        wanted = dict.fromkeys(wanted)
    assert automatic(autograded.scores(NAME, student)) == wanted


def by_class(folder, assignment=None):
    return graded_class(folder, assignment, QUICK)


@pytest.fixture(scope="module")
def graded(collected, tmp_path_factory):
    """The same class, in a gradebook of its own, as `reelgrade class --nbgrader` grades it."""
    folder = tmp_path_factory.mktemp("second") / "course"
    shutil.copytree(collected.root, folder)
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    course = copy.copy(collected)
    course.root = folder
    lines = {marked.student: marked for marked in by_class(folder, NAME)}
    return course, lines


@pytest.mark.parametrize("student", TABLE)
def test_the_sandbox_gives_the_points_of_the_table(graded, student):
    course, lines = graded
    tokenize, tokenize_corpus = TABLE[student][1]
    wanted = {"check-tokenize": tokenize, "check-tokenize_corpus": tokenize_corpus}
    assert automatic(course.scores(NAME, student)) == wanted
    note = NOTES.get(student, "")
    assert str(lines[student]) == f"{NAME} {student}: {tokenize + tokenize_corpus} of 8 points{note}"


def test_what_the_sandbox_cannot_grade_is_named_and_stops_nobody(graded):
    course, lines = graded
    assert "not graded: 02_tokenization.ipynb: it is no notebook but damaged JSON" in str(lines["corrupt"])
    assert str(lines["renamed"]) == f"{NAME} renamed: 8 of 8 points (from {NAME} (1).ipynb)"
    assert set(course.scores(NAME, "corrupt").values()) == {None}
    assert automatic(course.scores(NAME, "renamed")) == {"check-tokenize": 6, "check-tokenize_corpus": 2}


def test_answers_in_words_wait_for_a_person(graded):
    course, _ = graded
    assert course.scores(NAME, "perfect")["written-decisions"] is None
    assert course.scores(NAME, "untouched")["written-decisions"] == 0
    with course.gradebook as gradebook:
        assert gradebook.find_grade("written-decisions", NAME, NAME, "perfect").needs_manual_grade
        assert not gradebook.find_grade("check-tokenize", NAME, NAME, "perfect").needs_manual_grade


def test_comments_and_feedback_say_what_is_wrong(graded):
    course, _ = graded
    with course.gradebook as gradebook:
        comment = gradebook.find_comment("tokenize", NAME, NAME, "wrong").comment
        assert gradebook.find_comment("tokenize", NAME, NAME, "untouched").comment == "No response."
    assert "looks like the case is kept" in comment
    done(course.api.generate_feedback(NAME, "wrong"))
    page = (course.root / "feedback" / "wrong" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "tokenize: 4 of 6 points, 5 of 7 visible checks" in page
    (picture,) = re.findall(r'<img [^>]*alt="tokenize 4 of 6; tokenize_corpus 0 of 2"[^>]*>', page)
    assert 'src="data:image/svg+xml;base64,' in picture


def test_grading_again_keeps_what_a_person_gave_and_drops_what_is_stale(graded):
    course, _ = graded
    with course.gradebook as gradebook:
        grade = gradebook.find_grade("written-decisions", NAME, NAME, "partial")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.find_comment("written-decisions", NAME, NAME, "partial").manual_comment = "Good."
        gradebook.db.commit()
    broken = course.root / "submitted" / "doubled" / NAME / f"{NAME}.ipynb"
    broken.chmod(0o644)
    broken.write_text("{", encoding="utf-8")
    lines = {marked.student: marked for marked in by_class(course.root)}
    assert lines["doubled"].problem
    assert set(course.scores(NAME, "doubled").values()) == {None}
    with course.gradebook as gradebook:
        assert gradebook.find_submission(NAME, "partial").score == 7.5
        assert gradebook.find_comment("written-decisions", NAME, NAME, "partial").comment == "Good."
    statuses = {row["student_id"]: row["status"] for row in exported(course, f'--assignment=["{NAME}"]')}
    assert statuses["doubled"] == "crashed"


def test_the_command_grades_one_assignment_and_says_who_was_lost(graded):
    course, _ = graded
    for student in TABLE.keys() - {"perfect", "partial"}:
        shutil.rmtree(course.root / "submitted" / student)
    run = warm.reelgrade("class", "--nbgrader", course.root, NAME)
    assert run.returncode == 1
    assert f"{NAME} perfect: 8 of 8 points" in run.stdout.splitlines()
    assert re.search(r"^reelgrade: \d could not be graded, see above$", run.stderr, re.MULTILINE)


def test_a_course_that_cannot_be_used_is_named_with_the_next_action(course, tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        open_course(tmp_path / "nowhere")
    with pytest.raises(UserError, match="no gradebook there; run `nbgrader generate_assignment`"):
        open_course(tmp_path)
    with pytest.raises(UserError, match=r"03_vocab: no assignment with exercises .* it has 02_tokenization"):
        assignments_of(open_course(course.root), "03_vocab")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(course.root / "gradebook.db", other)
    (other / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'maths'\n")
    with pytest.raises(UserError, match=r"a gradebook of another course \(reelgrade, not maths\)"):
        open_course(other)
    (other / "nbgrader_config.py").unlink()
    assert assignments_of(open_course(other), None) == [NAME]
    with closing(sqlite3.connect(other / "gradebook.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'older'")
        database.commit()
    with pytest.raises(UserError, match=r"another version of nbgrader \(older, not .*then run: nbgrader db upgrade"):
        open_course(other)
    (other / "gradebook.db").write_bytes(b"no database at all")
    with pytest.raises(UserError, match="no gradebook of nbgrader"):
        open_course(other)


def exported(course, *options):
    """Export through the real command, from the folder of the course."""
    file = course.root / "cells.csv"
    assert warm.run("nbgrader", "export", f"--to={file}", *options, cwd=course.root).returncode == 0
    with file.open(encoding="utf-8", newline="") as opened:
        assert file.read_text(encoding="utf-8").startswith('"assignment","student_id"')
        return list(csv.DictReader(opened))


def test_the_export_tells_crashed_ungraded_and_absent_apart(autograded):
    with autograded.gradebook as gradebook:
        gradebook.update_or_create_student("nobody", last_name='O"Hara, Scarlett', first_name="=1+1")
        gradebook.update_or_create_student("later")
    late = autograded.root / "submitted" / "later" / NAME
    late.mkdir(parents=True)
    (late / f"{NAME}.ipynb").write_text("{}", encoding="utf-8")
    rows = exported(autograded)
    statuses = {(row["student_id"], row["cell"]): row["status"] for row in rows}
    cell = "check-tokenize"
    assert {student: statuses[student, cell] for student in LOST} == LOST
    assert statuses["nobody", cell] == "absent"
    assert statuses["later", cell] == "not graded yet"
    assert statuses["perfect", cell] == "graded"
    assert statuses["perfect", "written-decisions"] == "needs manual grading"
    by_hand = {row["student_id"]: row for row in rows if row["cell"] == cell}
    assert by_hand["nobody"]["last_name"] == 'O"Hara, Scarlett'
    assert by_hand["nobody"]["first_name"] == "'=1+1"
    assert by_hand["exits"]["score"] == by_hand["later"]["score"] == by_hand["nobody"]["score"] == ""
    assert float(by_hand["untouched"]["score"]) == 0


def test_a_manual_grade_survives_a_regrade(autograded):
    with autograded.gradebook as gradebook:
        grade = gradebook.find_grade("written-decisions", NAME, NAME, "partial")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    done(autograded.api.autograde(NAME, "partial", force=True))
    with autograded.gradebook as gradebook:
        assert gradebook.find_grade("written-decisions", NAME, NAME, "partial").manual_score == 1.5
        assert gradebook.find_submission(NAME, "partial").score == 7.5


def test_feedback_reaches_the_students_with_our_words(autograded):
    for student in ("wrong", "partial"):
        done(autograded.api.generate_feedback(NAME, student))
    done(autograded.api.release_feedback(NAME))
    page = (autograded.root / "feedback" / "wrong" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "looks like the case is kept" in page
    assert "### BEGIN SOLUTION" not in page
    autograded.exchange_step("FetchFeedback", NAME, "wrong", autograded.home / "wrong")
    fetched = autograded.home / "wrong" / NAME / "feedback"
    assert any("looks like the case is kept" in file.read_text(encoding="utf-8") for file in fetched.rglob("*.html"))


def test_a_renamed_notebook_is_refused_when_it_is_handed_in(course):
    from nbgrader.exchange import ExchangeError

    with pytest.raises(ExchangeError, match="missing notebooks"):
        course.submit(NAME, "renaming", "{}", file=f"{NAME} (1).ipynb")


STUDENTS_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "reelgrade"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
"""


def test_a_student_and_an_instructor_at_the_command_line(course):
    """Fetch, work, validate, submit; list, collect, grade."""
    folder = course.home / "terminal"
    folder.mkdir()
    config = STUDENTS_CONFIG.format(exchange=str(course.exchange), cache=str(folder / "cache"))
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")

    def nbgrader(*command, cwd=folder):
        run = warm.run("nbgrader", *command, cwd=cwd)
        assert run.returncode == 0, run.stderr
        return run.stdout + run.stderr

    assert NAME in nbgrader("list")
    nbgrader("fetch_assignment", NAME)
    path = folder / NAME / f"{NAME}.ipynb"
    path.write_text(json.dumps(answers(CASE_KEPT)(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    told = nbgrader("validate", str(path))
    assert "looks like the case is kept" in told
    nbgrader("submit", NAME, "--student=terminal")
    assert "terminal" in nbgrader("list", "--inbound")
    nbgrader("collect", NAME, cwd=course.root)
    nbgrader("autograde", NAME, "--student=terminal", cwd=course.root)
    assert automatic(course.scores(NAME, "terminal")) == {"check-tokenize": 4, "check-tokenize_corpus": 0}
