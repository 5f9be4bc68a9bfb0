"""What is made of a class: every student once, every number from the reports, nothing half-written, nothing hostile."""

import csv
import dataclasses
import io
import json
import math
import random
import re
import statistics
import tomllib
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import jsonschema
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelgrade.classroom import entries as rows_of_a_class
from reelgrade.classroom.analysis import discrimination, histogram, items, mistakes, named, quartiles, spreads
from reelgrade.classroom.changes import changes
from reelgrade.classroom.class_page import Overview
from reelgrade.classroom.class_page import write as write_page
from reelgrade.classroom.entries import CRASHED, GRADED, REFUSED, Entry
from reelgrade.classroom.grading import Progress
from reelgrade.classroom.imports import canvas_csv, moodle_csv
from reelgrade.classroom.late import NOT_FINAL, Standing, after, days_late, due, share, standings
from reelgrade.classroom.names import file_stem
from reelgrade.classroom.outputs import write_outputs
from reelgrade.classroom.rosters import CANVAS, MOODLE, PLAIN, match, parse_roster, read_roster
from reelgrade.classroom.signals import is_planted, signals
from reelgrade.classroom.tables import grades_csv, items_csv
from reelgrade.course.class_progress import show_progress
from reelgrade.course.settings import Late, Settings
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import read_checks
from reelgrade.grading.grade import Grader, Options
from reelgrade.grading.judging import NOT_STARTED, PASSED
from reelgrade.grading.provenance import Notice
from reelgrade.grading.report import Report
from reelgrade.grading.writers import full_json
from sample_class import DEADLINE, a_class, a_report, odd, with_result
from sample_reports import AUTOGRADER, FORMULA, SCRIPT, data_results, exercise_report, good_report

SETTINGS = Settings("NLP", "nlp", DEADLINE, Late(10, 60, 50), "last")
HOUR = timedelta(hours=1)
SAFE = re.compile(r"[a-z0-9][a-z0-9_-]*")

GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Essay (31),NLP (32),Current Score
,,,,,Manual Posting,,
    Points Possible,,,,,10.00,100.00,(read only)
"Doe, Jane",7,s7,jdoe@uni.example,A,8.5,,90
"Roe, Bob",8,s8,bob@uni.example,A,,55.5,
"=HYPERLINK(1)",9,s9,+49123,B,,,
"Student, Test",99,,4f8a,A,,,
"""
WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 7,Jane Doe,jane@uni.example,Submitted for grading,,100.00,Yes,"Tuesday, 1 December 2026, 9:00 AM",-,
Participant 8,Bob Roe,bob@uni.example,No submission,40.00,100.00,Yes,-,"Monday, 30 November 2026, 1:00 PM","=fine,
<b>see me</b>"
"""
ROSTER = "student,name\nalice,Alice Example\nzed,Zed Absent\n"


@pytest.fixture(scope="module")
def rows():
    return a_class()


@pytest.fixture(scope="module")
def chosen(rows):
    return standings(rows, SETTINGS)


