"""Every format: exactly what it was, valid for those who read it, and harmless whatever a student's text holds."""

import ast
import base64
import csv
import dataclasses
import html.parser
import io
import itertools
import json
import math
import os
import re
import tomllib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import reelgrade
from reelgrade.given.records import History
from reelgrade.grading.judging import BLOCKED, ERROR, FAILED, NOT_STARTED, PASSED, CheckResult
from reelgrade.grading.provenance import LEVELS, Notice
from reelgrade.grading.report import Training
from reelgrade.grading.writers import FORMATS, classroom50, escape, github, words
from reelgrade.grading.writers.pictures import MOST_EPOCHS, curves, matrix, pictures
from sample_reports import (
    check,
    data_results,
    empty_report,
    exercise_report,
    good_report,
    harmless_report,
    hostile_final_report,
    hostile_report,
    made_final,
    provenance,
    training,
)

GOLDEN = Path(__file__).resolve().parent / "golden"
SCHEMA = json.loads(Path(escape.__file__).with_name("report_v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
REPORTS = {
    "hostile": hostile_report,
    "hostile_final": hostile_final_report,
    "harmless": harmless_report,
    "good": good_report,
    "empty": empty_report,
}
PNG = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")


def written(name, report):
    return FORMATS[name].write(report)


def with_result(report, result):
    """The report with one more result in its first exercise."""
    first, *others = report.exercises
    return dataclasses.replace(
        report, exercises=(dataclasses.replace(first, results=(*first.results, result)), *others)
    )


# Golden files


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", ["hostile", "good", "empty"])
def test_a_format_is_what_it_was(name, report, monkeypatch):
    monkeypatch.setattr(reelgrade, "__version__", "0.0.0")
    form = FORMATS[name]
    text = PNG.sub("data:image/png;base64,PICTURE", form.write(REPORTS[report]()))
    golden = GOLDEN / report / form.file
    if os.environ.get("REELGRADE_GOLDEN") == "write":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="")
    assert text == golden.read_bytes().decode("utf-8"), "REELGRADE_GOLDEN=write pytest tests/test_writers.py"


@pytest.mark.parametrize("name", FORMATS)
def test_writing_twice_gives_the_same_text(name):
    assert written(name, hostile_report()) == written(name, hostile_report())


def test_writers_are_imported_when_they_are_used(repository):
    tree = ast.parse((repository / "autograder/reelgrade/grading/writers/__init__.py").read_text(encoding="utf-8"))
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in imported if "writers" in module]


def test_the_files_beside_the_writers_are_in_the_wheel(repository):
    setuptools = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folder = Path(escape.__file__).parent
    beside = {path.name for path in folder.iterdir() if path.suffix not in (".py", "") and path.is_file()}
    assert set(setuptools["package-data"]["reelgrade.grading.writers"]) == beside
    assert "reelgrade.grading.writers" in setuptools["packages"]


# What all formats say


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", REPORTS)
def test_every_format_works_without_provenance(name, report):
    bare = dataclasses.replace(REPORTS[report](), provenance=None)
    assert written(name, bare)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_that_a_score_is_not_final(name):
    def doubtful(text):
        if name == "csv":
            return next(csv.DictReader(io.StringIO(text)))["final"] == "false"
        return re.search(r"not final|\"gradable\": false|name=\"final\" value=\"false\"", text)

    fault = dataclasses.replace(good_report(), faults=("a hidden check of pad: it broke",))
    a_check = check("data", "label_counts_works", "label_counts", 1.0, "It works.")
    broken = with_result(good_report(), CheckResult(a_check, ERROR, message="the grader failed"))
    assert doubtful(written(name, fault))
    assert doubtful(written(name, broken))
    assert not doubtful(written(name, good_report()))


def test_a_report_that_is_not_final_is_never_of_record():
    fault = dataclasses.replace(good_report(), faults=("it broke",))
    assert words.is_of_record(good_report())
    assert not words.is_of_record(fault)
    assert words.record_line(fault) == "Not a score of record: it is not final."


