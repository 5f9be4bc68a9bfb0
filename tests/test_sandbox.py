"""The sandbox: what each level stops is measured, what fails is said, and nothing outlives it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelgrade.grading import grade as grading
from reelgrade.grading import wire
from reelgrade.grading.catalogue import load_signatures
from reelgrade.grading.channel import Channel
from reelgrade.grading.errors import BrokenModule, Crashed, HoleError, TimeIsUp
from reelgrade.grading.grade import Grader, Options, Sandbox
from reelgrade.grading.limits import Limits
from reelgrade.grading.messages import BadAnswer, call_frame, failure_frame, read_answer, value_frame
from reelgrade.grading.sandbox import Zygote, check_secrets, make_workplace, readable_paths
from reelgrade.grading.scratch import overfull, remove_tree
from reelgrade.grading.seam import Seam
from reelgrade.grading.spawned import Spawner
from reelgrade.grading.worker_holes import WorkerHoles
from reelgrade.grading.workers import NoRoom, SandboxError, Worker

REPOSITORY = Path(__file__).resolve().parents[1]
SIGNATURES = load_signatures(REPOSITORY / "autograder")
LIMITS = Limits(check_seconds=2.0)


def started(level, place, secrets=()):
    """A zygote that has not imported anything, or a skip that says what this machine lacks."""
    try:
        return Zygote(level, REPOSITORY, place, LIMITS, secrets=secrets)
    except SandboxError as error:
        pytest.skip(f"{level} is not available here: {error}")


@pytest.fixture
def place():
    with make_workplace() as place:
        yield place


@pytest.fixture(params=["landlock", "bwrap"])
def holes(request, place):
    """Student code of exercise 2 in a worker; `submit` writes it."""
    zygote = started(request.param, place)
    with closing(WorkerHoles(lambda: zygote, place.submission, SIGNATURES)) as holes:
        yield holes


def submit(holes, source):
    (holes._folder / "tokenization.py").write_text(source, encoding="utf-8")
    return Seam(holes.exchange("tokenization", 2.0))


def test_values_cross_and_the_call_is_told(holes):
    seam = submit(holes, "def tokenize(text):\n    print('hello')\n    return text.split()\n")
    assert seam.tokenize("a b") == ["a", "b"]
    assert (seam.call, seam.printed, seam.changed) == ("tokenize('a b')", "hello\n", [])


def test_an_error_crosses_with_its_classes_and_its_place(holes):
    seam = submit(holes, "class Odd(KeyError):\n    pass\n\n\ndef tokenize(text):\n    raise Odd('no')\n")
    with pytest.raises(KeyError) as caught:
        seam.tokenize("a")
    error = caught.value
    assert isinstance(error, HoleError)
    assert (error.kind, str(error.place)) == ("Odd", "tokenization.py, line 6, in tokenize")


def test_a_loop_ends_at_the_deadline_and_the_next_check_finds_a_new_worker(holes):
    source = "def tokenize(text):\n    while text == 'loop':\n        pass\n    return [text]\n"
    begin = time.monotonic()
    with pytest.raises(TimeIsUp, match="took longer than 2 s"):
        submit(holes, source).tokenize("loop")
    assert time.monotonic() - begin < 5
    assert submit(holes, source).tokenize("x") == ["x"]


@pytest.mark.parametrize(
    ("lines", "how"),
    [
        ("import os; os._exit(0)", "ended itself with status 0"),
        ("import os; os.kill(os.getpid(), 9)", "killed by signal 9"),
        ("import ctypes; ctypes.string_at(0)", "signal 11"),
        ("import os; os.closerange(3, 100); import time; time.sleep(60)", "broke off the connection"),
    ],
)
def test_a_death_is_a_crash_that_says_how(holes, lines, how):
    seam = submit(holes, f"def tokenize(text):\n    {lines}\n")
    with pytest.raises(Crashed, match=how):
        seam.tokenize("a")


@pytest.mark.parametrize(
    "lines",
    [
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "open('/etc/hostname')",
        "open('/etc/reelgrade', 'w')",
        "import os; os.kill(os.getppid(), 0)",
        "import os; os.chmod(os.getcwd(), 0)",
        "import os, reelgrade, pathlib; os.listdir(pathlib.Path(reelgrade.__file__).parents[1] / 'hidden')",
        "import os, sys; os.listdir(sys.prefix + '/share')",
        "import os, sys; os.listdir(sys.base_prefix + '/share')",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4)); open('a', 'w')",
    ],
)
def test_what_reaches_out_is_refused(holes, lines):
    seam = submit(holes, f"def tokenize(text):\n    {lines}\n    return []\n")
    with pytest.raises((OSError, ValueError)):
        seam.tokenize("a")


def test_what_is_harmless_works(holes):
    source = """