def table(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def entry(student="alice", points=None, hours=-1.0, **fields):
    """A graded row; `points` picks a report that has them, more or less."""
    report = good_report() if points is None else a_report(student, points, 1.0)
    at = None if hours is None else DEADLINE + hours * HOUR
    return Entry(student, f"{student}.zip", handed_in=at, report=fields.pop("report", report), **fields)


# Tables


def test_each_student_has_one_row_of_grades(rows, chosen):
    grades = table(grades_csv(chosen))
    assert len(grades) == len({one.student for one in rows}) == len(rows) - 1
    assert {row["status"] for row in grades} == {GRADED, REFUSED, CRASHED, NOT_FINAL}


def test_grades_are_those_of_the_reports(chosen):
    for row, one in zip(table(grades_csv(chosen)), chosen, strict=True):
        report = one.entry.report
        if report is None or not report.gradable:
            assert {row[name] for name in ("points", "max_points", "penalty", "final_points", "data")} == {""}
            assert row["problem"] == one.entry.problem
            continue
        assert (float(row["points"]), float(row["max_points"])) == report.points(False)
        assert (float(row["bonus"]), float(row["max_bonus"])) == report.points(True)
        assert sum(float(row[each.exercise.name]) for each in report.exercises) == one.earned
        assert float(row["points"]) + float(row["bonus"]) - float(row["penalty"]) == float(row["final_points"])


def test_no_cell_becomes_a_formula():
    evil = Entry(FORMULA, "x.zip", status=REFUSED, problem=f"{FORMULA}: damaged")
    text = grades_csv([Standing(evil)], {FORMULA: "@SUM(1)"})
    assert [
        cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith(("=", "+", "-", "@"))
    ] == []


def test_each_check_has_one_row_of_items(chosen):
    reports = [one.entry.report for one in chosen if one.entry.report]
    found = table(items_csv(items(reports)))
    assert [row["check"] for row in found] == [check.id for check in read_checks(AUTOGRADER)]
    for row, item in zip(found, items(reports), strict=True):
        results = [result for report in reports for result in report.results if result.check.id == row["check"]]
        passed = sum(result.status == PASSED for result in results)
        assert int(row["submissions"]) == len(results) == len(reports)
        assert float(row["pass_rate"]) == round(passed / len(results), 3)
        assert int(row["num_not_started"]) == sum(result.status == NOT_STARTED for result in results)
        assert item.mean_points == statistics.fmean(result.points for result in results)
        assert item.started_rate is None or item.started_rate >= item.pass_rate


def test_a_run_on_one_exercise_is_out_of_the_points_of_that_exercise():
    report = a_report("alice", 0.8, 1.0)
    others = [dataclasses.replace(one, results=(), points=0.0) for one in report.exercises[1:]]
    part = dataclasses.replace(report, exercises=(report.exercises[0], *others))
    chosen = standings([entry(report=part)], SETTINGS)
    (row,) = table(grades_csv(chosen))
    assert (row["max_points"], row["max_bonus"]) == ("6", "0")
    assert list(row)[-1] == "data"
    assert "of 6 points in the median" in re.sub("<.*?>", "", write_page(Overview(chosen, "NLP")))


# Analysis


def test_discrimination_is_the_correlation_with_the_points_of_all_other_checks(chosen):
    reports = [one.entry.report for one in chosen if one.entry.report]
    for item in items(reports)[::15]:
        own = [next(r.points for r in report.results if r.check == item.check) for report in reports]
        rest = [sum(r.points for r in report.results if r.check != item.check) for report in reports]
        assert item.discrimination == pytest.approx(numpy.corrcoef(own, rest)[0, 1])


def test_discrimination_is_the_point_biserial_correlation_where_a_check_has_two_outcomes():
    from scipy.stats import pointbiserialr

    draw = random.Random(1)
    own = [draw.random() < 0.4 for _ in range(30)]
    rest = [draw.gauss(50 + 10 * passed, 10) for passed in own]
    totals = [passed + points for passed, points in zip(own, rest, strict=True)]
    assert discrimination(own, totals) == pytest.approx(pointbiserialr(own, rest).statistic)


@pytest.mark.parametrize(
    ("own", "totals"), [([0, 0, 1, 1], [1, 2, 3, 4]), ([1] * 9, list(range(9))), ([0, 1, 0, 1, 1], [3, 4, 3, 4, 4])]
)
def test_there_is_no_discrimination_without_variance_or_with_few_submissions(own, totals):
    assert discrimination(own, totals) is None


@given(st.lists(st.integers(0, 200), min_size=1, max_size=50))
def test_the_histogram_counts_everybody_and_quartiles_are_in_order(doubled):
    points = [value / 2 for value in doubled]
    assert sum(histogram(points, 100)) == len(points)
    for place, count in enumerate(histogram(points, 100)):
        assert count == sum(10 * place <= value < 10 * place + 10 or (place == 9 and value == 100) for value in points)
    low, median, high = quartiles(points)
    assert min(points) <= low <= median == statistics.median(points) <= high <= max(points)


def test_points_by_exercise_are_of_those_that_were_graded(chosen):
    reports = [one.entry.report for one in chosen if one.entry.report]
    data = spreads(reports)[0]
    points = [report.exercises[0].points for report in reports]
    assert (data.exercise.name, data.most) == ("data", 6)
    assert (data.least, data.median, data.largest) == (min(points), statistics.median(points), max(points))
    assert spreads([dataclasses.replace(reports[0], exercises=())]) == []


def test_a_mistake_is_counted_for_each_student_that_makes_it(chosen):
    graded = [one.entry for one in chosen]
    found = mistakes(graded)
    assert [len(one.students) for one in found] == sorted((len(one.students) for one in found), reverse=True)
    for one in found[:20]:
        makers = [each.student for each in graded if each.report and _makes(each.report, one)]
        assert list(one.students) == makers
    assert {one.what for one in found} > {"padding comes on the left", "takes too long", "raises TypeError"}


def test_a_file_that_cannot_be_loaded_is_one_mistake():
    report = a_report("alice", 1.0, 1.0)
    results = [dataclasses.replace(one, status="failed", broken_module=True) for one in report.exercises[0].results]
    broken = dataclasses.replace(report.exercises[0], results=tuple(results))
    report = dataclasses.replace(report, exercises=(broken, *report.exercises[1:]))
    name = broken.exercise.name
    found = [one.what for one in mistakes([entry(report=report)]) if one.check.exercise == name]
    assert found == [f"{name}.py cannot be loaded"]


def _makes(report, mistake):
    return any(result.check == mistake.check and mistake.what in named(result) for result in report.results)


def test_before_and_after_name_the_checks_whose_points_have_changed():
    before = a_report("alice", 1.0, 1.0)
    report = with_result(before, 0, status="failed", points=0.0)
    changed, first = (
        before.results[0],
        dataclasses.replace(before.exercises[0], points=before.exercises[0].points - 0.5),
    )
    report = dataclasses.replace(
        report, exercises=(dataclasses.replace(report.exercises[0], points=first.points), *report.exercises[1:])
    )
    (one,) = changes([entry(report=report, before=before), entry("bob")])
    assert one.checks == ((changed.check.id, 0.5, 0.0),)
    assert one.difference == -0.5


# Signals


def test_an_honest_submission_gives_no_signal():
    honest = [
        Notice("ignored", "README.md", "ignored"),
        Notice("ignored", "notes/", "ignored"),
        Notice("secret", "", "none"),
    ]
    assert signals([odd(entry(points=0.5), honest)]) == []


@pytest.mark.parametrize(
    "path", ["torch.py", "a/sitecustomize.py", "x.pth", "pytest.ini", "transformers/", "test_data.py"]
)
def test_files_that_would_act_on_a_grader_are_planted(path):
    assert is_planted(path)


def test_signals_of_the_sample_are_found(rows):
    found = {(one.student, one.kind) for one in signals(rows)}
    five, six, seven = (rows[place].student for place in (5, 6, 7))
    assert found == {(five, "planted file"), (six, "crashed"), (seven, "changed grader"), (seven, "refused")}


def test_answers_by_heart_are_a_signal_where_there_are_many():
    report = a_report("eve", 1.0, 1.0)
    for place in range(3):
        assert signals([entry("eve", report=report)]) == []
        report = with_result(
            report, place, status="failed", message="a hidden check of load_reviews on other inputs disagrees: x"
        )
    assert [one.kind for one in signals([entry("eve", report=report)])] == ["visible inputs only"]


ATTEMPTS = """
import os
import socket
from pathlib import Path

def tokenize(text):
    {}

def tokenize_corpus(texts):
    {}
"""


def test_what_the_sandbox_refuses_is_a_signal(tmp_path):
    tried = [("socket.socket()", "os.fork()"), ("Path('/etc/passwd').read_text()", "os.kill(os.getppid(), 9)")]
    options = Options(exercises=("tokenization",), accuracy=False, pictures=False)
    with Grader(AUTOGRADER.parent, options) as grader:
        for number, lines in enumerate(tried):
            (folder := tmp_path / str(number)).mkdir()
            (folder / "tokenization.py").write_text(ATTEMPTS.format(*lines), encoding="utf-8")
            found = signals([Entry("eve", "eve", report=grader.grade(folder))])
            assert {one.text.partition(":")[0] for one in found} == {"tokenize", "tokenize_corpus"}
            assert {one.kind for one in found} <= {"refused", "outside file"}  # which one depends on the level


# Lateness and attempts


@given(st.floats(0, 100), st.integers(0, 12), st.floats(0, 100), st.floats(0, 100))
def test_lateness_takes_its_share_up_to_the_cap_and_leaves_half_points(points, days, per_day, cap):
    points = math.floor(2 * points) / 2
    taken = share(Late(per_day, 0, cap), days)
    left = after(points, taken)
    assert taken <= Fraction(str(cap)) / 100
    assert taken == 0 or days
    assert 2 * left == int(2 * left)
    assert Fraction(left) <= Fraction(points) * (1 - taken) < Fraction(left) + Fraction(1, 2)


def test_shares_are_exact_where_floats_are_not():
    assert after(10.0, share(Late(percent_per_day=10), 3)) == 7.0
    assert after(100.0, share(Late(percent_per_day=0.1), 30)) == 97.0


@pytest.mark.parametrize(
    ("seconds", "days"), [(-9999, 0), (0, 0), (3600, 0), (3601, 1), (90000, 1), (90001, 2), (10**6, 12)]
)
def test_a_day_that_has_begun_counts_as_a_day_after_the_grace(seconds, days):
    assert days_late(SETTINGS, entry(hours=seconds / 3600)) == days


def test_an_extension_only_ever_helps_and_an_unknown_time_is_not_late():
    moved = dataclasses.replace(SETTINGS, extensions={"alice": DEADLINE + 48 * HOUR, "bob": DEADLINE - 48 * HOUR})
    assert days_late(moved, entry("alice", hours=40)) == 0
    assert days_late(moved, entry("bob", hours=0.5)) == 0
    assert days_late(moved, entry("bob", hours=40)) == days_late(moved, entry("cleo", hours=40)) == 2
    assert days_late(moved, entry("cleo", hours=None)) == 0
    assert days_late(Settings(late=Late(10)), entry(hours=999)) == 0


def test_a_report_is_due_with_the_last_of_its_exercises():
    week = timedelta(days=7)
    settings = Settings(deadlines={"data": DEADLINE, "06_training": DEADLINE + week})
    assert due(settings, "alice", ["data"]) == DEADLINE
    assert due(settings, "alice", ["data", "metrics"]) == DEADLINE + week
    assert due(settings, "alice", ["vocab"]) is None


def test_the_last_attempt_counts_or_the_best_after_lateness():
    early, late = entry(points=0.6, hours=-5), dataclasses.replace(entry(points=0.62, hours=30), attempt=2)
    (last,) = standings([late, early], SETTINGS)
    (best,) = standings([late, early], dataclasses.replace(SETTINGS, attempt="best"))
    assert (last.entry, last.days, last.attempts) == (late, 2, 2)
    assert best.entry is early
    assert best.final >= last.final
    assert f"2 days late, 20 % less: {last.final:g}" in last.sentence


def test_an_attempt_without_a_report_does_not_hide_one_that_has_points():
    good, bad = entry(points=0.5), Entry("alice", "2.zip", 2, DEADLINE, status=REFUSED, problem="2.zip: damaged")
    (one,) = standings([bad, good], SETTINGS)
    assert one.entry is good
    assert one.note == "attempt 2 does not count: 2.zip: damaged"
    assert standings([bad], SETTINGS)[0].entry is bad


# Rosters


def test_each_kind_of_roster_is_told_by_its_columns(tmp_path):
    kinds = [parse_roster(text, "r.csv").kind for text in (GRADEBOOK, WORKSHEET, ROSTER, "ID;Name\n1;x\n")]
    assert kinds == [CANVAS, MOODLE, PLAIN, PLAIN]
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8-sig")
    assert [row.ids for row in read_roster(path).rows] == [("alice",), ("zed",)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "r.csv: empty; the first line must name the columns"),
        ("name,mail\na,b\n", "r.csv: no roster; it needs a column `student` or `id`"),
        ("student\nalice\nALICE\n", "r.csv: id 'alice' occurs 2 times; leave one row of it"),
        ("student,name\n,Bob\n", "r.csv, row 2: no id for Bob; fill it in, or delete the row"),
        ("student,name\nbob\n", "r.csv, row 2: 1 fields, the header has 2"),
        ('student\n"bob\n', "check its quotes"),
        (GRADEBOOK.replace(",8,", ",7,"), "r.csv: id '7' occurs 2 times"),
        (GRADEBOOK.replace("s8", "s7"), "r.csv: id 's7' occurs 2 times"),
        (GRADEBOOK.replace(",8,", ",,"), "r.csv, row 5: no id for Roe, Bob"),
        (WORKSHEET.replace("Participant 8", "Participant 7"), "r.csv: id '7' occurs 2 times"),
        (WORKSHEET.replace("Grade,", "Note,"), "r.csv: no column 'Grade'; download Moodle's grading worksheet"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused_by_name(text, said):
    with pytest.raises(UserError, match=re.escape(said)):
        parse_roster(text, "r.csv")


def test_a_roster_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "latin.csv").write_bytes(b"student\nZo\xeb\n")
    with pytest.raises(UserError, match="not UTF-8 \\(byte 10\\)"):
        read_roster(tmp_path / "latin.csv")
    with pytest.raises(UserError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "student", ["7", "s7", "JDOE@uni.example", "jdoe", "doejane_7", "Jane Doe", "Doe, Jane", "janedoe_7"]
)
def test_a_student_is_found_by_any_id_or_the_name(student):
    assert match(parse_roster(GRADEBOOK, "r.csv"), [student]).rows[student].name == "Doe, Jane"


@pytest.mark.parametrize("student", ["doejane_8", "bob_7", "mia", "Student_99", ""])
def test_a_student_without_a_row_of_that_id_and_name_is_named_and_left_out(student):
    found = match(parse_roster(GRADEBOOK, "r.csv"), [student])
    assert found.rows == {}
    assert found.notices[0].startswith(f"{student}: no row in r.csv")


def test_rows_that_two_could_mean_belong_to_nobody():
    twins = parse_roster("student,name\n1,Jane Doe\n2,Jane Doe\n", "r.csv")
    assert "several rows" in match(twins, ["Jane Doe"]).notices[0]
    both = match(parse_roster(GRADEBOOK, "r.csv"), ["jdoe", "doejane_7"])
    assert both.rows == {}
    assert both.notices == ("jdoe and doejane_7 are one row of r.csv, 7; no grade goes there",)


def test_who_handed_nothing_in_is_listed_but_for_the_test_student():
    found = match(parse_roster(GRADEBOOK, "r.csv"), ["jdoe"])
    assert [row.name for row in found.absent] == ["Roe, Bob", "=HYPERLINK(1)"]


# Canvas and Moodle


def imported(text, students, title="NLP", **fields):
    """The import file for these students, and their standings."""
    roster = parse_roster(text, "r.csv")
    chosen = standings([entry(student, points=0.7, **fields) for student in students], SETTINGS)
    rows = match(roster, students).rows
    made = canvas_csv(chosen, rows, roster, title) if roster.kind == CANVAS else moodle_csv(chosen, rows, roster)
    return made, chosen


def test_canvas_gets_one_assignment_and_the_students_that_have_points():
    made, (_, jane) = imported(GRADEBOOK, ["doejane_7", "+49123"])
    header, possible, *lines = list(csv.reader(io.StringIO(made.text)))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "NLP (32)"]
    assert possible == ["    Points Possible", "", "", "", "", "100.00"]
    assert ["Doe, Jane", "7", "s7", "jdoe@uni.example", "A", f"{jane.final:g}"] in lines
    assert [line[:4] for line in lines if line[1] == "9"] == [["'=HYPERLINK(1)", "9", "s9", "+49123"]]
    assert len(lines) == 2
    assert made.notices == ()