def test_the_reason_why_a_score_is_not_of_record_is_given():
    report = dataclasses.replace(good_report(), provenance=provenance("bwrap", of_record=False))
    for name in ("terminal", "html", "gradescope", "github", "summary"):
        assert "the hidden checks were not there" in written(name, report)
    assert json.loads(written("json", report))["grader"]["against_record"] == ["the hidden checks were not there"]


def test_nothing_says_all_passed_where_hidden_checks_are_to_come():
    report = dataclasses.replace(good_report(), hidden_present=False, provenance=None)
    for name in ("terminal", "html", "gradescope", "github", "summary"):
        text = written(name, report)
        assert "all passed" not in text.lower()
        assert re.search("1 of 1 visible checks", text)
        assert "1 hidden checks will confirm at grading" in text


# JSON


@pytest.mark.parametrize("report", REPORTS)
def test_the_json_is_what_its_schema_says(report):
    VALIDATOR.check_schema(SCHEMA)
    for one in (REPORTS[report](), dataclasses.replace(REPORTS[report](), provenance=None)):
        assert not list(VALIDATOR.iter_errors(json.loads(written("json", one))))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], "reelgrade/report/v2"),
        (["extra"], 1),
        (["points"], 1.25),
        (["points"], -1),
        (["points"], "3"),
        (["isolation", "level"], "container"),
        (["isolation", "network"], None),
        (["submission", "files", "data.py"], "a" * 64),
        (["submission", "at"], "yesterday"),
        (["exercises", 0, "status"], "not_started"),
        (["exercises", 0, "checks", 0, "status"], "partial"),
        (["exercises", 0, "checks", 0, "visibility"], "secret"),
        (["exercises", 0, "checks", 0, "blocked_by"], "pad"),
        (["exercises", 0, "checks", 0, "message"], ""),
        (["exercises", 0, "checks", 1, "hint", "level"], 0),
        (["exercises", 0, "checks", 1, "hint", "more"], "x"),
        (["notices", 0, "kind"], "rumour"),
        (["gradable"], "yes"),
    ],
)
def test_the_schema_refuses_what_is_broken(path, value):
    content = json.loads(written("json", hostile_report()))
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert list(VALIDATOR.iter_errors(content))


def test_the_schema_wants_every_field():
    content = json.loads(written("json", hostile_report()))
    parts = [content, content["submission"], content["grader"], content["environment"], content["isolation"]]
    parts += [content["exercises"][0], content["exercises"][0]["checks"][1], content["notices"][0]]
    parts += [content["exercises"][0]["checks"][1]["hint"], content["exercises"][4]["checks"][0]["where"]]
    for part in parts:
        for name in list(part):
            value = part.pop(name)
            assert list(VALIDATOR.iter_errors(content)), name
            part[name] = value
    assert not list(VALIDATOR.iter_errors(content))


def test_statuses_and_levels_of_the_schema_are_those_of_the_package():
    assert SCHEMA["$defs"]["status"]["enum"] == list(words.STATUSES)
    assert SCHEMA["properties"]["isolation"]["properties"]["level"]["enum"] == list(LEVELS)
    kinds = re.findall("`([a-z_]+)`", Notice.__doc__)
    assert {*kinds, "fault"} - {"kind", "path"} == set(SCHEMA["$defs"]["notice"]["properties"]["kind"]["enum"])


def test_a_blocked_check_names_the_hole_it_waits_for_and_a_hint_its_place_on_the_ladder():
    content = json.loads(written("json", hostile_report()))
    checks = {one["id"]: one for exercise in content["exercises"] for one in exercise["checks"]}
    assert checks["training.fit_learns"]["blocked_by"] == "train_epoch"
    assert [one["blocked_by"] for one in checks.values() if one["status"] != BLOCKED] == [None] * 11
    hint = checks["data.label_counts_counts_every_aspect"]["hint"]
    assert (hint["level"], hint["of"]) == (1, 3)
    assert checks["vocab.encode_maps_unknown_words"]["hint"] is None
    assert [one["kind"] for one in content["notices"]][-1] == "fault"


# JUnit


