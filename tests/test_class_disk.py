"""A class in which some fill the disk: whoever works beside them loses nothing."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from class_runs import SOLUTIONS, hand_in, run

ATTACKS = Path(__file__).resolve().parent / "attacks" / "exhausting"
FLOODERS = ("flood_by_fallocate", "flood_beyond_the_end", "flood_of_mapped_files", "disk_flood")
HONEST = """
import os
import tempfile


def filled(texts):
    with tempfile.TemporaryFile() as file:
        for _ in range(8):
            file.write(os.urandom(2**17))
            file.flush()
            os.fsync(file.fileno())
    return plain(texts)


plain, tokenize_corpus = tokenize_corpus, filled
"""
DISK_MB = 400


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a fixed size."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", folder]
    if os.name != "posix" or shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("a file system cannot be mounted here: that takes an administrator")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.part("class")
@pytest.mark.parametrize("level", ["landlock", "bwrap"])
def test_whoever_works_beside_a_flood_keeps_every_point(small_disk, tmp_path, monkeypatch, level):
    if level == "bwrap" and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    monkeypatch.setenv("TMPDIR", str(small_disk))
    submissions, out = tmp_path / "submissions", tmp_path / "out"
    source = (SOLUTIONS / "tokenization.py").read_text(encoding="utf-8")
    for number, flooder in enumerate(FLOODERS):
        code = (ATTACKS / flooder / "tokenization.py").read_text(encoding="utf-8")
        hand_in(submissions, f"{number}-a-{flooder}", tokenization=code)
        hand_in(submissions, f"{number}-b-honest", tokenization=source + HONEST)
    options = ("--jobs", "2", "--exercise", "tokenization", "--fast", "--isolation", level)
    for _ in range(2):  # the second time goes on with what a full disk has stopped
        ended = run(submissions, out, *options)
        with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
            points = {row["student"]: row["points"] for row in csv.DictReader(file)}
        if ended.returncode == 0:
            break
    honest = {student: earned for student, earned in points.items() if "honest" in student}
    assert len(honest) == len(FLOODERS)
    assert {float(earned or 0) for earned in honest.values()} == {8.0}, (honest, ended.stderr)
    assert all(float(earned or 0) < 8 for student, earned in points.items() if student not in honest)
    assert [path.name for path in small_disk.iterdir() if path.name.startswith("reelgrade")] == []