def test_canvas_is_asked_where_it_has_no_such_assignment_and_told_of_other_points():
    made, _ = imported(GRADEBOOK, ["jdoe"], title="Lab")
    assert made.text.splitlines()[0].endswith(",Section,Lab")
    assert made.text.splitlines()[1].endswith(",100")
    assert "no assignment 'Lab'" in made.notices[0]
    other, _ = imported(GRADEBOOK, ["jdoe"], title="essay")
    assert other.text.splitlines()[0].endswith("Essay (31)")
    assert "10.00 points possible in Canvas, and 100 here" in other.notices[0]


def test_canvas_gets_the_separator_that_it_uses():
    made, _ = imported(
        GRADEBOOK.replace("Doe, Jane", "Doe")
        .replace("Roe, Bob", "Roe")
        .replace("Student, Test", "Test")
        .replace(",", ";"),
        ["jdoe"],
    )
    assert made.text.startswith("Student;ID;")


def test_moodle_gets_its_worksheet_back_with_grades_and_nothing_else_changed():
    made, (bob, jane) = imported(WORKSHEET, ["Bob Roe_8", "Jane Doe_7"], hours=30)
    before = {row["Identifier"]: row for row in table(WORKSHEET)}
    after_ = {row["Identifier"]: row for row in table(made.text)}
    changed = {
        (name, column) for name in after_ for column in before[name] if after_[name][column] != before[name][column]
    }
    assert changed == {("Participant 7", "Grade"), ("Participant 8", "Grade"), ("Participant 7", "Feedback comments")}
    assert float(after_["Participant 8"]["Grade"]) == bob.final
    assert after_["Participant 7"]["Feedback comments"] == jane.sentence
    assert "2 days late, 20 % less" in jane.sentence


