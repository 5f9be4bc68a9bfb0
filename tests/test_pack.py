"""What a student hands in: taken as a grader takes it, the same bytes every time, and named where it is outdated."""

import json
import shutil
import zipfile

import pytest

from course_copies import REPOSITORY, copy_course
from reelgrade.errors import UserError
from reelgrade.grading.intake import MAX_NOTICES, take
from reelgrade.release.manifest import BYTES, Manifest, check_hashes, of_course, parse, sha256
from reelgrade.release.pack import pack, receipt
from reelgrade.release.zips import zip_bytes

STUBS = ("data.py", "vocab.py")


@pytest.fixture
def mine(tmp_path):
    """A folder with two exercises, and what students leave lying about."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in STUBS:
        shutil.copy(REPOSITORY / "exercises" / name, folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "torch.py").write_text("raise SystemExit", encoding="utf-8")
    return folder


def taken(source, tmp_path, course=REPOSITORY):
    shutil.rmtree(tmp_path / "into", ignore_errors=True)
    (tmp_path / "into").mkdir()
    return take(source, tmp_path / "into", course)


def said(intake):
    return [(notice.kind, notice.path, notice.action) for notice in intake.notices]


def with_record(mine, record):
    return zip_bytes({**{name: (mine / name).read_bytes() for name in STUBS}, "release.json": record})


def test_a_packed_submission_is_taken_whole_and_without_a_word(mine, tmp_path):
    packed = pack(mine, tmp_path / "a.zip", REPOSITORY)
    intake = taken(packed.archive, tmp_path)
    assert [(file.path, file.sha256) for file in intake.files] == [
        (name, sha256((mine / name).read_bytes())) for name in STUBS
    ]
    assert intake.notices == ()
    with zipfile.ZipFile(packed.archive) as archive:
        assert archive.namelist() == ["data.py", "release.json", "vocab.py"]


def test_the_receipt_names_hashes_and_what_was_left_aside(mine, tmp_path):
    packed = pack(mine, tmp_path / "a.zip", REPOSITORY)
    lines = receipt(packed)
    assert lines[0].startswith("2 exercises, made from release ")
    assert f"{sha256((mine / 'data.py').read_bytes())}  data.py" in lines
    assert [line for line in lines if "left aside" in line] == [
        "left aside: ignored: notes.txt, ignored: not part of a submission",
        "left aside: ignored: torch.py, ignored: not part of a submission",
    ]
    assert lines[-1].startswith(sha256(packed.archive.read_bytes()))


def test_the_same_work_gives_the_same_archive(mine, tmp_path):
    first = pack(mine, tmp_path / "a.zip", REPOSITORY).archive.read_bytes()
    (mine / "data.py").touch()
    assert pack(mine, tmp_path / "b.zip", REPOSITORY).archive.read_bytes() == first


def test_notebooks_are_packed_as_they_are(tmp_path):
    for name in ("02_tokenization", "99_lab_notes"):
        (tmp_path / "notebooks" / name).mkdir(parents=True)
        shutil.copy(REPOSITORY / f"source_notebooks/{name}/{name}.ipynb", tmp_path / "notebooks" / name)
    packed = pack(tmp_path / "notebooks", tmp_path / "a.zip", REPOSITORY)
    assert [file.path for file in packed.intake.files] == ["tokenization.py"]
    with zipfile.ZipFile(packed.archive) as archive:
        assert archive.namelist() == ["02_tokenization.ipynb", "release.json"]
    (said,) = (line for line in receipt(packed) if line.startswith("02_tokenization.ipynb: "))
    assert "own cells above the last test cell, 10 s each; not run are lines that begin with %, ! or ?" in said


def test_a_cell_that_a_grader_leaves_out_is_named(mine, tmp_path):
    bash = {"cell_type": "code", "metadata": {}, "source": "%%bash\nls"}
    (mine / "02_tokenization.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [bash]}), encoding="utf-8")
    packed = pack(mine, tmp_path / "a.zip", REPOSITORY)
    assert any("code cell 1 was left out: %%bash is not run here" in line for line in receipt(packed))


def test_links_and_folders_do_not_go_in(mine, tmp_path):
    (mine / "batching.py").symlink_to("/etc/passwd")
    (mine / "training.py").mkdir()
    packed = pack(mine, tmp_path / "a.zip", REPOSITORY)
    assert [file.path for file in packed.intake.files] == list(STUBS)
    assert {(notice.kind, notice.path) for notice in packed.left} >= {
        ("link", "batching.py"),
        ("special_file", "training.py"),
    }


def test_nothing_is_written_where_nothing_can_be_handed_in(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "out").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(UserError, match=r"no exercise in it|no such folder"):
            pack(folder, tmp_path / "out" / "a.zip", REPOSITORY)
    with pytest.raises(UserError, match="a folder is in the way"):
        pack(tmp_path / "empty", tmp_path / "out", REPOSITORY)
    assert list((tmp_path / "out").iterdir()) == []


# The release it was made from


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """The course one year later: a check has changed, one is new, one is gone, a text beside another suite's checks."""
    course = copy_course(tmp_path_factory.mktemp("next") / "course")
    suite = course / "autograder/test_data.py"
    text = suite.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith("def test_label_counts"))
    suite.write_text(
        text.replace(old, old.replace("def test_label_counts", "def test_label_counts_again")), encoding="utf-8"
    )
    suite = course / "autograder/test_vocab.py"
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text.replace("def test_encode_", "# mended\ndef test_encode_", 1), encoding="utf-8")
    return course