import os, tempfile, threading

def tokenize(text):
    with tempfile.NamedTemporaryFile("w+") as file, open(os.devnull, "w") as nowhere:
        print("x", file=nowhere)
        file.write(text)
        file.seek(0)
        found = []
        thread = threading.Thread(target=lambda: found.append(file.read()))
        thread.start()
        thread.join()
    return found
"""
    assert submit(holes, source).tokenize("a") == ["a"]


@pytest.mark.parametrize("name", ["", "Threads: 1", ") R 1 1 1 1", "x\\nThreads: 1"])
def test_too_many_threads_end_a_worker_whatever_it_calls_itself(holes, name):
    source = f"""
import ctypes, threading, time

def tokenize(text):
    ctypes.CDLL(None).prctl(15, {name!r}.encode() or b"python", 0, 0, 0)
    threading.stack_size(2**16)
    for _ in range(int(text)):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    time.sleep(0.5)
    return []
"""
    with pytest.raises(Crashed, match="killed by signal 9"):
        submit(holes, source).tokenize("260")
    assert submit(holes, source).tokenize("250") == []


def test_a_module_that_never_imports_is_broken_once(holes):
    begin = time.monotonic()
    for _ in range(3):
        with pytest.raises(BrokenModule, match="does not come to its end on import"):
            submit(holes, "while True:\n    pass\n").tokenize("a")
    assert time.monotonic() - begin < 5


def test_a_dead_zygote_costs_one_check_and_is_started_anew(place):
    first = started("landlock", place)
    zygotes = [first]

    def start():
        zygotes.append(Zygote("landlock", REPOSITORY, place, LIMITS))
        return zygotes[-1]

    sources = iter([lambda: first])
    with closing(WorkerHoles(lambda: next(sources, start)(), place.submission, SIGNATURES)) as holes:
        source = "def tokenize(text):\n    return [text]\n"
        assert submit(holes, source).tokenize("a") == ["a"]
        os.kill(first._process.pid, signal.SIGKILL)
        first._process.wait()
        holes.renew()
        assert submit(holes, source).tokenize("b") == ["b"]
        assert len(zygotes) == 2


@pytest.fixture
def warm():
    """A grader whose sandbox is warm, at the level landlock, which lets the test see its processes."""
    options = Options(isolation="landlock", exercises=("tokenization",), accuracy=False, pictures=False, limits=LIMITS)
    with Grader(REPOSITORY, options) as grader:
        assert earned(grader) == 8
        yield grader


def earned(grader):
    report = grader.grade(REPOSITORY / "solutions")
    assert report.gradable
    return next(one.points for one in report.exercises if one.exercise.name == "tokenization")


def zygote_of(grader):
    return grader._sandbox.holes._source._process.pid


def test_a_zygote_that_dies_between_submissions_is_replaced(warm):
    for _ in range(2):
        os.kill(zygote_of(warm), signal.SIGKILL)
        time.sleep(0.1)
        assert earned(warm) == 8


def test_waiting_for_the_sandbox_costs_no_student_time(warm):
    for seconds in (LIMITS.check_seconds + 1, 1):
        stopped = zygote_of(warm)
        os.kill(stopped, signal.SIGSTOP)
        timer = threading.Timer(seconds, os.kill, (stopped, signal.SIGCONT))
        timer.start()
        assert earned(warm) == 8
        timer.join()


@pytest.mark.parametrize("what", ["time", "memory"])
def test_judging_an_answer_has_limits_of_its_own(warm, tmp_path, monkeypatch, what):
    monkeypatch.setattr("reelgrade.grading.runner.JUDGE_SECONDS", 0.2)
    (tmp_path / "tokenization.py").write_text(f"def tokenize(text):\n    return [{what!r}]\n", encoding="utf-8")
    begun = time.monotonic()

    def judges(submission):
        answer = submission.tokenize("a")
        while answer == ["time"]:
            sum(range(1000))
        bytearray(2**33)

    monkeypatch.setattr("reelgrade.grading.runner._function", lambda bench, check: judges)
    checks = [check for one in warm.grade(tmp_path).exercises for check in one.results]
    assert {check.status for check in checks} == {"crashed"}
    assert {"time": "too long", "memory": "too much memory"}[what] in checks[0].message
    assert time.monotonic() - begun < 10 * len(checks)
    monkeypatch.undo()
    assert earned(warm) == 8


def test_the_folder_of_a_dead_judge_goes_with_the_next_run(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    other = tmp_path / "reelgrade-class-notes"
    other.mkdir()
    code = "import os\nfrom reelgrade.grading.sandbox import make_workplace\nwith make_workplace(): os._exit(9)"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    (left,) = set(tmp_path.iterdir()) - {other}
    (left / "scratch" / "flood").write_bytes(b"x")
    with make_workplace() as alive:
        assert not left.exists()
        with make_workplace():
            assert alive.scratch.is_dir()
    assert list(tmp_path.iterdir()) == [other]


def test_an_alarm_in_the_middle_of_an_order_leaves_nothing_out_of_step(warm, tmp_path, monkeypatch):
    monkeypatch.setattr("reelgrade.grading.runner.JUDGE_SECONDS", 0.5)
    (tmp_path / "tokenization.py").write_text("import os\n\n\ndef tokenize(text):\n    os._exit(0)\n", encoding="utf-8")
    stopped = zygote_of(warm)
    timer = threading.Timer(5, os.kill, (stopped, signal.SIGCONT))
    os.kill(stopped, signal.SIGSTOP)
    timer.start()
    try:
        warm.grade(tmp_path)
    finally:
        timer.join()
    assert earned(warm) == 8


UNDYING = """
import ctypes, os, signal

