"""Each plugin does what nbgrader lacks, on plain cells and on nbgrader's own objects; the life cycle is elsewhere."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import determine_grade

from reelgrade.nbgrader_plugins import CollectNoLinks, PlainPoints, ReleaseWhatThereIs, ScrubHiddenTests
from reelgrade.nbgrader_plugins.cells import Released, repair
from reelgrade.nbgrader_plugins.classwork import _about_time, handed_in
from reelgrade.nbgrader_plugins.points import plain_outputs

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

IMPORTS = Released("imports-vocab", "code", "import re", "a" * 32, locked=True)
HOLE = Released("encode", "code", "def encode(): ...", "b" * 32, solution=True)
CHECK = Released("check-encode", "code", 'check("vocab")', "c" * 32, locked=True, points=2.5)
ANSWER = Released("written-why", "markdown", "YOUR ANSWER HERE", "d" * 32, solution=True, points=2.0)
ALL = [IMPORTS, HOLE, CHECK, ANSWER]


def cell(one: Released, **changes):
    made = {"cell_type": one.cell_type, "id": one.name, "metadata": {"nbgrader": one.metadata}, "source": one.source}
    return made | ({"outputs": [], "execution_count": None} if one.cell_type == "code" else {}) | changes


def names(cells):
    return [one["metadata"].get("nbgrader", {}).get("grade_id", "-") for one in cells]


def mended(cells):
    found, _ = repair(cells, ALL, with_ids=True)
    known = [name for name in names(found) if name != "-"]
    assert len(known) == len(set(known))
    return found


def test_a_sound_notebook_stays_as_it_is():
    cells = [cell(one) for one in ALL]
    assert repair(cells, ALL, with_ids=True) == (cells, [])


def test_missing_cells_come_back_even_where_all_are_gone():
    found, notes = repair([], ALL, with_ids=True)
    assert names(found) == [
        "imports-vocab",
        "check-encode",
        "written-why",
    ]  # what a student has to write is not made up
    assert [one["id"] for one in found] == names(found)
    assert len(notes) == 3
    assert "id" not in repair([], ALL, with_ids=False)[0][0]


def test_stripped_metadata_is_found_again_by_ids():
    cells = [cell(one, metadata={}) for one in ALL]
    found, notes = repair(cells, ALL, with_ids=True)
    assert names(found) == [one.name for one in ALL]
    assert "encode had other metadata than it was released with" in notes


def test_without_ids_text_and_definition_tell_what_a_cell_is():
    cells = [cell(one, metadata={}, id=f"x{index}") for index, one in enumerate(ALL[:3])]
    cells[1]["source"] = "import json\n\ndef encode(tokens): return 1"
    assert names(mended(cells)) == ["imports-vocab", "encode", "check-encode", "written-why"]


def test_a_copied_test_cell_counts_once_and_code_stays():
    cells = [cell(one) for one in ALL]
    copy = cell(CHECK, id="copy", source="print(1)")
    found = mended([*cells[:3], copy, cells[3]])
    assert names(found) == ["imports-vocab", "encode", "-", "check-encode", "written-why"]
    assert found[3]["source"] == CHECK.source


def test_of_two_halves_the_one_with_the_definition_is_the_answer():
    halves = [cell(HOLE, source="def encode(): return 1"), cell(HOLE, id="second", source="x = 2")]
    assert names(mended([cell(IMPORTS), *halves, cell(CHECK), cell(ANSWER)]))[1:3] == ["encode", "-"]


def test_the_answer_that_was_written_counts_not_its_untouched_copy():
    written = cell(ANSWER, source="Because.")
    found = mended([cell(IMPORTS), cell(HOLE), cell(CHECK), written, cell(ANSWER, id="copy")])
    assert names(found)[3:] == ["written-why", "-"]


@pytest.mark.parametrize(
    "changed",
    [
        {"grade": False},
        {"solution": True},
        {"points": 200},
        {"schema_version": 1},
        {"locked": False, "extra": 1},
        {"grade_id": "nonsense"},
    ],
)
def test_metadata_edited_by_hand_is_put_back(changed):
    cells = [cell(IMPORTS), cell(HOLE), cell(CHECK, metadata={"nbgrader": CHECK.metadata | changed}), cell(ANSWER)]
    found, notes = repair(cells, ALL, with_ids=True)
    assert found[2]["metadata"]["nbgrader"] == CHECK.metadata
    assert len(notes) == 1


def test_metadata_of_no_released_cell_is_dropped():
    foreign = cell(
        CHECK, id="mine", source="5", metadata={"nbgrader": {**CHECK.metadata, "grade_id": "mine"}, "tags": []}
    )
    found = mended([*(cell(one) for one in ALL), foreign])
    assert found[-1]["metadata"] == {"tags": []}


def test_a_test_cell_turned_into_text_is_code_again():
    text = {"cell_type": "markdown", "id": "check-encode", "metadata": {}, "source": "x", "attachments": {}}
    found = mended([cell(IMPORTS), cell(HOLE), text, cell(ANSWER)])
    assert found[2] == cell(CHECK)


def result(text):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


STDERR = new_output("stream", name="stderr", text="NNPACK")
STDOUT = new_output("stream", name="stdout", text="fine")
ERROR = new_output("error", ename="ValueError", evalue="no", traceback=[])

OUTPUTS = {
    "points": ([STDOUT, result("2.5")], 2.5),
    "words on standard error": ([STDERR, result("2.5")], 2.5),
    "not a number": ([result("nan")], 0),
    "infinity": ([result("inf")], 0),
    "less than nothing": ([result("-1.0")], 0),
    "more than there is": ([result("99.0")], 0),
    "a word": ([result("'full marks'")], 0),
    "no text": ([new_output("execute_result", data={"image/png": ""}, execution_count=1)], 0),
    "nothing": ([STDOUT], 0),
    "an error": ([result("2.5"), ERROR], 0),
    "a result slipped in before": ([result("4.0"), result("1.0")], 1.0),
}


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_a_test_cell_gives_what_it_shows(outputs):
    given, points = OUTPUTS[outputs]
    made = new_code_cell("from reelgrade import check\n\ncheck('vocab')", outputs=given)
    made.metadata["nbgrader"] = {**CHECK.metadata, "points": 4.0}
    PlainPoints().preprocess_cell(made, {}, 0)
    assert determine_grade(made) == (points, 4.0)


def test_an_instructors_own_test_cell_without_a_number_keeps_nbgraders_rule():
    assert plain_outputs([STDERR], 4.0, ours=False) == []
    assert plain_outputs([result("'fine'")], 4.0, ours=False) == [result("'fine'")]
    assert plain_outputs([result("nan")], 4.0, ours=False)[0]["data"]["text/plain"] == "0.0"


HIDDEN = "assert f(1) == 2\n### BEGIN HIDDEN TESTS\nassert f(7) == 5040\n### END HIDDEN TESTS"


def test_feedback_shows_no_hidden_test_in_source_traceback_or_output():
    quoting = new_output(
        "error", ename="AssertionError", evalue="f(7) == 5040", traceback=["\x1b[0;31massert f(7) == 5040\x1b[0m"]
    )
    printed = new_output("stream", name="stdout", text="fine\nassert f(7) == 5040\n")
    shown = new_output("execute_result", data={"text/plain": "['assert f(7) == 5040']"}, execution_count=1)
    notebook = new_notebook(
        cells=[new_code_cell(HIDDEN, outputs=[quoting]), new_code_cell("print(In)", outputs=[printed, shown])]
    )
    ScrubHiddenTests().preprocess(notebook, {})
    assert "5040" not in str(notebook)
    assert "assert f(1) == 2" in notebook.cells[0].source
    assert notebook.cells[0].outputs[0].traceback == ["AssertionError: a hidden test failed"]
    assert "fine" in notebook.cells[1].outputs[0].text


@pytest.mark.parametrize("claim", ["2026-01-01 10:00:00 UTC", "2199-01-01 10:00:00 UTC", "no time", None])
def test_the_exchange_knows_when_something_was_handed_in(tmp_path, claim):
    name = "ann+ps1+2026-01-01 10:00:00.000000 UTC"
    source, target = tmp_path / "inbound" / name, tmp_path / "target"
    source.mkdir(parents=True)
    (source / "ps1.ipynb").write_text("{}")
    if claim is not None:
        (source / "timestamp.txt").write_text(claim)
    for path in source.iterdir():
        os.utime(path, (10**9, 10**9))  # a time of modification can be set
    collector = CollectNoLinks(coursedir=CourseDirectory())
    now = datetime.now(UTC).replace(tzinfo=None)
    assert abs(collector._path_to_record(str(source))["timestamp"] - now) < timedelta(seconds=30)
    collector.do_copy(str(source), str(target))
    assert abs(handed_in(target) - now) < timedelta(seconds=30)
    said = _about_time(target)[0]
    assert f"{now:%Y-%m-%d %H}" in said
    assert (claim[:19] if claim and claim[0] == "2" else "no") in said


def test_a_time_that_is_nearly_right_stays_as_it_is(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    claim = (datetime.now(UTC) - timedelta(seconds=40)).replace(tzinfo=None, microsecond=0)
    (source / "timestamp.txt").write_text(f"{claim} UTC")
    (source / "exchange_time.txt").write_text("2020-01-01 10:00:00 UTC")
    CollectNoLinks(coursedir=CourseDirectory()).do_copy(str(source), str(target))
    assert (handed_in(target), _about_time(target)) == (claim, [])


def test_links_are_not_collected(tmp_path: Path):
    secret, source = tmp_path / "gradebook.db", tmp_path / "source"
    secret.write_text("marks")
    (source / "folder").mkdir(parents=True)
    (source / "a.ipynb").write_text("{}")
    (source / "torch.py").write_text("")
    (source / "link.ipynb").symlink_to(secret)
    (source / "root").symlink_to("/")
    os.mkfifo(source / "pipe.ipynb")
    step = CollectNoLinks(coursedir=CourseDirectory(include=["*.ipynb"]))
    step.do_copy(str(source), str(tmp_path / "copy"))
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["a.ipynb", "exchange_time.txt", "folder"]


def test_feedback_without_an_address_does_not_stop_the_others(tmp_path: Path):
    for student in ("ann", "bob"):
        folder = tmp_path / "feedback" / student / "hw"
        folder.mkdir(parents=True)
        (folder / "hw.html").write_text(student)
        if student == "bob":
            (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
            (folder / "submission_secret.txt").write_text("0" * 16)
    course = CourseDirectory(root=str(tmp_path), course_id="nlp", assignment_id="hw")
    (tmp_path / "exchange" / "nlp").mkdir(parents=True)
    step = ReleaseWhatThereIs(coursedir=course, root=str(tmp_path / "exchange"))
    step.init_src()
    step.init_dest()
    step.copy_files()
    assert [path.read_text() for path in (tmp_path / "exchange" / "nlp" / "feedback").iterdir()] == ["bob"]
