"""A submission may be hostile: what is taken, what is refused, and that nothing is run, followed or waited for."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import shutil
import socket
import stat
import struct
import subprocess
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reelgrade.errors import UserError
from reelgrade.grading.intake import MAX_NOTICES, Intake, take
from reelgrade.grading.sources import directory
from reelgrade.grading.sources.entries import ARCHIVE_BYTES, ENTRIES, MODULE_BYTES, Refused

posix = pytest.mark.skipif(os.name != "posix", reason="Windows makes no links, FIFOs or devices without privileges")
Taker = Callable[..., Intake]

# dulwich closes the file of a pack that it finds damaged when the collector comes by
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def taken(tmp_path: Path, repository: Path) -> Taker:
    """Take a submission into a folder of its own."""

    def taker(source: Path, commit: str | None = None) -> Intake:
        shutil.rmtree(tmp_path / "into", ignore_errors=True)
        (tmp_path / "into").mkdir()
        return take(source, tmp_path / "into", repository, commit)

    return taker


@pytest.fixture
def alice(tmp_path: Path) -> Path:
    """A folder with one exercise."""
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "data.py").write_bytes(b"x = 1\n")
    return tmp_path / "alice"


def names(intake: Intake) -> list[str]:
    assert sorted(file.path for file in intake.files) == sorted(path.name for path in intake.folder.iterdir())
    return [file.path for file in intake.files]


def said(intake: Intake) -> dict[str, str]:
    return {notice.path: notice.kind for notice in intake.notices}


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(f"# {path}\n".encode())


def zipped(path: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def tarred(path: Path, *entries: tuple[str, bytes], mode: str = "w:gz", tar_format: int = tarfile.PAX_FORMAT) -> Path:
    with tarfile.open(path, mode, format=tar_format) as archive:  # type: ignore[call-overload]
        for name, content in entries:
            archive.addfile(tar_entry(name, size=len(content)), io.BytesIO(content))
    return path


def tar_entry(name: str, **fields: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@contextmanager
def quick_and_small(seconds: float = 10, mebibytes: int = 200) -> Iterator[None]:
    tracemalloc.start()
    began = time.monotonic()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.monotonic() - began < seconds
    assert peak < mebibytes * 2**20


# What is taken


def test_taken_files_are_plain_read_only_copies_in_course_order(tmp_path, taken):
    put(tmp_path / "alice", "vocab.py", "data.py", "notes.txt")
    intake = taken(tmp_path / "alice")
    assert names(intake) == ["data.py", "vocab.py"]
    content = (intake.folder / "data.py").read_bytes()
    assert content == b"# data.py\n"
    assert intake.files[0].sha256 == hashlib.sha256(content).hexdigest()
    assert intake.files[0].size == len(content)
    assert stat.S_IMODE((intake.folder / "data.py").stat().st_mode) == 0o444
    assert (intake.name, intake.folder, intake.commit) == ("alice", tmp_path / "into", None)
    assert said(intake) == {"notes.txt": "ignored"}


@pytest.mark.parametrize(
    ("paths", "first_line"),
    [
        (["data.py", "exercises/data.py"], "# data.py"),
        (["exercises/data.py"], "# exercises/data.py"),
        (["data.py", "exercises/data.py", "autograder/x.py"], "# exercises/data.py"),
        (["alice-main/exercises/data.py", "alice-main/README.md"], "# alice-main/exercises/data.py"),
        (["a/b/c/data.py", "__MACOSX/b/data.py", ".git/HEAD"], "# a/b/c/data.py"),
    ],
)
def test_the_root_is_where_the_exercises_are(tmp_path, taken, paths, first_line):
    put(tmp_path / "alice", *paths)
    assert (taken(tmp_path / "alice").folder / "data.py").read_text().strip() == first_line


@pytest.mark.parametrize("paths", [["a/b/c/d/data.py"], ["a/data.py", "b/data.py"], ["readme.md"], ["Data.txt"]])
def test_a_submission_without_exercises_is_refused(tmp_path, taken, paths):
    put(tmp_path / "alice", *paths)
    with pytest.raises(UserError, match=r"no exercise in it; it needs data\.py"):
        taken(tmp_path / "alice")


ARCHIVES = {
    "alice.zip": lambda path, *entries: zipped(path, *entries),
    "alice.tar": lambda path, *entries: tarred(path, *entries, mode="w"),
    "alice.tar.gz": lambda path, *entries: tarred(path, *entries, mode="w:gz"),
    "alice.tgz": lambda path, *entries: tarred(path, *entries, tar_format=tarfile.GNU_FORMAT),
    "alice.tar.bz2": lambda path, *entries: tarred(path, *entries, mode="w:bz2"),
    "alice.tar.xz": lambda path, *entries: tarred(path, *entries, mode="w:xz"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_gives_what_its_folder_gives(tmp_path, taken, name):
    top = "ä" * 60  # long enough for the extended headers of both tar formats
    entries = [(f"{top}/exercises/data.py", b"x = 1\n"), (f"{top}/exercises/vocab.py", b""), (f"{top}/torch.py", b"!")]
    intake = taken(ARCHIVES[name](tmp_path / name, *entries))
    assert names(intake) == ["data.py", "vocab.py"]
    assert (intake.folder / "data.py").read_bytes() == b"x = 1\n"
    assert intake.name == "alice"
    assert said(intake) == {f"{top}/torch.py": "ignored"}


def test_the_kind_of_an_archive_is_told_by_its_content(tmp_path, taken):
    ARCHIVES["alice.tar.xz"](tmp_path / "alice.zip", ("data.py", b"x = 1\n"))
    assert names(taken(tmp_path / "alice.zip")) == ["data.py"]


# What is left aside


def test_planted_files_are_ignored_and_listed(tmp_path, taken):
    planted = ["conftest.py", "torch.py", "sitecustomize.py", "numpy/__init__.py", "zz_test.py", "x.pth"]
    put(tmp_path / "alice", "data.py", *planted, "__pycache__/data.pyc", ".git/hooks/x", ".DS_Store")
    intake = taken(tmp_path / "alice")
    assert names(intake) == ["data.py"]
    listed = {"conftest.py", "torch.py", "sitecustomize.py", "numpy/", "zz_test.py", "x.pth"}
    assert said(intake) == dict.fromkeys(listed, "ignored")


def test_the_other_place_of_exercises_is_listed_as_ignored(tmp_path, taken):
    put(tmp_path / "alice", "data.py", "autograder/test_data.py", "exercises/data.py", "exercises/extra.py")
    assert said(taken(tmp_path / "alice")) == {
        "data.py": "ignored",
        "exercises/extra.py": "ignored",
        "autograder/test_data.py": "protected_file_changed",
    }


@posix
def test_what_is_not_a_plain_file_is_refused_and_does_not_abort_the_rest(alice, taken):
    (alice / "vocab.py").symlink_to("/etc/passwd")
    (alice / "metrics.py").mkdir()
    os.mkfifo(alice / "training.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(alice / "tinybert.py"))
    (alice / "simple_nn.py").write_bytes(b"#" * (MODULE_BYTES + 1))
    (alice / "batching.py").write_bytes(b"#" * MODULE_BYTES)
    (alice / "away").symlink_to("/etc")
    intake = taken(alice)
    assert names(intake) == ["data.py", "batching.py"]
    assert said(intake) == {
        "vocab.py": "link",
        "metrics.py": "special_file",
        "training.py": "special_file",
        "tinybert.py": "special_file",
        "simple_nn.py": "too_large",
        "away": "link",
    }
    assert "refused: a symbolic link" in {notice.action for notice in intake.notices}


@posix
def test_a_linked_folder_is_not_followed(tmp_path, alice, taken):
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "exercises").symlink_to(alice)
    with pytest.raises(UserError, match="no exercise"):
        taken(tmp_path / "bob")


@posix
def test_a_submission_of_links_only_is_refused_with_the_reason(tmp_path, alice, taken):
    (tmp_path / "bob.tar").write_bytes(b"")
    with tarfile.open(tmp_path / "bob.tar", "w") as archive:
        archive.addfile(tar_entry("data.py", type=tarfile.SYMTYPE, linkname="/etc/passwd"))
    with pytest.raises(UserError, match="no exercise in it"):
        taken(tmp_path / "bob.tar")


@posix
@pytest.mark.parametrize("swapped", ["data.py", "exercises"])
def test_a_file_that_becomes_a_link_after_the_look_is_not_read(tmp_path, alice, taken, monkeypatch, swapped):
    put(tmp_path / "bob", "exercises/data.py", "exercises/vocab.py")
    put(tmp_path / "victim", "data.py")
    real_kind = directory.Directory.kind

    def kind_then_swap(self: directory.Directory, path: str) -> object:
        found = real_kind(self, path)
        if path == "exercises/data.py" and (count := next(looks)) == 1:
            target = tmp_path / "bob" / "exercises" / ("data.py" if swapped == "data.py" else "")
            target.rename(tmp_path / "aside")
            target.symlink_to(tmp_path / "victim" / ("data.py" if swapped == "data.py" else ""))
            assert count
        return found

    looks = iter(range(1000))
    monkeypatch.setattr(directory.Directory, "kind", kind_then_swap)
    if swapped == "exercises":
        with pytest.raises(UserError, match=r"exercises/data\.py refused: a symbolic link"):
            taken(tmp_path / "bob")
    else:
        intake = taken(tmp_path / "bob")
        assert names(intake) == ["vocab.py"]
        assert said(intake) == {"exercises/data.py": "link"}


@posix
def test_a_file_that_becomes_a_fifo_after_the_look_is_not_waited_for(alice):
    (alice / "data.py").unlink()
    os.mkfifo(alice / "data.py")
    with pytest.raises(Refused, match="not a plain file"):
        directory.Directory(alice).read("data.py", 10)


@posix
def test_names_are_printed_in_one_harmless_line(alice, taken):
    wild = [b"a\nb.py", b"\x1b[2Jx", "right\u202eleft.py".encode(), b"latin\xff.py", b"n" * 250]
    for name in wild:
        with open(os.fsencode(alice) + b"/" + name, "wb"):  # noqa: PTH123  # pathlib takes no bytes
            pass
    intake = taken(alice)
    paths = [notice.path for notice in intake.notices]
    assert all(path.isprintable() and len(path) <= 200 for path in paths)
    assert {r"a\nb.py", r"right\u202eleft.py", r"latin\udcff.py"} < set(paths)
    assert said(intake)[r"a\nb.py"] == "unsafe_path"


def test_thousands_of_files_neither_hide_the_exercises_nor_flood_the_notices(alice, taken):
    for number in range(ENTRIES + 500):
        (alice / f"a{number}.txt").touch()
    with quick_and_small():
        intake = taken(alice)
    assert names(intake) == ["data.py"]
    assert len(intake.notices) == MAX_NOTICES + 1
    assert intake.notices[0].action == f"not looked at: what comes after {ENTRIES} names"
    assert intake.notices[-1].action.endswith("more are not listed")


def test_ignored_folders_are_not_looked_into(alice, taken, monkeypatch):
    put(alice, "node_modules/a/b.js", ".venv/lib/x.py")
    listed = []
    real_names = directory.Directory.names
    monkeypatch.setattr(
        directory.Directory, "names", lambda self, folder: listed.append(folder) or real_names(self, folder)
    )
    assert said(taken(alice)) == {"node_modules/": "ignored"}
    assert listed == [""]


# Forks of the course


@pytest.fixture
def fork(tmp_path: Path, repository: Path) -> Path:
    """A clone of the course, as files."""
    for folder in ("autograder", "datasets", "exercises"):
        shutil.copytree(repository / folder, tmp_path / "fork" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(repository / "pyproject.toml", tmp_path / "fork")
    return tmp_path / "fork"


def test_an_honest_fork_has_nothing_to_report(fork, taken):
    intake = taken(fork)
    assert len(intake.files) == 11
    assert [notice for notice in intake.notices if not notice.path.startswith("exercises/")] == []


def test_a_fork_says_which_protected_files_differ(fork, taken):
    changed = ["autograder/test_data.py", "autograder/conftest.py", "autograder/checks.toml", "pyproject.toml"]
    changed += ["autograder/reelgrade/grading/wire.py", "datasets/movie_aspects_test.csv"]
    for path in changed:
        (fork / path).write_bytes((fork / path).read_bytes() + b"\n")
    put(fork, "autograder/zz_test.py", "autograder/reelgrade/grading/extra.py", "autograder/hidden/mine.py")
    notices = {path: kind for path, kind in said(taken(fork)).items() if not path.startswith("exercises/")}
    extra = ["autograder/zz_test.py", "autograder/reelgrade/grading/extra.py", "autograder/hidden/mine.py"]
    assert notices == dict.fromkeys(changed, "protected_file_changed") | dict.fromkeys(extra, "ignored")


@posix
def test_a_folder_of_the_course_that_became_a_link_is_refused(fork, taken):
    shutil.rmtree(fork / "datasets")
    (fork / "datasets").symlink_to("/etc")
    assert said(taken(fork))["datasets"] == "link"


def test_line_ends_of_windows_do_not_count_as_a_change(fork, taken):
    for path in fork.rglob("test_*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "protected_file_changed" not in said(taken(fork)).values()


def test_a_fork_in_an_archive_is_compared_too(fork, tmp_path, taken):
    (fork / "autograder" / "test_data.py").write_text("import os")
    archive = shutil.make_archive(str(tmp_path / "bob"), "zip", tmp_path, "fork")
    assert said(taken(Path(archive)))["fork/autograder/test_data.py"] == "protected_file_changed"


# Sources that cannot be taken


def test_a_missing_source_is_refused(tmp_path, taken):
    with pytest.raises(UserError, match="no such submission"):
        taken(tmp_path / "nobody")


@posix
@pytest.mark.parametrize("make", [lambda path: path.symlink_to(path.parent), os.mkfifo])
def test_a_source_that_is_a_link_or_a_fifo_is_refused(tmp_path, taken, make):
    make(tmp_path / "alice")
    with pytest.raises(UserError, match=r"symbolic link|neither a folder nor a plain file"):
        taken(tmp_path / "alice")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 and so on", bytes(1024), b"\x1f\x8b broken"])
def test_what_is_no_archive_is_refused_in_one_line(tmp_path, taken, content):
    (tmp_path / "alice.zip").write_bytes(content)
    with pytest.raises(UserError, match="pack the files again") as refused:
        taken(tmp_path / "alice.zip")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_cut_off_anywhere_is_refused_or_gives_whole_files(tmp_path, taken, name):
    content = os.urandom(3000)
    whole = ARCHIVES[name](tmp_path / name, ("data.py", content)).read_bytes()
    refused = 0
    for end in range(0, min(len(whole), 3600), 150):
        (tmp_path / name).write_bytes(whole[:end])
        try:
            assert (taken(tmp_path / name).folder / "data.py").read_bytes() == content
        except UserError:
            refused += 1
    assert refused > 20


@pytest.mark.parametrize("name", ["alice.zip", "alice.tar"])
def test_two_entries_of_one_exercise_are_refused(tmp_path, taken, name):
    entries = [("data.py", b"good"), ("./data.py", b"bad")]
    with pytest.raises(UserError, match=r"two entries are named data\.py"):
        taken(ARCHIVES[name](tmp_path / name, *entries))


def test_an_encrypted_zip_is_refused(tmp_path, taken):
    data = bytearray(zipped(tmp_path / "alice.zip", ("data.py", b"x")).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    (tmp_path / "alice.zip").write_bytes(data)
    with pytest.raises(UserError, match="it is encrypted"):
        taken(tmp_path / "alice.zip")


def test_a_zip_packed_with_lzma_is_refused(tmp_path, taken):
    with zipfile.ZipFile(tmp_path / "alice.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("data.py", "x = 1")
    with pytest.raises(UserError, match="method other than deflate"):
        taken(tmp_path / "alice.zip")


def test_links_and_devices_in_a_zip_are_refused(tmp_path, taken):
    with zipfile.ZipFile(tmp_path / "alice.zip", "w") as archive:
        archive.writestr("data.py", "x = 1")
        for name, mode in (("vocab.py", stat.S_IFLNK), ("metrics.py", stat.S_IFIFO), ("exercises", stat.S_IFLNK)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (mode | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    intake = taken(tmp_path / "alice.zip")
    assert names(intake) == ["data.py"]
    assert said(intake) == {"vocab.py": "link", "metrics.py": "special_file", "exercises": "link"}


def test_links_and_devices_in_a_tar_are_refused(tmp_path, taken):
    kinds = {
        "vocab.py": tarfile.LNKTYPE,
        "metrics.py": tarfile.SYMTYPE,
        "training.py": tarfile.CHRTYPE,
        "tinybert.py": tarfile.FIFOTYPE,
        "batching.py": tarfile.DIRTYPE,
        "away": tarfile.SYMTYPE,
    }
    with tarfile.open(tmp_path / "alice.tar", "w") as archive:
        archive.addfile(tar_entry("data.py", size=5), io.BytesIO(b"x = 1"))
        for name, kind in kinds.items():
            archive.addfile(tar_entry(name, type=kind, linkname="/etc/passwd"))
        archive.addfile(tar_entry("away/simple_nn.py", size=5), io.BytesIO(b"x = 1"))
    intake = taken(tmp_path / "alice.tar")
    assert names(intake) == ["data.py"]
    assert said(intake) == {
        "vocab.py": "link",
        "metrics.py": "link",
        "training.py": "special_file",
        "tinybert.py": "special_file",
        "batching.py": "special_file",
        "away": "link",
    }
    assert "refused: a hard link" in {notice.action for notice in intake.notices}


@pytest.mark.parametrize("name", ["alice.zip", "alice.tar"])
@pytest.mark.parametrize(
    "path", ["/data.py", "../data.py", "a/../../data.py", "C:/data.py", "C:data.py", "a\\data.py", "a\nb"]
)
def test_unsafe_paths_are_refused_and_listed(tmp_path, taken, name, path):
    intake = taken(ARCHIVES[name](tmp_path / name, ("vocab.py", b"x = 1"), (path, b"evil")))
    assert names(intake) == ["vocab.py"]
    assert list(said(intake).values()) == ["unsafe_path"]


def test_a_name_with_nul_in_a_zip_is_not_cut_there(tmp_path, taken):
    data = zipped(tmp_path / "alice.zip", ("vocab.py", b"x"), ("data.py_exe", b"evil")).read_bytes()
    (tmp_path / "alice.zip").write_bytes(data.replace(b"data.py_exe", b"data.py\0exe"))
    intake = taken(tmp_path / "alice.zip")
    assert names(intake) == ["vocab.py"]
    assert said(intake) == {r"data.py\x00exe": "unsafe_path"}


def test_names_that_are_not_unicode_are_listed(tmp_path, taken):
    tarred(
        tmp_path / "alice.tar", ("data.py", b"x"), ("latin\udcff.py", b""), mode="w", tar_format=tarfile.USTAR_FORMAT
    )
    assert said(taken(tmp_path / "alice.tar")) == {r"latin\udcff.py": "ignored"}


# Bombs


@pytest.mark.parametrize("name", ["alice.zip", "alice.tar.gz"])
def test_a_module_of_ten_megabytes_is_refused_alone(tmp_path, taken, name):
    intake = taken(ARCHIVES[name](tmp_path / name, ("data.py", b"#" * 10_000_000), ("vocab.py", b"x = 1")))
    assert names(intake) == ["vocab.py"]
    assert said(intake) == {"data.py": "too_large"}


def test_a_zip_bomb_ends_fast_with_little_memory(tmp_path, taken):
    zipped(tmp_path / "alice.zip", ("data.py", bytes(100 * 2**20)))
    with quick_and_small(seconds=3, mebibytes=20), pytest.raises(UserError, match="more than 64 MiB unpacked"):
        taken(tmp_path / "alice.zip")


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path, taken):
    data = bytearray(zipped(tmp_path / "alice.zip", ("data.py", bytes(50 * 2**20))).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(signature) + offset, 5)
    (tmp_path / "alice.zip").write_bytes(data)
    with quick_and_small(seconds=3, mebibytes=20), pytest.raises(UserError, match="damaged"):
        taken(tmp_path / "alice.zip")


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_bomb_ends_fast_with_bounded_memory(tmp_path, taken, compress):
    header = tar_entry("data.py", size=200 * 2**20).tobuf()
    (tmp_path / "alice.tar").write_bytes(compress(header + bytes(200 * 2**20)))
    with quick_and_small(), pytest.raises(UserError, match="more than 64 MiB unpacked"):
        taken(tmp_path / "alice.tar")


def test_an_xz_that_asks_for_gigabytes_is_refused(tmp_path, taken):
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 2**20}]
    data = bytearray(lzma.compress(tar_entry("data.py").tobuf(), filters=filters))
    data[12 + 4] = 39  # almost 4 GiB, in the block header's filter flags; its checksum follows
    struct.pack_into("<L", data, 12 + 8, zlib.crc32(data[12 : 12 + 8]))
    (tmp_path / "alice.tar.xz").write_bytes(data)
    with quick_and_small(), pytest.raises(UserError, match=r"Memory usage limit"):
        taken(tmp_path / "alice.tar.xz")


@pytest.mark.parametrize("name", ["alice.zip", "alice.tar"])
def test_an_archive_of_too_many_entries_is_refused(tmp_path, taken, name):
    archive = ARCHIVES[name](tmp_path / name, *((f"a{number}", b"") for number in range(ENTRIES + 1)))
    with pytest.raises(UserError, match=f"more than {ENTRIES} entries"):
        taken(archive)


def test_a_zip_of_too_many_entries_is_refused_before_its_table_is_built(tmp_path, taken):
    count = 300_000
    table = (b"PK\x01\x02" + bytes(42)) * count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(table), 0, 0)
    (tmp_path / "alice.zip").write_bytes(table + end)
    with quick_and_small(mebibytes=50), pytest.raises(UserError, match=f"more than {ENTRIES} entries"):
        taken(tmp_path / "alice.zip")


@pytest.mark.parametrize("change", [lambda data: data + b"more", lambda data: data[:-1]])
def test_a_compressed_tar_ends_where_it_says(tmp_path, taken, change):
    whole = tarred(tmp_path / "alice.tgz", ("data.py", b"x")).read_bytes()
    (tmp_path / "alice.tgz").write_bytes(change(whole))
    with pytest.raises(UserError, match="cut off, or has something behind its end"):
        taken(tmp_path / "alice.tgz")


@pytest.mark.parametrize("path", ["a/" * 32 + "data.py", "a" * 500 + "/" + "b" * 600])
def test_a_path_out_of_proportion_is_refused(tmp_path, taken, path):
    intake = taken(tarred(tmp_path / "alice.tar", ("data.py", b"x"), (path, b"")))
    assert list(said(intake).values()) == ["unsafe_path"]


def test_an_archive_file_that_is_too_large_is_refused(tmp_path, taken):
    with (tmp_path / "alice.zip").open("wb") as file:
        file.truncate(ARCHIVE_BYTES + 1)
    with pytest.raises(UserError, match="larger than 64 MiB"):
        taken(tmp_path / "alice.zip")


@pytest.mark.parametrize("field", ["negative", "longer than the file", "extended"])
def test_tar_headers_that_lie_about_sizes_are_refused(tmp_path, taken, field):
    header = bytearray(tar_entry("data.py", type=tarfile.XHDTYPE if field == "extended" else tarfile.REGTYPE).tobuf())
    sizes = {"negative": b"\xff" * 11 + b"\x00", "longer than the file": b"00000077777\0", "extended": b"00010000000\0"}
    header[124:136] = sizes[field]
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "alice.tar").write_bytes(header + (b"1" * 2**21 if field == "extended" else b"x" * 1024))
    with quick_and_small(), pytest.raises(UserError, match=r"sizes are wrong|too large"):
        taken(tmp_path / "alice.tar")


def test_a_sparse_tar_is_refused(tmp_path, taken):
    header = tar_entry("data.py", type=tarfile.GNUTYPE_SPARSE).tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "alice.tar").write_bytes(header + bytes(1024))
    with pytest.raises(UserError, match="sparse"):
        taken(tmp_path / "alice.tar")


paths = st.text(st.sampled_from("ab./\\:\0\n\u202eé"), min_size=1, max_size=30) | st.sampled_from(
    ["data.py", "exercises/data.py", "../data.py", "/tmp/data.py", "data.py/x", "exercises", "a/exercises/data.py"]
)
kinds = st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
any_archive = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@any_archive
@given(entries=st.lists(st.tuples(paths, kinds), max_size=8), as_zip=st.booleans())
def test_no_archive_writes_elsewhere_or_raises_anything_else(tmp_path, taken, entries, as_zip):
    archive = tmp_path / "alice"
    archive.unlink(missing_ok=True)
    if as_zip:
        build_zip(archive, entries)
    else:
        with tarfile.open(archive, "w") as tar:
            for path, kind in entries:
                tar.addfile(tar_entry(path, type=kind, linkname="/etc/passwd"), io.BytesIO())
    refused_or_flat(tmp_path, taken, archive)


def build_zip(path: Path, entries: list[tuple[str, bytes]]) -> None:
    modes = {tarfile.REGTYPE: stat.S_IFREG, tarfile.DIRTYPE: stat.S_IFDIR, tarfile.SYMTYPE: stat.S_IFLNK}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, kind) in enumerate(entries):
            info = zipfile.ZipInfo(f"entry{number}")
            info.filename = name  # not cleaned, as the constructor would
            info.external_attr = modes.get(kind, 0) << 16
            archive.NameToInfo.pop(name, None)
            archive.writestr(info, b"x")
    path.write_bytes(buffer.getvalue())


def refused_or_flat(tmp_path: Path, taken: Taker, source: Path) -> None:
    try:
        intake = taken(source)
    except UserError as error:
        assert "\n" not in str(error)
    else:
        assert names(intake)
        assert all(notice.path.isprintable() for notice in intake.notices)
    assert {path.name for path in tmp_path.iterdir()} == {"alice", "into"}


@any_archive
@given(
    name=st.sampled_from(["alice.zip", "alice.tar", "alice.tar.gz"]),
    changes=st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_no_damage_to_an_archive_raises_anything_else(tmp_path, taken, name, changes):
    data = bytearray(ARCHIVES[name](tmp_path / "alice", ("exercises/data.py", b"x = 1\n" * 9), ("b", b"")).read_bytes())
    for position, byte in changes:
        data[position % len(data)] = byte
    (tmp_path / "alice").write_bytes(data)
    refused_or_flat(tmp_path, taken, tmp_path / "alice")


# Git


def git(folder: Path, *arguments: str, content: bytes = b"") -> str:
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    who = {f"GIT_{role}_{field}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")}
    ran = subprocess.run(
        ["git", *arguments], cwd=folder, input=content, check=True, capture_output=True, env=quiet | who
    )
    return ran.stdout.decode().strip()


def commit_all(folder: Path) -> str:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "Work")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def cloned(alice: Path) -> Path:
    """A repository with one commit."""
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    git(alice, "init", "--quiet", "--initial-branch=main")
    commit_all(alice)
    return alice


def test_a_commit_is_taken_by_branch_tag_head_and_hash(cloned, taken):
    first = git(cloned, "rev-parse", "HEAD")
    git(cloned, "tag", "--annotate", "--message", "First", "handed-in")
    git(cloned, "branch", "some/branch")
    (cloned / "data.py").write_bytes(b"x = 2\n")
    second = commit_all(cloned)
    (cloned / "data.py").write_bytes(b"not committed\n")
    for revision in ("handed-in", "some/branch", "refs/tags/handed-in", first, first[:7], first[:8].upper()):
        intake = taken(cloned, revision)
        assert (intake.commit, intake.name) == (first, "alice")
        assert (intake.folder / "data.py").read_bytes() == b"x = 1\n"
    assert taken(cloned, "main").commit == taken(cloned, "HEAD").commit == second


def test_a_packed_and_a_bare_repository_give_the_same(cloned, tmp_path, taken):
    for number in range(30):
        (cloned / "data.py").write_bytes(b"".join(b"line_%d = 1\n" % line for line in range(number, 2000)))
        commit_all(cloned)
    git(cloned, "tag", "--annotate", "--message", "Last", "last")
    loose = taken(cloned, "last")
    git(cloned, "gc", "--quiet", "--aggressive", "--prune=now")
    assert not list((cloned / ".git" / "objects").glob("??"))
    git(tmp_path, "clone", "--quiet", "--bare", str(cloned), "alice.git")
    for source in (cloned, tmp_path / "alice.git"):
        for revision in ("last", "main", str(loose.commit), str(loose.commit)[:9]):
            assert taken(source, revision) == loose
    assert names(taken(cloned, git(cloned, "rev-parse", "HEAD~7"))) == ["data.py"]


def test_a_fork_in_a_commit_is_compared_too(fork, taken):
    git(fork, "init", "--quiet")
    (fork / "autograder" / "test_data.py").write_text("import os")
    put(fork, "autograder/reelgrade/extra.py")
    notices = said(taken(fork, commit_all(fork)))
    assert notices["autograder/test_data.py"] == "protected_file_changed"
    assert notices["autograder/reelgrade/extra.py"] == "ignored"


@posix
def test_links_submodules_and_large_blobs_of_a_commit_are_refused(cloned, taken):
    (cloned / "vocab.py").symlink_to("/etc/passwd")
    (cloned / "metrics.py").write_bytes(b"#" * 10_000_000)
    (cloned / "batching.py").write_bytes(b"#" * (MODULE_BYTES + 1))
    put(cloned, "training.py/x", "notes.txt")
    git(cloned, "add", "--all")
    git(cloned, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},tinybert.py")
    git(cloned, "commit", "--quiet", "--message", "Work")
    for _ in range(2):
        intake = taken(cloned, "main")
        assert names(intake) == ["data.py"]
        assert said(intake) == {
            "vocab.py": "link",
            "tinybert.py": "link",
            "metrics.py": "too_large",
            "batching.py": "too_large",
            "training.py": "special_file",
            "notes.txt": "ignored",
        }
        git(cloned, "gc", "--quiet", "--prune=now")


@pytest.mark.parametrize(
    "revision", ["nowhere", "deadbeef", "1" * 40, "", "../HEAD", "config", "HEAD~1", "a\nb", "main:data.py"]
)
def test_an_unknown_commit_is_refused_in_one_line(cloned, taken, revision):
    with pytest.raises(UserError, match=r"git log --all|lacks the object") as refused:
        taken(cloned, revision)
    assert str(refused.value).isprintable()


def test_a_revision_that_is_no_commit_is_refused(cloned, taken):
    with pytest.raises(UserError, match="is no commit"):
        taken(cloned, git(cloned, "rev-parse", "HEAD^{tree}"))


def test_a_folder_or_an_archive_without_a_repository_is_refused(tmp_path, alice, taken):
    for source in (alice, zipped(tmp_path / "bob.zip", ("data.py", b"x"))):
        with pytest.raises(UserError, match="no git repository"):
            taken(source, "main")


def test_a_git_file_that_points_elsewhere_is_refused(cloned, tmp_path, taken):
    put(tmp_path / "bob", "data.py")
    (tmp_path / "bob" / ".git").write_text(f"gitdir: {cloned / '.git'}")
    with pytest.raises(UserError, match="points elsewhere"):
        taken(tmp_path / "bob", "main")


def test_a_hostile_repository_runs_nothing(cloned, tmp_path, taken):
    (cloned / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    commit_all(cloned)
    marker = tmp_path / "marker"
    hook = f"#!/bin/sh\necho ran > '{marker}'\n"
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor"):
        (cloned / ".git" / "hooks" / name).write_text(hook)
        (cloned / ".git" / "hooks" / name).chmod(0o755)
    script = str(cloned / ".git" / "hooks" / "fsmonitor")
    (cloned / ".git" / "config").write_text(
        f"[core]\n\tfsmonitor = {script}\n\tsshCommand = {script}\n\tpager = {script}\n\tworktree = /\n"
        f'[filter "evil"]\n\tsmudge = {script}\n\tclean = {script}\n\trequired = true\n'
        f'[diff "evil"]\n\ttextconv = {script}\n[extensions]\n\tpartialClone = origin\n[include]\n\tpath = /dev/zero\n'
        f'[remote "origin"]\n\turl = ext::{script}\n\tpromisor = true\n\tuploadpack = {script}\n'
    )
    assert names(taken(cloned, "main")) == ["data.py"]
    with pytest.raises(UserError, match="lacks the object"):
        taken(cloned, "1" * 40)
    assert not marker.exists()
    subprocess.run([script], check=True)  # the trap itself works
    assert marker.exists()


def test_objects_of_another_repository_are_not_borrowed(cloned, tmp_path, taken):
    git(tmp_path, "clone", "--quiet", "--shared", str(cloned), "bob")
    with pytest.raises(UserError, match="lacks the object"):
        taken(tmp_path / "bob", "main")


def test_a_replacement_of_an_object_is_not_followed(cloned, taken):
    old = git(cloned, "rev-parse", "HEAD:data.py")
    git(cloned, "replace", old, git(cloned, "hash-object", "-w", "--stdin", content=b"evil\n"))
    assert (taken(cloned, "main").folder / "data.py").read_bytes() == b"x = 1\n"


@posix
@pytest.mark.parametrize("where", ["HEAD", "refs/heads/main", "packed-refs", "objects", "blob"])
@pytest.mark.parametrize("what", ["link", "fifo"])
def test_links_and_fifos_inside_a_repository_are_not_opened(cloned, tmp_path, taken, where, what):
    blob = git(cloned, "rev-parse", "HEAD:data.py")
    place = cloned / ".git" / (f"objects/{blob[:2]}/{blob[2:]}" if where == "blob" else where)
    if place.exists():
        place.rename(tmp_path / "aside")
    place.symlink_to(tmp_path / "aside") if what == "link" else os.mkfifo(place)
    revision = "HEAD" if where in ("HEAD", "objects", "blob") else "main"
    if where == "packed-refs":
        assert names(taken(cloned, revision)) == ["data.py"]
    else:
        with pytest.raises(UserError):
            taken(cloned, revision)


def loose_object(repository: Path, name: str) -> Path:
    path = repository / ".git" / "objects" / name[:2] / name[2:]
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("content", [b"", b"garbage", zlib.compress(b"blob 5\0evil!"), zlib.compress(b"blob x\0")])
def test_a_damaged_loose_object_is_refused(cloned, taken, content):
    loose_object(cloned, git(cloned, "rev-parse", "HEAD:data.py")).write_bytes(content)
    with pytest.raises(UserError, match=r"damaged|cannot be read"):
        taken(cloned, "main")


def test_a_loose_bomb_is_refused_without_unpacking_it(cloned, taken):
    put(cloned, "vocab.py")
    commit_all(cloned)
    bomb = zlib.compress(b"blob 104857600\0" + bytes(100 * 2**20))
    loose_object(cloned, git(cloned, "rev-parse", "HEAD:data.py")).write_bytes(bomb)
    with quick_and_small(seconds=3, mebibytes=20):
        assert said(taken(cloned, "main")) == {"data.py": "too_large"}


def test_a_tag_of_itself_ends(cloned, taken):
    name = "2" * 40
    (cloned / ".git" / "objects" / "22").mkdir(exist_ok=True)
    text = f"object {name}\ntype tag\ntag x\n"
    (cloned / ".git" / "objects" / "22" / name[2:]).write_bytes(zlib.compress(f"tag {len(text)}\0{text}".encode()))
    with pytest.raises(UserError, match="damaged"):
        taken(cloned, name)


def test_a_circle_of_symbolic_refs_ends(cloned, taken):
    (cloned / ".git" / "HEAD").write_text("ref: refs/heads/a\n")
    (cloned / ".git" / "refs" / "heads" / "a").write_text("ref: HEAD\n")
    with pytest.raises(UserError, match="no branch"):
        taken(cloned, "HEAD")


def test_a_tree_that_names_an_exercise_twice_is_refused(cloned, taken):
    blob = bytes.fromhex(git(cloned, "rev-parse", "HEAD:data.py"))
    entry = b"100644 data.py\0" + blob
    tree = git(cloned, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", content=entry + entry)
    commit = git(cloned, "commit-tree", tree, "-m", "Twice")
    with pytest.raises(UserError, match="two entries"):
        taken(cloned, commit)


def test_unsafe_names_in_a_tree_are_listed(cloned, taken):
    blob = bytes.fromhex(git(cloned, "rev-parse", "HEAD:data.py"))
    entries = b"".join(b"100644 %s\0" % name + blob for name in (b"../up.py", b"data.py", b"sub/data.py"))
    tree = git(cloned, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", content=entries)
    intake = taken(cloned, git(cloned, "commit-tree", tree, "-m", "Unsafe"))
    assert said(intake) == {"../up.py": "unsafe_path", "sub/data.py": "unsafe_path"}


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=4), index=st.booleans()
)
def test_no_damage_to_a_pack_raises_anything_else(cloned, taken, changes, index):
    if not list((cloned / ".git" / "objects" / "pack").glob("*.pack")):
        git(cloned, "gc", "--quiet", "--prune=now")
    pack = next((cloned / ".git" / "objects" / "pack").glob("*.idx" if index else "*.pack"))
    pack.chmod(0o644)
    whole = pack.read_bytes()
    damaged = bytearray(whole)
    for position, byte in changes:
        damaged[position % len(damaged)] = byte
    pack.write_bytes(damaged)
    try:
        assert (taken(cloned, "main").folder / "data.py").read_bytes() == b"x = 1\n"
    except UserError:
        pass
    finally:
        pack.write_bytes(whole)


def packed_number(value: int) -> bytes:
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


def pack_entry(kind: int, size: int, content: bytes, base: bytes = b"") -> bytes:
    first = kind << 4 | size & 15
    head = bytes([first | 0x80]) + packed_number(size >> 4) if size > 15 else bytes([first])
    return head + base + zlib.compress(content)


@pytest.mark.parametrize("shape", ["declared", "delta", "circle"])
def test_a_pack_bomb_is_refused_without_unpacking_it(cloned, taken, shape):
    """The name of the bomb is that of the honest blob, so that it is met on the way; its content never matters."""
    from dulwich.pack import write_pack_index_v2

    put(cloned, "vocab.py")
    commit = commit_all(cloned)
    blob = git(cloned, "rev-parse", "HEAD:data.py")
    loose_object(cloned, blob).unlink()
    base = b"a" * 2**16
    base_name = hashlib.sha1(b"blob 65536\0" + base).digest()
    copies = packed_number(2**16) + packed_number(2**30) + b"\x80" * 2**14  # each copies the whole base
    entry = {
        "declared": pack_entry(3, 2**30, bytes(2**20)),
        "delta": pack_entry(7, len(copies), copies, base=base_name),
        "circle": pack_entry(7, 3, packed_number(6) + packed_number(1) + b"\x00", base=bytes.fromhex(blob)),
    }[shape]
    body = b"PACK" + struct.pack(">LL", 2, 2) + entry + pack_entry(3, 2**16, base)
    checksum = hashlib.sha1(body).digest()
    folder = cloned / ".git" / "objects" / "pack"
    (folder / "pack-x.pack").write_bytes(body + checksum)
    with (folder / "pack-x.idx").open("wb") as file:
        index = sorted([(bytes.fromhex(blob), 12, 0), (base_name, 12 + len(entry), 0)])
        write_pack_index_v2(file, index, checksum)
    with quick_and_small(seconds=5, mebibytes=20):
        assert said(taken(cloned, commit)) == {"data.py": "too_large"}