def test_junit_counts_what_it_holds_and_nothing_unearned_is_green():
    root = ElementTree.fromstring(written("junit", hostile_final_report()))
    status = {result.check.id: result.status for result in hostile_final_report().results}
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == sum(case.find(tag) is not None for case in cases)
    assert int(root.get("tests")) == sum(int(suite.get("tests")) for suite in root) == len(status)
    for case in root.iter("testcase"):
        found = status.get(f"{case.get('classname')}.{case.get('name')}", ERROR)
        tag = {PASSED: None, BLOCKED: "skipped", ERROR: "error"}.get(found, "failure")
        verdicts = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        assert verdicts == ([tag] if tag else [])


def test_a_suite_with_a_skipped_check_also_has_a_failure():
    for suite in ElementTree.fromstring(written("junit", hostile_final_report())):
        assert int(suite.get("skipped")) == 0 or int(suite.get("failures")) > 0


def test_an_empty_run_is_not_green():
    assert ElementTree.fromstring(written("junit", empty_report())).get("errors") == "1"
    assert json.loads(written("github", empty_report()))["status"] == "error"


def test_points_and_prints_are_in_junit():
    root = ElementTree.fromstring(written("junit", made_final(harmless_report("words"))))
    case = next(case for case in root.iter("testcase") if case.get("classname") == "batching")
    facts = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert facts == {"points": "0", "max_points": "1"}
    assert case.findtext("system-out") == "words\n..."


# Gradescope, GitHub Classroom, Classroom 50


@pytest.mark.parametrize("report", REPORTS)
def test_the_totals_of_each_grading_platform_agree_with_their_tests(report):
    one = REPORTS[report]()
    if not one.gradable:
        return  # see the next test
    earned = one.points(False)[0] + one.points(True)[0]
    gradescope, fifty = json.loads(written("gradescope", one)), json.loads(written("classroom50", one))
    classroom = json.loads(written("github", one))
    assert gradescope["score"] == sum(test["score"] for test in gradescope["tests"]) == earned
    assert fifty["score"] == sum(test["score"] for test in fifty["tests"]) == 2 * earned
    assert sum(test["score"] for test in classroom["tests"]) == earned
    assert classroom["max_score"] == one.points(False)[1]
    assert fifty["max-score"] == 2 * one.points(False)[1]


NUMBERS = {
    "gradescope": lambda content: content.keys() & {"score", "tests"},
    "classroom50": lambda content: content.keys() & {"score", "max-score", "tests"},
    "github": lambda content: content["tests"] or content["max_score"],
}


def test_a_report_that_is_not_final_has_no_number_that_could_be_imported():
    report = hostile_report()
    for name, numbers in NUMBERS.items():
        content = json.loads(written(name, report))
        assert not numbers(content), name
        assert "status" not in content or content["status"] == "error"
        assert "points" not in json.dumps(content.get("extra_data", {}))
    header, row = csv.reader(io.StringIO(written("csv", report)))
    cells = dict(zip(header, row, strict=True))
    assert {cells[name] for name in ("points", "max_points", "bonus", "max_bonus", "data", "extensions")} == {""}
    root = ElementTree.fromstring(written("junit", report))
    assert all(case.find("error") is not None for case in root.iter("testcase"))
    assert not [one for one in root.iter("property") if "points" in one.get("name")]


def test_a_report_that_is_final_and_not_of_record_keeps_its_points():
    report = hostile_final_report()
    assert not words.is_of_record(report)
    assert json.loads(written("gradescope", report))["score"] == sum(report.points(bonus)[0] for bonus in (False, True))


def test_bonus_points_are_extra_credit():
    tests = json.loads(written("gradescope", hostile_final_report()))["tests"]
    bonus = [test for test in tests if test["tags"] == ["bonus"]]
    assert [(test["score"], test["max_score"]) for test in bonus] == [(2, 0)]
    fifty = json.loads(written("classroom50", hostile_final_report()))["tests"][-1]
    assert (fifty["score"], fifty["max-score"]) == (4, 0)


