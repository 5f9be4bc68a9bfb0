"""One gradebook for notebooks and plain modules, in SQLite and in a real PostgreSQL: what is written, and what is refused."""

import csv
import errno
import html
import json
import os
import re
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbgrader")

from sqlalchemy import create_engine, inspect

import postgres
import warm
from nbgrader_course import REPOSITORY, course_below, done, filled
from reelgrade.classroom.entries import CRASHED, REFUSED, Entry
from reelgrade.classroom.grading import Plan, temporary_pool
from reelgrade.course.notebooks.pieces import cut
from reelgrade.errors import UserError
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.intake import read
from reelgrade.nbgrader_plugins.classwork import grade_class
from reelgrade.nbgrader_plugins.gradebooks import open_course
from reelgrade.nbgrader_plugins.marking import write_autograded
from reelgrade.nbgrader_plugins.plain import code_of_holes, write_entries

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

TOKENS, VOCAB = ASSIGNMENTS = ("02_tokenization", "03_vocab")
OPTIONS = Options(exercises=("tokenization", "vocab"), accuracy=False)
DUE, LATE = datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
SOLUTIONS = {
    name: (REPOSITORY / "solutions" / f"{name}.py").read_text(encoding="utf-8") for name in ("tokenization", "vocab")
}
STUB = (REPOSITORY / "exercises" / "vocab.py").read_text(encoding="utf-8")
CLASS = {  # what each hands in
    "alice": {"tokenization": SOLUTIONS["tokenization"].replace("text.lower()", "text"), "vocab": SOLUTIONS["vocab"]},
    "bob_7": {"vocab": STUB.replace("import ", "import string\nimport ", 1) + "\n# nothing yet\n"},
    "carol": {"tokenization": "def tokenize(text:\n    return <b>text</b>\n"},
    "late": {"vocab": SOLUTIONS["vocab"]},
}