def tokenize(text):
    for option, value in ((1, 0), (1 | 1 << 32, 0), (4, 0), (36, 1)):
        ctypes.CDLL(None).prctl(ctypes.c_long(option), value, 0, 0, 0)
    for number in range(1, 64):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    open("looping", "w").close()
    while True:
        pass
"""
JUDGE = """
import sys
from pathlib import Path
from reelgrade.grading.limits import Limits
from reelgrade.grading.sandbox import Zygote, make_workplace
from reelgrade.grading.seam import Seam
from reelgrade.grading.worker_holes import WorkerHoles

level, course, source = sys.argv[1:]
with make_workplace() as place:
    (place.submission / "tokenization.py").write_text(source)
    zygote = Zygote(level, Path(course), place, Limits(check_seconds=60))
    holes = WorkerHoles(lambda: zygote, place.submission, {})
    seam = Seam(holes.exchange("tokenization", 60))
    print(holes._worker.pid_here, flush=True)
    seam.tokenize("a")
"""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("level", ["landlock", "bwrap"])
@pytest.mark.parametrize("victims", ["zygote", "judge", "zygote judge", "judge zygote"])
def test_no_worker_lives_on_whoever_is_killed(place, tmp_path, level, victims):
    started(level, place).close()
    judge = subprocess.Popen(
        [sys.executable, "-c", JUDGE, level, str(REPOSITORY), UNDYING],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with judge:
        worker = int(judge.stdout.readline())
        pids = {"judge": judge.pid, "zygote": parent_of(worker)}
        assert wait_until(lambda: list(tmp_path.glob("*/scratch/*/looping")))
        for victim in victims.split():
            os.kill(pids[victim], signal.SIGKILL)
        assert wait_until(lambda: not is_alive(worker))
        assert wait_until(lambda: not is_alive(pids["zygote"]))
        judge.kill()


def test_closing_kills_by_descriptor_whatever_a_dead_zygote_left(place):
    zygote = started("landlock", place)
    zygote._process.kill()
    zygote._process.wait()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as left:
        worker = Worker(zygote, Channel(socket.socket()), place.scratch, LIMITS)
        worker.show(os.pidfd_open(left.pid))
        zygote._alive.add(worker)
        assert worker.pid_here == left.pid
        with pytest.raises(SandboxError):
            zygote.end(worker, gone=False)
        zygote.close()
        assert not is_alive(left.pid)


def test_a_level_that_leaks_is_refused_by_name(place):
    leaky = replace(place, marker=place.submission / "marker")
    leaky.marker.write_text("nobody reads this", encoding="utf-8")
    started("landlock", place).close()
    with pytest.raises(SandboxError, match=r"could read .*marker"):
        Zygote("landlock", REPOSITORY, leaky, LIMITS)


def test_a_secret_within_what_may_be_read_is_refused(tmp_path):
    (tmp_path / "solutions").mkdir()
    with pytest.raises(SandboxError, match=r"solutions lies in .*; move it elsewhere"):
        check_secrets([str(tmp_path)], [tmp_path / "solutions"])
    check_secrets(readable_paths(REPOSITORY), [REPOSITORY])


def test_of_a_prefix_only_the_interpreter_and_its_libraries_can_be_read(tmp_path, monkeypatch):
    for name in ("bin", "lib", "share/nbgrader/exchange", "etc"):
        (tmp_path / name).mkdir(parents=True)
    for prefix in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix"):
        monkeypatch.setattr(sys, prefix, str(tmp_path))
    own = [path for path in readable_paths(REPOSITORY) if Path(path).is_relative_to(tmp_path)]
    assert own == [str(tmp_path / "bin"), str(tmp_path / "lib")]


@pytest.mark.parametrize("level", ["landlock", "bwrap"])
def test_what_belongs_to_others_is_tried_at_the_start(place, tmp_path, level):
    others, around = tmp_path / "exchange", place.root.parent  # the namespace has an empty folder around what it sees
    others.mkdir()
    started(level, place, [str(others), str(around), str(tmp_path / "none yet")]).close()
    (place.submission / "alice.zip").touch()
    for secret in (place.submission, place.submission / "alice.zip"):
        with pytest.raises(SandboxError, match=f"could read {secret}"):
            Zygote(level, REPOSITORY, place, LIMITS, secrets=[str(secret)])


def test_a_full_disk_is_nobodys_loss(place, monkeypatch):
    usage = shutil.disk_usage(place.root)
    monkeypatch.setattr("reelgrade.grading.workers.ROOM_SECONDS", 0.1)
    monkeypatch.setattr("reelgrade.grading.workers.shutil.disk_usage", lambda folder: usage._replace(free=2**20))
    holes = WorkerHoles(lambda: started("landlock", place), place.submission, SIGNATURES)
    with closing(holes), pytest.raises(SandboxError, match="only 1 MB are free"):
        submit(holes, "def tokenize(text):\n    return [text]\n")


@pytest.mark.parametrize(
    ("files", "file_mb", "named", "fits"),
    [(15, 4, True, True), (18, 4, True, False), (15, 4, False, True), (18, 4, False, False), (2100, 0, True, False)],
)
def test_the_figures_of_the_threat_model_for_the_disk_are_those(place, files, file_mb, named, fits):
    known = (REPOSITORY / "docs" / "threat-model.md").read_text(encoding="utf-8")
    assert "disk: 64 MB in 2,000 names, 64 MB without a name (512 MB each" in known
    assert (LIMITS.scratch_mb, LIMITS.scratch_files, LIMITS.checkpoints_mb) == (64, 2000, 512)
    source = f"""