def test_moodle_gets_no_more_than_its_maximum_and_nothing_where_that_is_another():
    roster = parse_roster(WORKSHEET, "r.csv")
    chosen = standings([entry("jane", points=9.0)], SETTINGS)
    made = moodle_csv(chosen, match(roster, ["jane"]).rows, roster)
    assert chosen[0].final == 120
    assert table(made.text)[0]["Grade"] == "100"
    assert "jane has 120 points; moodle.csv says 100" in made.notices[0]
    other = parse_roster(WORKSHEET.replace("100.00", "20.00"), "r.csv")
    refused = moodle_csv(chosen, match(other, ["jane"]).rows, other)
    assert refused.text == ""
    assert "Maximum Grade is 20 there, and 100 here" in refused.notices[0]


def test_who_has_no_points_that_count_is_in_no_import_file():
    roster = parse_roster(GRADEBOOK, "r.csv")
    broken = entry("jdoe", report=dataclasses.replace(good_report(), faults=("it broke",)))
    lost = Entry("bob", "bob.zip", status=CRASHED)
    chosen = standings([broken, lost], SETTINGS)
    made = canvas_csv(chosen, match(roster, ["jdoe", "bob"]).rows, roster, "NLP")
    assert made.text == ""
    assert "there is no canvas.csv" in made.notices[0]