def test_gradescope_has_the_fields_of_its_format_and_numbers_its_tests_once():
    content = json.loads(written("gradescope", hostile_final_report()))
    assert content["stdout_visibility"] == "hidden"
    assert content["output_format"] == content["test_output_format"] == content["test_name_format"] == "text"
    assert {test["visibility"] for test in content["tests"]} == {"visible"}
    assert {test["status"] for test in content["tests"]} == {"passed", "failed"}
    numbers = [test["number"] for test in content["tests"]]
    assert len(set(numbers)) == len(numbers)
    assert content["extra_data"]["isolation"] == "landlock"


@pytest.mark.parametrize("report", REPORTS)
def test_github_gets_base64_of_compact_json_with_a_list_of_tests(report):
    result = github.github_result(REPORTS[report]())
    text = base64.b64decode(result, validate=True).decode("utf-8")
    assert text == written("github", REPORTS[report]()) + "\n"
    assert text.count("\n") == 1
    content = json.loads(text)
    assert content["version"] == 3
    assert isinstance(content["tests"], list)
    assert content["status"] in ("pass", "fail", "error")


def test_classroom_50_takes_its_environment_from_the_caller():
    environment = {"CLASSROOM": "nlp", "ASSIGNMENT": "hw1", "USERNAME": "bob", "SUBMISSION_TAG": "submit/1"}
    environment |= {"COMMIT_URL": "https://e/c", "RELEASE_URL": "https://e/r", "PATH": "/bin"}
    content = json.loads(classroom50.write(good_report(), environment))
    assert [content[name] for name in ("classroom", "assignment", "usernames", "submission")] == [
        "nlp",
        "hw1",
        ["bob"],
        "submit/1",
    ]
    assert content["review"] == content["commit"] == "https://e/c"
    for one in (content, *content["tests"]):
        assert type(one["score"]) is int
        assert type(one["max-score"]) is int


@pytest.mark.parametrize("name", ["github", "terminal"])
def test_no_line_of_a_build_log_is_a_command(name):
    text = written(name, hostile_final_report())
    texts = [text] if name == "terminal" else [value for test in json.loads(text)["tests"] for value in test.values()]
    lines = [line for text in texts for line in str(text).splitlines()]
    assert "error::" in text
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert not [line for line in lines if re.search(r"##\w*\[", line)]


# CSV


def test_csv_reads_back_and_numbers_are_numbers():
    text = written("csv", hostile_final_report())
    header, row = csv.reader(io.StringIO(text))
    cells = dict(zip(header, row, strict=True))
    assert len(set(header)) == len(header)
    assert cells["points"] == "0.5"
    assert cells["num_not_started"] == "1"
    frame = pd.read_csv(io.StringIO(text))
    assert frame.loc[0, "max_points"] + frame.loc[0, "max_bonus"] == 94
    assert frame.loc[0, "data"] == 0.5
    assert not frame.loc[0, "score_of_record"]
    assert pd.api.types.is_numeric_dtype(frame["bonus"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "\t=", "\n="])  # noqa: RUF001
def test_no_cell_is_a_formula(start):
    report = dataclasses.replace(good_report(), submission=f"{start}1+1")
    cell = next(csv.DictReader(io.StringIO(written("csv", report))))["submission"]
    assert cell.startswith(("'", "\\"))  # an apostrophe, or the escape that printable made of a control character


# Markdown


def test_student_text_adds_nothing_to_the_summary():
    before = Counter(elements(written("summary", harmless_report("x"))))
    for text in (hostile_report().submission, *spiteful_texts()):
        assert Counter(elements(written("summary", harmless_report(text)))) == before
    assert "script" not in elements(written("summary", hostile_report()))
    assert not {"a", "img", "strong", "em", "s"} & set(elements(written("summary", good_report())))


def spiteful_texts():
    shapes = ["</pre><script>x</script>", "![x](http://e)", "http://e.com www.e.com a@e.com", "`` ` ```", "a|b\\|c`|"]
    shapes += ["</code></summary></details><b>", "<!-- ", "# x", "- x", "1. x", "[x]: http://e", "&#60;b&#62;", "$`x`$"]
    return [*shapes, "`", "``", "|", "\\", "\\|", "* * *", "    x", "~~~", "<details>"]