@pytest.fixture(scope="module")
def database_server():
    found = postgres.programs()
    if found is None:
        reason = "no PostgreSQL under /usr/lib/postgresql; install the package postgresql"
        if os.environ.get("CI_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres.server(found) as running:
        yield running


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class as the grader sees it: entries, and the modules that were taken of each."""
    entries, modules = [], {}
    with Grader(REPOSITORY, OPTIONS) as grader:
        for student, files in CLASS.items():
            folder = tmp_path_factory.mktemp("plain") / student
            folder.mkdir()
            for name, source in files.items():
                (folder / f"{name}.py").write_text(source, encoding="utf-8")
            time = LATE if student == "late" else None
            entries.append(Entry(student, student, handed_in=time, report=grader.grade(folder)))
            modules[student] = read(folder, REPOSITORY).modules
    return entries, modules


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def course(request, tmp_path_factory):
    """A course whose gradebook nbgrader has made in a database of this kind."""
    with course_below(tmp_path_factory.mktemp(request.param), *ASSIGNMENTS) as made:
        config = made.root / "nbgrader_config.py"
        text = config.read_text(encoding="utf-8") + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
        if request.param == "postgresql":
            url = request.getfixturevalue("database_server").database("gradebook")
            text += f"c.CourseDirectory.db_url = {url!r}\n"
        config.write_text(text, encoding="utf-8")
        made.release()
        with open_course(made.root).gradebook() as gradebook:
            gradebook.update_or_create_assignment(VOCAB, duedate=DUE)
        yield made


@pytest.fixture(scope="module")
def written(course, graded):
    """The gradebook with the class in it, and what was said about each."""
    entries, modules = graded
    lines = write(course, [*entries, Entry("dan", "dan.zip", status=REFUSED, problem="dan.zip: damaged")], modules)
    return course, lines


def write(course, entries, modules):
    return write_entries(
        open_course(course.root), entries, REPOSITORY / "autograder", lambda entry: modules[entry.student]
    )


def test_a_marked_notebook_is_put_in_place_whole_or_not_at_all(course, monkeypatch):
    nbcourse, real = open_course(course.root), Path.write_text
    timestamp = course.root / "submitted" / "full" / TOKENS / "timestamp.txt"
    timestamp.parent.mkdir(parents=True)
    timestamp.write_text("2026-12-01 10:00:00 UTC", encoding="utf-8")

    def full(path, *given, **named):
        if path.name == "timestamp.txt":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *given, **named)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UserError, match="the disk is full, nothing was changed"):
        write_autograded(nbcourse, nbformat.v4.new_notebook(), "full", TOKENS)
    monkeypatch.undo()
    shutil.rmtree(course.root / "submitted" / "full")
    assert not (course.root / "autograded" / "full" / TOKENS).exists()


def scores(course, assignment, student):
    with open_course(course.root).gradebook() as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return {grade.cell.name: grade.auto_score for book in submission.notebooks for grade in book.grades}


def points(report, exercise):
    return next(one.points for one in report.exercises if one.exercise.name == exercise)


def test_cells_hold_the_points_of_the_report(written, graded):
    course, _ = written
    reports = {entry.student: entry.report for entry in graded[0]}
    for student, files in CLASS.items():
        for exercise, assignment in (("tokenization", TOKENS), ("vocab", VOCAB)):
            if exercise in files:
                found = scores(course, assignment, student)
                given = sum(value for name, value in found.items() if name.startswith("check-"))
                assert given == points(reports[student], exercise)
    assert scores(course, TOKENS, "alice")["check-tokenize"] == 4
    assert (
        0
        < points(reports["alice"], "vocab")
        == sum(value for name, value in scores(course, VOCAB, "alice").items() if name.startswith("check-"))
    )


def test_every_line_says_what_was_written_and_what_was_left_out(written):
    course, lines = written
    assert f"{TOKENS} alice: 4 of 8 points" in lines
    assert f"bob_7: nothing was graded for {TOKENS}" in lines
    assert "dan: not written: dan.zip: damaged" in lines
    with open_course(course.root).gradebook() as gradebook:
        students = {student.id for student in gradebook.students}
        assert {one.student.id for one in gradebook.assignment_submissions(TOKENS)} == {"alice", "carol"}
    assert students >= set(CLASS)
    assert "dan" not in students


def test_nbgraders_export_reads_what_was_written(written):
    course, _ = written
    file = course.root / "cells.csv"
    assert warm.run("nbgrader", "export", f"--to={file}", cwd=course.root).returncode == 0
    with file.open(encoding="utf-8", newline="") as opened:
        rows = {(row["student_id"], row["cell"]): row for row in csv.DictReader(opened)}
    assert (rows["alice", "check-tokenize"]["status"], rows["alice", "check-tokenize"]["score"]) == ("graded", "4.0")
    assert rows["bob_7", "check-tokenize"]["status"] == "absent"
    assert rows["late", "check-encode"]["timestamp"].startswith("2026-11-03 09:30:00")


def test_formgrader_and_feedback_show_the_students_code(written):
    course, _ = written
    found = course.api.get_submission(TOKENS, "alice")
    assert (found["autograded"], found["score"]) == (True, 4.0)
    notebook = nbformat.read(course.root / "autograded" / "alice" / TOKENS / f"{TOKENS}.ipynb", as_version=4)
    cells = {cell["id"]: cell for cell in notebook.cells}
    assert "re.findall" in cells["tokenize"].source
    assert ".lower()" not in cells["tokenize"].source
    assert "looks like the case is kept" in cells["check-tokenize"].outputs[0].text
    with open_course(course.root).gradebook() as gradebook:
        assert "looks like the case is kept" in gradebook.find_comment("tokenize", TOKENS, TOKENS, "alice").comment
        assert gradebook.find_comment("encode", VOCAB, VOCAB, "bob_7").comment == "No response."
    done(course.api.generate_feedback(TOKENS, "carol"))
    page = (course.root / "feedback" / "carol" / TOKENS / f"{TOKENS}.html").read_text(encoding="utf-8")
    assert "return <b>text</b>" in html.unescape(re.sub("<[^>]*>", "", page))
    assert "<b>text</b>" not in page


def test_a_late_submission_loses_its_points_each_time_it_is_written(written, graded):
    course, _ = written
    entries, modules = graded
    for _ in range(2):
        with open_course(course.root).gradebook() as gradebook:
            submission = gradebook.find_submission(VOCAB, "late")
            assert submission.score == submission.late_submission_penalty > 0
            assert gradebook.find_submission(VOCAB, "alice").late_submission_penalty == 0
        write(course, [entry for entry in entries if entry.student == "late"], modules)


def test_notebooks_are_graded_into_the_same_gradebook(written):
    course, _ = written
    answers = cut(REPOSITORY / "solutions" / "tokenization.py").definitions
    course.submit(TOKENS, "nora", json.dumps(filled(course.released(TOKENS), answers)))
    course.collect(TOKENS)
    with temporary_pool(Plan(Path(), Path(), REPOSITORY, OPTIONS, 1)) as pool:
        (marked,) = grade_class(open_course(course.root), pool, REPOSITORY, OPTIONS, TOKENS)
    assert str(marked) == f"{TOKENS} nora: 8 of 8 points"
    assert scores(course, TOKENS, "nora")["check-tokenize"] == 6
    assert scores(course, TOKENS, "alice")["check-tokenize"] == 4
    stamp = course.root / "submitted" / "nora" / TOKENS / "timestamp.txt"
    stamp.chmod(0o600)
    for text in (b"someday", b"\xff", b"9" * 90):
        stamp.write_bytes(text)
        with temporary_pool(Plan(Path(), Path(), REPOSITORY, OPTIONS, 1)) as pool:
            (marked,) = grade_class(open_course(course.root), pool, REPOSITORY, OPTIONS, TOKENS)
        assert marked.problem == "timestamp.txt: no time in it; collect this submission again"
        assert scores(course, TOKENS, "nora")["check-tokenize"] is None


def test_who_is_gone_or_has_changed_since_stops_nobody(written, graded):
    course, _ = written
    entries, modules = graded

    def modules_of(entry):
        if entry.student == "alice":
            raise UserError("alice: no such submission")
        return modules[entry.student]

    lines = write_entries(open_course(course.root), entries[:2], REPOSITORY / "autograder", modules_of)
    assert lines[0] == "alice: not written: alice: no such submission"
    assert any(line.startswith(f"{VOCAB} bob_7: ") for line in lines)


def test_what_a_person_entered_stays_when_it_is_written_again(written, graded):
    course, _ = written
    entries, modules = graded
    with open_course(course.root).gradebook() as gradebook:
        gradebook.find_grade("written-decisions", TOKENS, TOKENS, "alice").manual_score = 1.5
        gradebook.db.commit()
    write(course, entries[:1], modules)
    with open_course(course.root).gradebook() as gradebook:
        assert gradebook.find_submission(TOKENS, "alice").score == 5.5


def test_nothing_is_written_for_what_was_not_graded(written, graded, tmp_path):
    course, _ = written
    entries, modules = graded
    crashed = Entry("alice", "alice", status=CRASHED, problem="its process died 3 times")
    outside = Entry("..", "..", report=entries[0].report)
    assert write(course, [crashed, outside], {"..": modules["alice"]}) == [
        "alice: not written: its process died 3 times",
        "..: not written: a student of this name cannot have a folder; rename the submission",
    ]
    assert scores(course, TOKENS, "alice")["check-tokenize"] == 4


def test_no_module_is_run(written, graded, tmp_path):
    course, _ = written
    entries, _ = graded
    hostile = f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n{SOLUTIONS['tokenization']}"
    write(course, [entries[0]], {"alice": {"tokenization.py": hostile.encode()}})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "source",
    ["def tokenize(:", "x = " + "(" * 500 + ")" * 500, "\0", "x = 1" + " + 1" * 50_000],
    ids=["syntax", "deep", "nul", "long"],
)
def test_a_module_that_cannot_be_read_is_shown_whole(source):
    assert code_of_holes(source, ["tokenize", "tokenize_corpus"], STUB) == {"tokenize": source}


def test_all_that_a_student_wrote_is_shown_once():
    stub = "import re\n\n\ndef one():\n    pass\n\n\ndef two():\n    pass\n"
    source = "import re\nimport os\n\nLIMIT = 3\x0c\n\n# mine\ndef one():\n    return '\u2028'\n\n\ndef two():\n    pass\n\nlast = 1\n"
    code = code_of_holes(source, ["one", "two"], stub)
    assert code == {"one": "import os\n\nLIMIT = 3\x0c\n\n# mine\ndef one():\n    return '\u2028'\n\nlast = 1"}
    source = stub.replace("def two", "LIMIT = 3\n\n\ndef two") + "\nlast = 1\n"
    assert code_of_holes(source, ["one", "two"], stub) == {"two": "LIMIT = 3\n\ndef two():\n    pass\n\nlast = 1"}
    assert code_of_holes(stub + "x = 1", ["one", "two"], stub) == {"one": "def one():\n    pass\n\nx = 1"}
    assert code_of_holes(stub, ["one", "two"], stub) == {}


def configured(folder, url):
    folder.mkdir(exist_ok=True)
    text = f"c = get_config()\nc.CourseDirectory.course_id = 'reelgrade'\nc.CourseDirectory.db_url = {url!r}\n"
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("url", "said"),
    {
        "no address secret": "db_url in nbgrader_config.py is no address of a database",
        "nosuch://ann:secret@host/grades": r"nosuch://ann:\*\*\*@host/grades: cannot be opened .*; install the driver",
        "mysql+mysqldb://ann:secret@host/grades": r"ann:\*\*\*@host/grades: cannot be opened \(No module named 'MySQLdb'\)",
        "postgresql+psycopg://ann:secret@/grades?host=/nowhere&password=secret": r"ann:\*\*\*@/grades: cannot be reached",
        "sqlite://": "no gradebook there; run `nbgrader generate_assignment`",
        "sqlite:////nowhere/gradebook.db": "/nowhere/gradebook.db: no gradebook there",
    }.items(),
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(tmp_path, url, said):
    pytest.importorskip("psycopg")
    with pytest.raises(UserError, match=said) as caught:
        open_course(configured(tmp_path / "course", url))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_looking_at_a_database_changes_nothing_in_it(database_server, tmp_path):
    url = database_server.database("empty")
    folder = configured(tmp_path / "course", url)
    with pytest.raises(UserError, match=r"postgresql\+psycopg://postgres:\*\*\*@/empty: no gradebook there"):
        open_course(folder)
    with closing(create_engine(url).connect()) as database:
        assert inspect(database).get_table_names() == []
        database.exec_driver_sql("CREATE TABLE grades (points integer)")
        database.commit()
    with pytest.raises(UserError, match=r"no gradebook of nbgrader .*name another course or restore a copy"):
        open_course(folder)
    with closing(create_engine(url).connect()) as database:
        assert inspect(database).get_table_names() == ["grades"]


def test_a_gradebook_of_another_course_is_refused(course):
    url = open_course(course.root).directory.db_url
    folder = configured(course.home / "other", url)
    (folder / "nbgrader_config.py").write_text(
        (folder / "nbgrader_config.py").read_text(encoding="utf-8").replace("'reelgrade'", "'maths'"), encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"a gradebook of another course \(reelgrade, not maths\)"):
        open_course(folder)


def test_a_course_without_its_notebook_is_bad_input(written, graded):
    course, _ = written
    entries, modules = graded
    for step in ("release", "source_notebooks"):
        (course.root / step / TOKENS / f"{TOKENS}.ipynb").rename(course.root / step / TOKENS / "away")
    with pytest.raises(UserError, match=rf"no such notebook; run: nbgrader generate_assignment {TOKENS}"):
        write(course, entries[:1], modules)