# Names of files

ANY = st.text(st.characters(exclude_categories=()), max_size=80)


@given(ANY, ANY)
def test_names_of_files_are_safe_and_never_shared(one, other):
    stem = file_stem(one)
    assert SAFE.fullmatch(stem)
    assert len(stem) <= 60
    assert stem == file_stem(one)
    assert (stem == file_stem(other)) == (one == other)


@pytest.mark.parametrize(
    "name", ["CON", "con", "nul", "com1", "..", "a/b", "a\\b", "c:x", "trail.", ".hidden", "", "ALICE"]
)
def test_names_that_a_system_reads_otherwise_are_changed(name):
    assert file_stem(name) != name
    assert file_stem(file_stem(name)) != file_stem(name)


# The folder


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_written_for_every_student(rows, tmp_path):
    settings = dataclasses.replace(SETTINGS, extensions={"nobody": DEADLINE})
    pages = []
    notices = write_outputs(rows, tmp_path / "out", settings, on_page=lambda: pages.append(1))
    students = {one.student for one in rows}
    graded = {one.student for one in rows if one.report}
    wanted = {f"students/{file_stem(one)}.html" for one in students} | {
        f"students/{file_stem(one)}.json" for one in graded
    }
    assert files(tmp_path / "out") == {"grades.csv", "items.csv", "class.html"} | wanted
    assert len(pages) == len(students)
    assert ["nobody has an extension" in line for line in notices] == [True]