import os, time
def tokenize(text):
    kept = []
    for number in range({files}):
        kept = [*kept, open(str(number), "wb")][-60:]
        os.posix_fallocate(kept[-1].fileno(), 0, {file_mb * 2**20} or 1)
        {"pass" if named else "os.unlink(str(number))"}
    time.sleep(0.3)
    return [text]
"""
    holes = WorkerHoles(lambda: started("landlock", place), place.submission, SIGNATURES)
    with closing(holes):
        seam = submit(holes, source)
        if fits:
            assert seam.tokenize("a") == ["a"]
        else:
            with pytest.raises(Crashed, match="your code wrote more"):
                seam.tokenize("a")


FLOODS = {  # each takes much more than 64 MB for half a second
    "by posix_fallocate": """
    for number in range(60):
        kept.append(open("flood", "wb"))
        os.posix_fallocate(kept[-1].fileno(), 0, 4 * 2**20)
        os.unlink("flood")
""",
    "beyond the end": """
    with open("flood", "wb") as file:
        if ctypes.CDLL(None).fallocate(file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(2**30)) == 0:
            time.sleep(0.5)
        raise MemoryError("your code wrote more")
""",
    "mapped without a descriptor": """
    for number in range(100):
        with open("flood", "w+b") as file:
            os.posix_fallocate(file.fileno(), 0, 4 * 2**20)
            kept.append(mmap.mmap(file.fileno(), 4096))
            os.unlink("flood")