def test_a_submission_of_an_older_release_is_named_with_the_checks_that_changed(mine, tmp_path, newer):
    packed = pack(mine, tmp_path / "a.zip", REPOSITORY)
    [(kind, path, action)] = said(taken(packed.archive, tmp_path, newer))
    assert (kind, path) == ("older_release", "release.json")
    before, after = check_hashes(REPOSITORY / "autograder"), check_hashes(newer / "autograder")
    changed = [name for name in sorted(after) if before.get(name) != after[name]]
    assert len(changed) == 2
    assert action.startswith(f"made from release {packed.release}, engine ")
    assert action.endswith(f"checks changed since: {', '.join(changed)}, 1 gone")


def test_a_check_s_hash_changes_with_it_alone_or_with_what_its_suite_shares(tmp_path):
    course = copy_course(tmp_path / "course")
    suite = course / "autograder/test_metrics.py"
    before, text = check_hashes(course / "autograder"), suite.read_text(encoding="utf-8")
    suite.write_bytes((text + "\n\nSHARED = 1\n").replace("\n", "\r\n").encode())
    after = check_hashes(course / "autograder")
    assert {name.split(".")[0] for name in before if before[name] != after[name]} == {"metrics"}
    suite.write_bytes(text.replace("\n", "\r\n").encode())
    assert check_hashes(course / "autograder") == before
    bars = course / "autograder/thresholds.toml"
    bars.write_text(bars.read_text(encoding="utf-8") + "\n# moved\n", encoding="utf-8")
    after = check_hashes(course / "autograder")
    assert {name.split(".")[0] for name in before if before[name] != after[name]} == {"training", "finetuning"}


def good(**changes):
    record = {**json.loads(of_course(REPOSITORY).for_submission().written()), **changes}
    return json.dumps(record).encode()


HOSTILE = {
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "a number": b"1",
    "another shape": b'{"points": 100}',
    "markup in the version": good(version="<script>alert(1)</script>"),
    "line breaks in the version": good(version="1\n100 of 100 points"),
    "a version that is no text": good(version=["1"]),
    "checks that are no table": good(checks=[1]),
    "a check that is no name": good(checks={"data.x\n": "0" * 64}),
    "a hash that is no hash": good(checks={"data.x": "=cmd()"}),
    "more than there is room for": good() + b" " * BYTES,
    "not UTF-8": b"\xff\xfe{}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_forged_record_is_ignored_and_changes_nothing_else(name, mine, tmp_path):
    assert parse(HOSTILE[name]) is None
    (tmp_path / "a.zip").write_bytes(with_record(mine, HOSTILE[name]))
    intake = taken(tmp_path / "a.zip", tmp_path)
    assert [file.path for file in intake.files] == list(STUBS)
    assert said(intake) == [("ignored", "release.json", "ignored: it is no record of a release")]


def test_a_forged_list_of_checks_brings_in_no_words_and_one_notice(mine, tmp_path):
    record = Manifest("0.0.1", "0.0.1", {f"data.you_earned_{number}_points": "0" * 64 for number in range(900)})
    (tmp_path / "a.zip").write_bytes(with_record(mine, record.written()))
    [(kind, _, action)] = said(taken(tmp_path / "a.zip", tmp_path))
    assert kind == "older_release"
    assert "you_earned" not in action
    assert "900 gone" in action
    assert len(action) < 1000
    assert MAX_NOTICES > 1


def test_a_record_that_is_a_link_is_not_read(mine, tmp_path):
    (mine / "release.json").symlink_to(tmp_path / "a.json")
    (tmp_path / "a.json").write_bytes(good(engine="0.0.1"))
    assert ("link", "release.json") in [(kind, path) for kind, path, _ in said(taken(mine, tmp_path))]