def test_the_files_of_a_student_are_those_of_the_report(rows, tmp_path):
    write_outputs(rows[:8], tmp_path, SETTINGS)
    schema = json.loads(Path(full_json.__file__).with_name("report_v1.schema.json").read_text(encoding="utf-8"))
    for one in (row for row in rows[:8] if row.report):
        text = (tmp_path / "students" / f"{file_stem(one.student)}.json").read_text(encoding="utf-8")
        assert text == full_json.write(one.report)
        jsonschema.validate(json.loads(text), schema)
    page = (tmp_path / "students" / f"{rows[3].student}.html").read_text(encoding="utf-8")
    assert rows[3].problem in page
    assert "Hand it in again" in page


def test_an_executor_writes_the_same_pages(rows, tmp_path):
    write_outputs(rows[:8], tmp_path / "one", SETTINGS)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        write_outputs(rows[:8], tmp_path / "two", SETTINGS, executor=pool)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    for name in files(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_late_student_reads_what_counts_and_why(tmp_path):
    one = entry(points=0.5, hours=2)
    write_outputs([one], tmp_path, SETTINGS)
    (standing,) = standings([one], SETTINGS)
    page = (tmp_path / "students" / "alice.html").read_text(encoding="utf-8")
    assert f"What counts, bonus included: {standing.sentence}." in page
    assert "1 day late, 10 % less" in standing.sentence


def test_a_second_run_leaves_nothing_of_the_first(tmp_path):
    roster = parse_roster(GRADEBOOK, "r.csv")
    write_outputs([entry("jdoe", points=0.5), entry("mia")], tmp_path, SETTINGS, [roster])
    assert (tmp_path / "canvas.csv").is_file()
    (tmp_path / "journal.sqlite").write_text("ours", encoding="utf-8")
    write_outputs([entry("bob")], tmp_path, SETTINGS)
    bob = {"students/bob.html", "students/bob.json"}
    assert files(tmp_path) == {"grades.csv", "items.csv", "class.html", "journal.sqlite"} | bob
    assert not list(tmp_path.glob(".*"))


def test_a_full_disk_leaves_the_former_outputs_as_they_were(tmp_path):
    def fill():
        with Path("/dev/full").open("w", encoding="utf-8") as device:
            device.write("x")

    write_outputs([entry("bob")], tmp_path, SETTINGS)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    with pytest.raises(UserError, match="the disk is full, nothing was changed"):
        write_outputs([entry("alice")], tmp_path, SETTINGS, on_page=fill)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before
    with pytest.raises(UserError, match="the disk is full"):
        write_outputs([entry("alice")], tmp_path / "new", SETTINGS, on_page=fill)
    assert not (tmp_path / "new").exists()


def test_two_rosters_of_one_kind_are_refused(tmp_path):
    rosters = [parse_roster(GRADEBOOK, "a.csv"), parse_roster(GRADEBOOK, "b.csv")]
    with pytest.raises(UserError, match=r"a\.csv and b\.csv are both rosters of the kind 'canvas'"):
        write_outputs([entry()], tmp_path, SETTINGS, rosters)


def test_submissions_without_a_time_are_named_where_lateness_costs(tmp_path):
    assert "alice" in write_outputs([entry(hours=None)], tmp_path, SETTINGS)[0]
    assert write_outputs([entry(hours=None)], tmp_path, Settings()) == []


# The page


def test_the_page_of_a_class_tells_everybody_and_everything(rows, chosen):
    page = write_page(Overview(chosen, "NLP", ("Zed Absent",), ("a notice",)))
    for one in rows:
        assert f'href="students/{file_stem(one.student)}.html"' in page
    for check in read_checks(AUTOGRADER):
        assert check.id in page
    for text in ("Before and after", "Odd signals", "Not graded", "Zed Absent", "a notice", "1 score is not final"):
        assert text in page


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [Entry("a", "a", status=REFUSED)],
        [entry()],
        [entry(report=dataclasses.replace(good_report(), exercises=()))],
    ],
)
def test_a_page_of_few_or_none_is_written(rows, tmp_path):
    write_outputs(rows, tmp_path, Settings())
    assert (tmp_path / "class.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_text_of_students_is_escaped(tmp_path):
    evil = Entry(SCRIPT, SCRIPT, status=REFUSED, problem=SCRIPT)
    page = write_page(Overview(standings([evil], SETTINGS), SCRIPT, (SCRIPT,), (SCRIPT,), {SCRIPT: SCRIPT}))
    assert page.count("<script>") == 1
    assert "<img" not in page


def test_the_files_beside_the_modules_are_in_the_wheel(repository):
    setuptools = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folder = Path(rows_of_a_class.__file__).parent
    beside = {path.name for path in folder.iterdir() if path.suffix not in (".py", "") and path.is_file()}
    assert set(setuptools["package-data"]["reelgrade.classroom"]) == beside
    assert "reelgrade.classroom" in setuptools["packages"]


@pytest.mark.parametrize(
    ("graded", "told"),
    [
        (("data",), "0.5 of 0.5 points"),
        (("extensions",), "0.5 of 0.5 bonus"),
        (("data", "extensions"), "0.5 of 0.5 points, 0.5 of 0.5 bonus"),
    ],
)
def test_a_line_tells_the_points_of_what_was_graded(capsys, graded, told):
    results = data_results("x")[:1]
    one_by_one = [
        exercise_report(name, results if name in graded else (), 0.5) for name in ("data", "extensions", "vocab")
    ]
    with show_progress(1) as tell:
        tell(Progress(1, 1, Entry("ann", "ann", report=Report("ann", tuple(one_by_one), 1, 1, True))))
    assert capsys.readouterr().out == f"ann: {told}\n"
