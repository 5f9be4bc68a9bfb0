"""Forks are collected as they were at the deadline; those that cannot be are named, and the rest goes on."""

import csv
import os
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelgrade.errors import UserError
from reelgrade.grading.intake import take
from reelgrade.release import cloning
from reelgrade.release.cloning import CloneError, Commit
from reelgrade.release.forks import Fork, collect, parse_roster, pick, read_deadline

REPOSITORY = Path(__file__).resolve().parents[1]
DEADLINE = "2026-06-01T12:00:00Z"
EARLY, LATE = "2026-05-30T12:00:00Z", "2026-06-02T12:00:00Z"


def git(folder, *arguments, date=EARLY):
    who = {f"GIT_{role}_{what}": "alice@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **who, **dates}, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(folder, text, date=EARLY, name="exercises/data.py"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "work", date=date)
    return git(folder, "rev-parse", "HEAD")


def new_fork(place, name):
    folder = place / name
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    """The forks of a class, good and bad, and the commits that count."""
    place = tmp_path_factory.mktemp("forks")
    commits = {}
    alice = new_fork(place, "alice")
    commit(alice, "first = 1\n")
    commits["alice"] = commit(alice, "second = 2\n")
    commit(alice, "late = 3\n", LATE)

    bob = new_fork(place, "bob")  # began anew after the deadline and pushed by force
    commit(bob, "anew = 1\n", LATE)

    new_fork(place, "carol")  # empty

    dave = new_fork(place, "dave")
    commit(dave, "pointed = 1\n")
    git(dave, "symbolic-ref", "HEAD", "refs/heads/nowhere")

    erin = new_fork(place, "erin")
    commit(erin, f"{cloning.POINTER}v1\noid sha256:{'0' * 64}\nsize 5\n")

    frank = new_fork(place, "frank")
    commit(frank, os.urandom(cloning.MOST_BYTES + 2**20), name="data.bin")

    grace = new_fork(place, "grace")  # a commit of the time after, dated back
    commit(grace, "honest = 1\n")
    commit(grace, "late = 2\n", LATE)
    commits["grace"] = commit(grace, "dated back = 3\n", EARLY)

    heidi = new_fork(place, "heidi")  # tries to run something, and to change what is archived
    (heidi / ".gitattributes").write_text("*.py export-subst filter=evil\nsecret.py export-ignore\n", encoding="utf-8")
    commit(heidi, "value = '$Format:%H$'\n")
    commits["heidi"] = commit(heidi, "hidden = 1\n", name="secret.py")
    for name in ("post-checkout", "reference-transaction", "post-upload-pack"):
        hook = heidi / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{place}/ran'\n", encoding="utf-8")
        hook.chmod(0o755)
    git(heidi, "config", "filter.evil.smudge", f"touch '{place}/ran'")

    ivan = new_fork(place, "ivan")  # a committer without a date
    commit(ivan, "dateless = 1\n")
    text = git(ivan, "cat-file", "commit", "HEAD").replace(
        "committer alice@example.org <alice@example.org> ", "committer "
    )
    text = "".join(f"{line.partition('>')[0]}>\n" if "committer" in line else f"{line}\n" for line in text.splitlines())
    made = ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    name = subprocess.run(made, cwd=ivan, input=text, capture_output=True, text=True, check=True).stdout.strip()
    git(ivan, "update-ref", "HEAD", name)
    commits["ivan"] = name
    return place, commits


@pytest.fixture(scope="module")
def collected(forks, tmp_path_factory):
    """What the command makes of them, beside a fork that is not there."""
    place, _ = forks
    out = tmp_path_factory.mktemp("out")
    names = [*sorted(path.name for path in place.iterdir()), "nobody", "zoe"]
    git(place, "clone", "-q", "--bare", "alice", "zoe")
    roster = out / "roster.csv"
    rows = [f"{name},file://{place / name}" for name in names]
    roster.write_text("\n".join(["student,repository", *rows]) + "\n", encoding="utf-8")
    ended = collecting(roster, out / "out")
    assert ended.returncode == 1, ended.stderr
    with (out / "out" / "collected.csv").open(encoding="utf-8", newline="") as file:
        return out / "out", {row["student"]: row for row in csv.DictReader(file)}, ended.stdout


def collecting(roster, out, deadline=DEADLINE):
    command = [sys.executable, "-m", "reelgrade.release.forks", str(roster), "--deadline", deadline, "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_last_commit_before_the_deadline_is_taken_and_recorded(forks, collected):
    out, rows, _ = collected
    assert rows["alice"]["commit"] == forks[1]["alice"]
    with tarfile.open(out / "submissions" / "alice.tar") as archive:
        assert archive.extractfile("exercises/data.py").read() == b"second = 2\n"
        assert archive.pax_headers["comment"] == forks[1]["alice"]
    assert datetime.fromisoformat(rows["alice"]["date"]) == datetime.fromisoformat(EARLY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bob", "no commit before the deadline"),
        ("carol", "empty"),
        ("dave", "default branch"),
        ("erin", "exercises/data.py is kept in Git LFS"),
        ("frank", "larger than 64 MiB"),
        ("nobody", "look at the address"),
    ],
)
def test_a_fork_that_cannot_be_collected_is_named_and_the_rest_goes_on(collected, name, said):
    out, rows, shown = collected
    assert (rows[name]["status"], rows[name]["commit"]) == ("failed", "")
    assert said in rows[name]["remark"]
    assert f"{name}: failed" in shown
    assert not (out / "submissions" / f"{name}.tar").exists()
    assert rows["zoe"]["status"] == "collected"  # the last one
    assert "5 of 11 forks collected" in shown


def test_a_date_that_was_set_back_is_remarked_on(forks, collected):
    _, rows, _ = collected
    assert rows["grace"]["commit"] == forks[1]["grace"]
    assert "dates run backwards" in rows["grace"]["remark"]
    assert rows["alice"]["remark"] == ""


def test_a_commit_without_a_date_is_of_1970_as_for_git(forks, collected):
    _, rows, _ = collected
    assert (rows["ivan"]["commit"], rows["ivan"]["date"]) == (forks[1]["ivan"], "1970-01-01T00:00:00+00:00")


def test_nothing_of_a_fork_runs_or_changes_what_is_archived(forks, collected, tmp_path):
    out, _, _ = collected
    assert not (forks[0] / "ran").exists()
    with tarfile.open(out / "submissions" / "heidi.tar") as archive:
        assert archive.extractfile("exercises/data.py").read() == b"value = '$Format:%H$'\n"
        assert "secret.py" in archive.getnames()


def test_intake_takes_what_was_collected(collected, tmp_path):
    out, _, _ = collected
    intake = take(out / "submissions" / "alice.tar", tmp_path, REPOSITORY)
    assert [file.path for file in intake.files] == ["data.py"]
    assert intake.name == "alice"


def test_a_token_stands_in_no_command_and_goes_to_one_host(monkeypatch):
    assert not any("extraheader" in value for value in cloning._environment().values())
    monkeypatch.setenv(cloning.TOKEN, "of these tests")
    variables = cloning._environment()
    assert cloning.TOKEN not in variables
    assert variables["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraheader"
    seen = subprocess.run(
        ["git", "config", "--get-urlmatch", "http.extraheader", "https://elsewhere.example.org/"], env=variables
    )
    assert seen.returncode == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,url\na,b\n", "student and repository"),
        ("student,repository\n", "no student"),
        ("student,repository\n../a,https://example.org/a\n", "line 2"),
        ("student,repository\nalice,--upload-pack=touch\n", "no address"),
        ("student,repository\nalice,ext::sh -c touch\n", "no address"),
        ("student,repository\nalice,https://example.org/a\nAlice,https://example.org/b\n", "twice"),
        ("student,repository\nalice\n", "no address"),
    ],
)
def test_a_roster_that_does_not_fit_is_refused_with_2(tmp_path, text, said):
    with pytest.raises(UserError, match=said):
        parse_roster(text, "roster.csv")
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")