""",
}


@pytest.mark.parametrize("name", FLOODS)
def test_what_has_no_name_or_no_size_counts_too(holes, name):
    imports = "import ctypes, mmap, os, time\n\n\ndef tokenize(text):\n    kept = []"
    source = f"{imports}{FLOODS[name]}    time.sleep(0.5)\n    return [text]\n"
    with pytest.raises((Crashed, HoleError), match="your code wrote more"):
        submit(holes, source).tokenize("a")
    assert not holes.starved(believe=True)


def test_where_mapped_files_cannot_be_seen_the_end_of_the_process_tells_whose_they_are(place, monkeypatch):
    monkeypatch.setattr("reelgrade.grading.workers.nameless", lambda pid: (0, True))
    source = f"import mmap, os, time\n\n\ndef tokenize(text):\n    kept = []{FLOODS['mapped without a descriptor']}"
    holes = WorkerHoles(lambda: started("landlock", place), place.submission, SIGNATURES)
    with closing(holes):
        with pytest.raises(Crashed, match="your code wrote more"):
            submit(holes, f"{source}    time.sleep(0.5)\n    return [text]\n").tokenize("a")
        seam = submit(holes, "import time\n\n\ndef tokenize(text):\n    time.sleep(0.5)\n    return [text]\n")
        usage = shutil.disk_usage(place.root)
        full = usage._replace(free=usage.free - 2**30)
        monkeypatch.setattr("reelgrade.grading.workers.shutil.disk_usage", lambda folder: full)
        with pytest.raises(NoRoom, match="others fill the disk"):
            seam.tokenize("a")


def test_a_check_that_finds_no_room_by_the_doing_of_others_is_repeated(warm, tmp_path, monkeypatch):
    source = (REPOSITORY / "solutions" / "tokenization.py").read_text(encoding="utf-8")
    full = "import os\n\n\ndef tokenize(text):\n    raise OSError(28, os.strerror(28))\n"
    (tmp_path / "tokenization.py").write_text(source + full, encoding="utf-8")
    usage, frees = shutil.disk_usage(tmp_path), iter([10**9] * 4 + [0] * 6)
    asked = []
    original = WorkerHoles.starved
    monkeypatch.setattr(WorkerHoles, "starved", lambda self, believe: asked.append(believe) or original(self, believe))
    report = warm.grade(tmp_path)  # says so, and nobody sees it
    assert report.gradable
    assert asked.count(True) > 0 < asked.count(False)
    monkeypatch.setattr("reelgrade.grading.workers.ROOM_SECONDS", 60)
    monkeypatch.setattr(
        "reelgrade.grading.workers.shutil.disk_usage", lambda folder: usage._replace(free=next(frees, 10**9))
    )
    assert earned(warm) == 8


def test_a_model_may_be_kept_on_disk_where_one_is_trained_and_nowhere_else(place):
    zygote = started("landlock", place)
    source = "def {}(*values):\n    with open('best.pt', 'wb') as file:\n        file.write(bytes(80 * 2**20))\n    return 1\n"
    with closing(WorkerHoles(lambda: zygote, place.submission, {})) as holes:
        for exercise, hole in (("training", "fit"), ("tokenization", "tokenize")):
            (place.submission / f"{exercise}.py").write_text(source.format(hole), encoding="utf-8")
        assert Seam(holes.exchange("training", 5.0)).fit() == 1
        with pytest.raises((OSError, Crashed)):
            Seam(holes.exchange("tokenization", 5.0)).tokenize()


def test_a_missing_tool_lowers_the_level_and_says_so(place, monkeypatch):
    started("landlock", place).close()
    monkeypatch.setattr("reelgrade.grading.sandbox.shutil.which", lambda name: None)
    with closing(Sandbox(REPOSITORY, place, Options(), frozenset())) as sandbox:
        assert sandbox.isolation.level == "landlock"
        assert sandbox.isolation.missing == ("bwrap: bubblewrap is not installed",)


def test_without_any_sandbox_grading_is_refused_unless_accepted(place, monkeypatch):
    monkeypatch.setattr(grading, "FORKS", False)
    with pytest.raises(SandboxError, match=r"cannot be confined here .*--allow-unsandboxed"):
        Sandbox(REPOSITORY, place, Options(), frozenset())
    with closing(Sandbox(REPOSITORY, place, Options(allow_unsandboxed=True), frozenset())) as sandbox:
        assert sandbox.isolation.level == "process"
        assert len(sandbox.isolation.missing) == 2


def test_without_fork_every_exercise_gets_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(grading, "FORKS", False)
    options = Options(allow_unsandboxed=True, exercises=("tokenization", "vocab"), accuracy=False, pictures=False)
    with Grader(REPOSITORY, options) as grader:
        report = grader.grade(REPOSITORY / "solutions")
    points = {one.exercise.name: one.points for one in report.exercises}
    assert (points["tokenization"], points["vocab"]) == (8, 12)
    assert report.provenance.isolation.level == "process"


def test_a_spawned_worker_that_dies_or_loops_is_ended(place):
    holes = WorkerHoles(lambda: Spawner(place, LIMITS), place.submission, SIGNATURES)
    with closing(holes):
        with pytest.raises(Crashed, match="status 3"):
            submit(holes, "import os\n\n\ndef tokenize(text):\n    os._exit(3)\n").tokenize("a")
        with pytest.raises(TimeIsUp):
            submit(holes, "def tokenize(text):\n    while True:\n        pass\n").tokenize("a")
    assert list(place.scratch.iterdir()) == []


def pair():
    ours, theirs = socket.socketpair()
    return Channel(ours), theirs


def test_a_channel_waits_for_half_a_frame_until_the_deadline_only():
    channel, theirs = pair()
    theirs.sendall((100).to_bytes(8, "big") + b"half")
    with closing(channel), theirs, pytest.raises(TimeoutError):
        channel.receive(time.monotonic() + 0.2)


def test_a_channel_does_not_wait_for_ever_for_a_reader():
    channel, theirs = pair()
    with closing(channel), theirs, pytest.raises(TimeoutError):
        channel.send(b"x" * 2**24, time.monotonic() + 0.2)


def test_a_channel_refuses_a_frame_that_is_too_large_before_it_comes():
    channel, theirs = pair()
    theirs.sendall((2**40).to_bytes(8, "big"))
    with closing(channel), theirs, pytest.raises(wire.WireError, match="at most"):
        channel.receive(time.monotonic() + 1)


def test_a_channel_tells_that_the_other_side_is_gone_or_spoke():
    channel, theirs = pair()
    assert not channel.pending()
    theirs.sendall(b"x")
    assert channel.pending()
    theirs.close()
    with closing(channel), pytest.raises(EOFError):
        channel.receive(time.monotonic() + 1)


def test_an_answer_belongs_to_its_question_only():
    assert read_answer(value_frame(7, [1], ["argument 1"], "out"), 7).value == [1]
    with pytest.raises(BadAnswer, match="no question"):
        read_answer(value_frame(7, [1], [], ""), 8)
    with pytest.raises(BadAnswer):
        read_answer(wire.encode({"number": True, "value": 1, "changed": [], "printed": ""}), 1)
    with pytest.raises(BadAnswer):
        read_answer(call_frame(7, "hole", "pad", {}), 7)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(anything, anything, anything, st.sampled_from(["value", "failure"]))
def test_odd_answers_are_refused_and_nothing_else_happens(value, changed, printed, key):
    frame = wire.encode({"number": 1, key: value, "changed": changed, "printed": printed})
    try:
        answer = read_answer(frame, 1)
    except BadAnswer:
        return
    assert isinstance(answer.printed, str)
    assert all(isinstance(one, str) for one in answer.changed)
    assert answer.failure is None or isinstance(answer.failure, Exception)


def test_failures_keep_what_the_judge_understands():
    failure = {"names": ["Mine", "ValueError"], "message": "x" * 9999, "place": ("a.py", 3, "f")}
    error = read_answer(failure_frame(1, failure, [], ""), 1).failure
    assert isinstance(error, ValueError)
    assert len(str(error)) == 500


def make_deep(top, name, depth):
    here = Path.cwd()
    os.chdir(top)
    try:
        for _ in range(depth):
            Path(name).mkdir()
            os.chdir(name)
        Path("end").touch()
    finally:
        os.chdir(here)


def test_folders_of_any_depth_and_rights_are_removed(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    make_deep(top, "d", 3000)
    (top / "closed").mkdir()
    (top / "closed" / "file").touch()
    (top / "closed").chmod(0)
    (top / "link").symlink_to("/etc")
    assert overfull(top, 10**9, 2000)
    assert remove_tree(top)
    assert Path("/etc").is_dir()


def test_who_counts_or_removes_a_scratch_folder_follows_no_link(tmp_path):
    outside, scratch = tmp_path / "outside", tmp_path / "scratch"
    for folder in (outside / "inner", scratch / "deep"):
        folder.mkdir(parents=True)
    (outside / "kept").write_text("kept")
    for link in (scratch / "link", scratch / "deep" / "link"):
        link.symlink_to(outside, target_is_directory=True)
    (scratch / "file").symlink_to(outside / "kept")
    before = outside.stat(), (outside / "kept").stat()
    assert not overfull(scratch, 10**6, 4)
    assert remove_tree(scratch)
    scratch.symlink_to(outside, target_is_directory=True)  # a link in the place of the folder itself
    assert overfull(scratch, 10**6, 100)
    assert remove_tree(scratch)
    assert not scratch.is_symlink()
    assert sorted(path.name for path in outside.iterdir()) == ["inner", "kept"]
    assert [(one.st_mode, one.st_mtime_ns) for one in before] == [
        (one.st_mode, one.st_mtime_ns) for one in (outside.stat(), (outside / "kept").stat())
    ]


def test_a_folder_is_overfull_by_bytes_by_files_or_by_hiding(tmp_path):
    assert not overfull(tmp_path, 10, 1)
    (tmp_path / "a").write_bytes(b"x" * 2**20)
    assert overfull(tmp_path, 2**20 - 1, 5)
    assert not overfull(tmp_path, 2**20 + 2**16, 5)
    with (tmp_path / "b").open("wb") as file:
        file.truncate(2**30)  # a hole takes nothing
    assert not overfull(tmp_path, 2**20 + 2**16, 5)
    subprocess.run(["fallocate", "--keep-size", "--length", "4M", tmp_path / "b"], check=True)
    assert overfull(tmp_path, 4 * 2**20, 5)  # what is reserved does, whatever the size is
    assert overfull(tmp_path, 2**30, 1)
    make_deep(tmp_path, "n" * 250, 20)  # longer than any path may be
    assert overfull(tmp_path, 10**9, 10**6)
    assert remove_tree(tmp_path)