def elements(markdown):
    """Every element that GitHub would make of the Markdown, bare links included."""
    page = MarkdownIt("gfm-like", {"html": True}).render(markdown)
    parser = Elements()
    parser.feed(page)
    parser.close()
    return parser.names


@pytest.mark.parametrize("text", spiteful_texts())
def test_escaped_markdown_shows_the_text_itself(text):
    page = MarkdownIt("gfm-like", {"html": True}).render("x " + escape.markdown_text(text))
    assert "<" not in page.removeprefix("<p>").removesuffix("</p>\n")
    table = f"| a | b |\n| --- | --- |\n| {escape.markdown_cell(text)} | end |\n"
    parser = Elements()
    parser.feed(MarkdownIt("gfm-like", {"html": True}).render(table))
    assert parser.names == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "code", "td"]
    assert parser.text.split()[-1] == "end"
    assert "".join(parser.text.split()).replace("＼", "\\") == "".join(f"ab{text}end".split())  # noqa: RUF001


def test_mentions_stand_in_code_or_are_broken():
    assert "@everyone" not in escape.markdown_text("@everyone, #12, http://e.com, www.e.com, mailto:a@b.c")
    text = written("summary", hostile_report())
    outside = re.sub(r"<pre>.*?</pre>|(`+).*?\1", "", text, flags=re.DOTALL)
    assert "@" not in outside
    assert "http" not in outside


def test_the_summary_stays_below_its_limit():
    big = "&" * 10_000
    results = tuple(
        CheckResult(check("data", f"label_counts_{i}", "label_counts", 1.0, big), FAILED, 0.0, big, big, big, big,
                    (big,) * 50, (big,) * 50, hint=True) for i in range(200)
    )  # fmt: skip
    report = dataclasses.replace(
        hostile_report(),
        submission=big,
        exercises=(exercise_report("data", results, 200.0),),
        notices=(Notice("ignored", big, big),) * 5000,
        faults=(big,) * 5000,
    )
    text = written("summary", report)
    assert len(text.encode()) < 2**20
    assert text.count("<details>") == 12
    assert "... and 188 more" in text


# HTML