def test_bad_input_ends_with_2_and_writes_nothing(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("student,repository\nalice,https://example.org/a\n", encoding="utf-8")
    for file, deadline, said in (
        (tmp_path / "nowhere.csv", DEADLINE, "nowhere.csv"),
        (roster, "2026-06-01T12:00", "time zone"),
        (roster, "tomorrow", "no time"),
    ):
        ended = collecting(file, tmp_path / "out", deadline)
        assert ended.returncode == 2
        assert said in ended.stderr and len(ended.stderr.splitlines()) == 1
        assert not (tmp_path / "out").exists()


def test_a_second_run_does_not_mix_with_the_first(collected, forks, tmp_path):
    out, _, _ = collected
    roster = tmp_path / "roster.csv"
    roster.write_text(f"student,repository\nalice,file://{forks[0] / 'alice'}\n", encoding="utf-8")
    ended = collecting(roster, out)
    assert (ended.returncode, "holds submissions already" in ended.stderr) == (2, True)


def test_a_clone_that_takes_too_long_is_given_up_and_none_of_its_programs_lives_on(monkeypatch, tmp_path):
    (tmp_path / "git").write_text('#!/bin/sh\nsleep 987 & echo $! > "$0.pid"; wait\n', encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(cloning, "CLONE_SECONDS", 1)
    found = next(collect([Fork("alice", "https://example.org/alice")], read_deadline(DEADLINE), tmp_path))
    assert "git took more than" in found.remark
    helper = int((tmp_path / "git.pid").read_text(encoding="utf-8"))
    status = Path(f"/proc/{helper}/stat")
    assert not status.exists() or status.read_text(encoding="utf-8").split()[2] == "Z"


def test_no_password_of_an_address_is_shown(monkeypatch, tmp_path):
    roster = tmp_path / "roster.csv"
    address = "https://me:hush@127.0.0.1:9/course.git?token=hush#hush"
    roster.write_text(f"student,repository\nalice,{address}\n", encoding="utf-8")
    ended = collecting(roster, tmp_path / "out")
    written = (tmp_path / "out" / "collected.csv").read_text(encoding="utf-8")
    assert "alice,https://127.0.0.1:9/course.git,failed" in written
    assert "hush" not in written + ended.stdout + ended.stderr
    with pytest.raises(UserError) as refused:
        parse_roster("student,repository\nalice,ftp://me:hush@example.org/\n", "roster.csv")
    assert "hush" not in str(refused.value)


def test_whatever_goes_wrong_with_one_fork_the_others_are_collected(monkeypatch, forks, tmp_path):
    effects = iter([RuntimeError("of these tests"), None])

    def broken_once(folder, commit):
        if effect := next(effects):
            raise effect
        return ""

    monkeypatch.setattr("reelgrade.release.forks.pointers", broken_once)
    ones = [Fork(name, f"file://{forks[0] / 'alice'}") for name in ("alice", "bob")]
    failed, fine = collect(ones, read_deadline(DEADLINE), tmp_path)
    assert (failed.status, fine.status) == ("failed", "collected")
    assert "RuntimeError: of these tests" in failed.remark


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(st.lists(moments, min_size=1), moments)
def test_pick_is_the_newest_that_is_in_time(dates, deadline):
    commits = [Commit(str(number), date) for number, date in enumerate(dates)]
    in_time = [one for one in commits if one.date <= deadline]
    if in_time:
        assert pick(commits, deadline)[0] == in_time[0]
    else:
        with pytest.raises(CloneError, match="no commit before"):
            pick(commits, deadline)
