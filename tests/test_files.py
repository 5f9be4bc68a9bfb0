"""Files are put in place whole or not at all, where a path leads."""

import os
import threading
from pathlib import Path

import pytest

from class_runs import hand_in
from reelgrade.course.files import output_folder, write_text
from warm import reelgrade

posix = pytest.mark.skipif(os.name != "posix", reason="Windows makes no links and pipes without privileges")


def test_a_text_takes_the_place_of_the_one_before_and_leaves_nothing_beside_it(tmp_path):
    for text in ("one\n", "two\n"):
        write_text(tmp_path / "a.txt", text)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"two\n"}


def test_what_fails_changes_nothing(tmp_path):
    write_text(tmp_path / "a.txt", "before")
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.txt", "half \ud800")
    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "new" / "folder") as scratch:
        (scratch / "b.txt").write_text(str(1 / 0))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "before"}


@posix
def test_a_link_stays_and_what_it_names_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "far" / "a.txt")
    write_text(tmp_path / "link.txt", "text")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "far" / "a.txt").read_text() == "text"


@posix
def test_a_pipe_gets_the_text(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    heard = []
    listener = threading.Thread(target=lambda: heard.append(Path(tmp_path / "pipe").read_text()))
    listener.start()
    write_text(tmp_path / "pipe", "text")
    listener.join(10)
    assert heard == ["text"]
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_one_line_of_any_command(tmp_path):
    for student in ("alice", "bob"):
        hand_in(tmp_path, student)
    ended = reelgrade("similarity", tmp_path, "--exercise", "vocab", "--out", "/dev/full")
    assert (ended.returncode, ended.stderr) == (
        2,
        "reelgrade: the disk is full; make room, then run the same command\n",
    )