class Elements(html.parser.HTMLParser):
    """Collects the elements of a page, their attributes and their text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.names, self.attributes, self.open, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(page):
    parser = Elements()
    parser.feed(page)
    parser.close()
    assert not parser.open
    return parser


@pytest.mark.parametrize("report", REPORTS)
def test_the_page_is_complete_in_itself(report):
    page = parsed(written("html", REPORTS[report]()))
    assert not {"script", "link", "iframe", "object", "form"} & set(page.names)
    attributes = Counter(name for name, _ in page.attributes)
    assert not [name for name in attributes if name.startswith("on")]
    for name, value in page.attributes:
        if name in ("src", "href"):
            assert value.startswith(("data:image/png;base64,", "#"))
    assert ("lang", "en") in page.attributes
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert ("content", policy) in page.attributes
    assert "url(" not in written("html", REPORTS[report]())


def test_headings_come_in_order_and_identifiers_once():
    page = parsed(written("html", hostile_report()))
    levels = [int(name[1]) for name in page.names if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    identifiers = [value for name, value in page.attributes if name == "id"]
    assert len(set(identifiers)) == len(identifiers)
    links = [value[1:] for name, value in page.attributes if name == "href"]
    labels = [value for name, value in page.attributes if name == "aria-labelledby"]
    assert set(links + labels) <= set(identifiers)


def test_a_file_that_cannot_be_loaded_is_told_once():
    page = parsed(written("html", hostile_report()))
    assert page.text.count("line 3 cannot be read") == 1
    assert "could not run, for the same reason · 1 check, 2 points" in page.text


# Pictures


def test_a_training_has_two_pictures_with_words():
    for picture in pictures(training()):
        assert base64.b64decode(picture.source.partition(",")[2]).startswith(b"\x89PNG")
        assert picture.text
        assert picture.width > 100
    assert "Best validation loss 0.800 in epoch 5 of 6." in [picture.text for picture in pictures(training())]


@pytest.mark.parametrize(
    "history",
    [
        History(),
        History([1.0], [], [0.5], []),
        History([math.nan], [math.nan], [math.nan], [math.nan]),
        History([1.0], [math.inf], [0.5], [0.5]),
        History([1.0], [1e300], [0.5], [0.5]),
        History([10**400], [10**400], [0.5], [0.5]),
    ],
)
def test_curves_that_cannot_be_drawn_say_so(history):
    assert curves(history).source == ""
    assert curves(history).caption == "No loss curve: no epoch with a finite loss was recorded."


@pytest.mark.parametrize(
    "history",
    [
        History([1.0], [0.9], [0.5], [0.4]),
        History([math.nan, 1.0], [math.nan, 0.9, -math.inf], [], [2.0, -5.0]),
        History([], [0.9], [], []),
        History([1e6, -1e6], [1e-300, 5e-324], [0.1], [0.1]),
        History([1] * 9, [True, 10**400], [0], [0]),
    ],
)
def test_what_is_finite_is_drawn(history):
    assert curves(history).source


def test_long_curves_are_cut():
    long = [1.0] * 20_000
    picture = curves(History(long, long, long, long))
    assert picture.source
    assert picture.caption == f"Loss and accuracy over 20,000 epochs; the first {MOST_EPOCHS} are drawn."


@pytest.mark.parametrize("counts", [(), ((1, 2, 3),), ((1, 2), (3, 4)), ((1, 2, 3), (4, 5, 6), (7, 8, -9))])
def test_a_matrix_of_another_shape_is_not_drawn(counts):
    assert matrix(counts).source == ""


def test_a_matrix_of_zeros_is_drawn():
    assert matrix(((0, 0, 0),) * 3).source


def test_drawing_leaves_the_state_of_matplotlib_alone():
    import matplotlib

    before = dict(matplotlib.rcParams), matplotlib.get_backend(auto_select=False)
    pictures(Training("training", training().history, training().matrix))
    assert (dict(matplotlib.rcParams), matplotlib.get_backend(auto_select=False)) == before


# Any text

ANY = st.text(st.characters(exclude_categories=()), max_size=60) | st.lists(
    st.sampled_from([*"<>&\"'`|\\*_[]()!#@$~-+=:;/\t\n\r\x00\x1b\u202e\ud800\ufffe 🎬", "</pre>", "]]>", "<!--", "{{", "%}"]),
    max_size=20,
).map("".join)  # fmt: skip
TAGS = Counter(parsed(written("html", harmless_report("x"))).names)
MARKDOWN = Counter(elements(written("summary", harmless_report("x"))))


@settings(max_examples=100, deadline=None)
@given(ANY.filter(lambda text: text.strip() and text != "What is too long loses its tail."))
def test_any_text_leaves_every_format_well_formed(text):
    report = harmless_report(text)
    for name in FORMATS:
        written(name, report).encode("utf-8")
    assert Counter(parsed(written("html", report)).names) == TAGS
    assert len(list(ElementTree.fromstring(written("junit", report)))) == 4
    assert not list(VALIDATOR.iter_errors(json.loads(written("json", report))))
    for name in ("gradescope", "github", "classroom50"):
        json.loads(written(name, report))
    assert len(list(csv.reader(io.StringIO(written("csv", report))))) == 2
    assert Counter(elements(written("summary", report))) == MARKDOWN


@pytest.mark.parametrize("text", ["", " ", "\t", "\n", "\u200b"])
def test_blank_text_leaves_every_format_well_formed(text):
    report = harmless_report(text)
    parsed(written("html", report))
    ElementTree.fromstring(written("junit", report))
    assert not list(VALIDATOR.iter_errors(json.loads(written("json", report))))
    assert len(list(csv.reader(io.StringIO(written("csv", report))))) == 2
    assert set(elements(written("summary", report))) <= set(MARKDOWN)


def test_statuses_of_the_sample_are_all_there_are():
    assert {result.status for result in hostile_report().results} == set(words.STATUSES)
    assert NOT_STARTED in words.STATUSES
    assert data_results("x")[0].status == PASSED
