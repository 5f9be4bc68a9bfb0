"""What students write in good faith, one function a pattern: it is a submission's module, run in and outside of the sandbox.

Each pattern gives a value that does not depend on the machine, so that both places can be compared. Everything is written
to the current folder or to temporary ones.
"""

import os
import sys
from pathlib import Path


def pattern(name):
    """Run one pattern; it must leave the process as it was, files excepted."""
    return PATTERNS[name]()


def names():
    return sorted(PATTERNS)


PATTERNS = {}


def honest(function):
    PATTERNS[function.__name__] = function
    return function


def fresh(name):
    """Make a folder of its own for a pattern."""
    folder = Path("patterns") / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# Threads and queues


@honest
def thread_with_lock():
    import threading

    total, lock = [0], threading.Lock()

    def add():
        for _ in range(100):
            with lock:
                total[0] += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total[0]


@honest
def thread_pool_executor():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(str.upper, ["a", "b"]))


@honest
def thread_pool_of_multiprocessing():
    from multiprocessing.pool import ThreadPool

    with ThreadPool(2) as pool:
        return pool.map(str.upper, ["a", "b"])


@honest
def pool_of_multiprocessing_dummy():
    from multiprocessing.dummy import Pool

    with Pool(2) as pool:
        return pool.map(str.upper, ["a", "b"])


@honest
def thread_local():
    import threading

    local = threading.local()
    local.value = 1
    found = []
    thread = threading.Thread(target=lambda: found.append(hasattr(local, "value")))
    thread.start()
    thread.join()
    return found


@honest
def thread_timer():
    import threading

    rung = threading.Event()
    timer = threading.Timer(0.01, rung.set)
    timer.start()
    return rung.wait(5)


@honest
def thread_barrier():
    import threading

    barrier = threading.Barrier(2)
    thread = threading.Thread(target=barrier.wait)
    thread.start()
    barrier.wait()
    thread.join()
    return barrier.n_waiting


@honest
def queue_between_threads():
    import queue
    import threading

    waiting = queue.Queue(2)
    thread = threading.Thread(target=lambda: [waiting.put(number) for number in range(5)])
    thread.start()
    found = [waiting.get(timeout=5) for _ in range(5)]
    thread.join()
    return found


@honest
def priority_queue():
    import queue

    waiting = queue.PriorityQueue()
    for number in (3, 1, 2):
        waiting.put(number)
    return [waiting.get() for _ in range(3)]


@honest
def lock_of_multiprocessing():
    import multiprocessing

    with multiprocessing.Lock(), multiprocessing.RLock(), multiprocessing.Semaphore(2):
        return True


@honest
def queue_of_multiprocessing():
    import multiprocessing

    waiting = multiprocessing.Queue()
    waiting.put({"a": 1})
    found = waiting.get(timeout=5)
    waiting.close()
    waiting.join_thread()
    return found


@honest
def value_of_multiprocessing():
    import multiprocessing

    counter, numbers = multiprocessing.Value("i", 0), multiprocessing.Array("d", [1.0, 2.0])
    with counter.get_lock():
        counter.value += 1
    return [counter.value, list(numbers)]


@honest
def event_of_multiprocessing():
    import multiprocessing

    event = multiprocessing.Event()
    event.set()
    return event.wait(1)


@honest
def pipe_of_multiprocessing():
    from multiprocessing import Pipe

    ours, theirs = Pipe()
    ours.send([1, "a"])
    return theirs.recv()


@honest
def pool_of_processes():
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(len, ["a", "bb"])


@honest
def process_pool_executor():
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        return list(pool.map(len, ["a", "bb"]))


@honest
def process_of_multiprocessing():
    import multiprocessing

    process = multiprocessing.get_context("fork").Process(target=len, args=([],))
    process.start()
    process.join()
    return process.exitcode


@honest
def shared_memory_of_multiprocessing():
    from multiprocessing.shared_memory import SharedMemory

    memory = SharedMemory(create=True, size=16)
    memory.buf[0] = 7
    found = memory.buf[0]
    memory.close()
    memory.unlink()
    return found


@honest
def cpu_count_is_positive():
    return [os.cpu_count() >= 1, len(os.sched_getaffinity(0)) >= 1]


@honest
def asyncio_run():
    import asyncio

    async def one(number):
        await asyncio.sleep(0.001)
        return number * 2

    async def all_of_them():
        return await asyncio.gather(*(one(number) for number in range(3)))

    return asyncio.run(all_of_them())


@honest
def asyncio_queue_and_lock():
    import asyncio

    async def main():
        waiting, lock = asyncio.Queue(), asyncio.Lock()
        async with lock:
            await waiting.put(1)
        return await waiting.get()

    return asyncio.run(main())


@honest
def asyncio_to_thread():
    import asyncio

    return asyncio.run(asyncio.to_thread(len, "abc"))


@honest
def asyncio_timeout():
    import asyncio

    async def main():
        try:
            await asyncio.wait_for(asyncio.sleep(10), 0.01)
        except TimeoutError:
            return "late"

    return asyncio.run(main())


@honest
def socket_pair():
    import socket

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"x")
        return theirs.recv(1)


@honest
def context_variables():
    import contextvars

    variable = contextvars.ContextVar("variable", default=1)
    contextvars.copy_context().run(variable.set, 2)
    return variable.get()


@honest
def selectors_on_a_pipe():
    import selectors

    reader, writer = os.pipe()
    with selectors.DefaultSelector() as selector, os.fdopen(reader, "rb"), os.fdopen(writer, "wb", 0) as end:
        selector.register(reader, selectors.EVENT_READ)
        end.write(b"x")
        return len(selector.select(5))


@honest
def scheduler():
    import sched

    found, plan = [], sched.scheduler()
    plan.enter(0.001, 1, found.append, ("late",))
    plan.run()
    return found


# Files


@honest
def read_and_write_text():
    path = fresh("text") / "a.txt"
    path.write_text("é\n", encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write("b")
    return path.read_text(encoding="utf-8")


@honest
def pathlib_walk_rename_unlink():
    folder = fresh("walk")
    (folder / "a" / "b").mkdir(parents=True, exist_ok=True)
    (folder / "a" / "x.txt").write_text("1")
    (folder / "a" / "x.txt").replace(folder / "a" / "b" / "y.txt")
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    (folder / "a" / "b" / "y.txt").unlink()
    (folder / "a" / "b").rmdir()
    return found


@honest
def touch_a_file():
    path = fresh("touch") / "x"
    path.touch()
    before = path.stat().st_mtime_ns
    for _ in range(100):
        import time

        time.sleep(0.005)
        path.touch()
        if path.stat().st_mtime_ns > before:
            return True
    return False


@honest
def utime_now():
    path = fresh("utime") / "x"
    path.write_text("x")
    os.utime(path)
    return True


@honest
def utime_of_a_descriptor():
    with (fresh("utime_fd") / "x").open("w") as file:
        os.utime(file.fileno())
    return True


@honest
def utime_to_a_given_time():
    path = fresh("utime_given") / "x"
    path.write_text("x")
    os.utime(path, (1_000_000, 1_000_000))
    return path.stat().st_mtime


@honest
def change_rights():
    path = fresh("chmod") / "x"
    path.write_text("x")
    path.chmod(0o600)
    return oct(path.stat().st_mode & 0o777)


@honest
def change_rights_to_what_they_are():
    path = fresh("chmod_same") / "x"
    path.write_text("x")
    path.chmod(path.stat().st_mode & 0o7777)
    return True


@honest
def symlink_within_the_folder():
    folder = fresh("symlink")
    (folder / "x").write_text("text")
    link = folder / "latest"
    link.unlink(missing_ok=True)
    link.symlink_to("x")
    return [link.read_text(), link.is_symlink(), str(link.readlink())]


@honest
def symlink_to_a_folder():
    folder = fresh("symlink_folder")
    (folder / "run1").mkdir(exist_ok=True)
    link = folder / "latest"
    link.unlink(missing_ok=True)
    link.symlink_to("run1", target_is_directory=True)
    return (link / "x").resolve().parent.name


@honest
def hard_link():
    folder = fresh("hard_link")
    (folder / "x").write_text("text")
    (folder / "y").unlink(missing_ok=True)
    os.link(folder / "x", folder / "y")
    return (folder / "y").read_text()


@honest
def named_pipe():
    path = fresh("fifo") / "pipe"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path.is_fifo()


@honest
def lock_a_file():
    import fcntl

    path = fresh("flock") / "lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with path.open("w") as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
                second = "got it"
            except BlockingIOError:
                second = "busy"
        fcntl.flock(file, fcntl.LOCK_UN)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return second


@honest
def lock_a_file_shared():
    import fcntl

    path = fresh("flock_shared") / "lock"
    with path.open("w") as one, path.open("w") as two:
        fcntl.flock(one, fcntl.LOCK_SH)
        fcntl.flock(two, fcntl.LOCK_SH)
    return True


@honest
def lock_a_file_by_posix():
    import fcntl

    with (fresh("lockf") / "lock").open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_UN)
    return True


@honest
def file_lock_of_a_library():
    from filelock import FileLock

    folder = fresh("filelock")
    with FileLock(folder / "lock", timeout=5):
        return True


@honest
def file_lock_between_threads():
    from concurrent.futures import ThreadPoolExecutor

    from filelock import FileLock

    path, inside, most = fresh("filelock_threads") / "lock", [], []

    def enter(number):
        import time

        with FileLock(path, timeout=20):
            inside.append(number)
            time.sleep(0.005)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(8)))
    return max(most)


@honest
def temporary_file():
    import tempfile

    with tempfile.TemporaryFile("w+") as file:
        file.write("x")
        file.seek(0)
        return file.read()


@honest
def temporary_named_file():
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        return Path(file.name).exists()


@honest
def temporary_folder():
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "deep" / "er").mkdir(parents=True)
        (Path(folder) / "deep" / "x").write_text("x")
    return Path(folder).exists()


@honest
def temporary_spooled_file():
    import tempfile

    with tempfile.SpooledTemporaryFile(10) as file:
        file.write(b"x" * 100)
        return file.tell()


@honest
def copy_a_file():
    import shutil

    folder = fresh("copy")
    (folder / "x").write_text("x")
    shutil.copyfile(folder / "x", folder / "y")
    shutil.copy(folder / "x", folder / "z")
    return (folder / "z").read_text()


@honest
def copy_a_read_only_file():
    import shutil

    shutil.copy(__file__, fresh("copy_read_only") / "copy.py")
    return True


@honest
def copy_a_file_with_its_times():
    import shutil

    folder = fresh("copy2")
    (folder / "x").write_text("x")
    shutil.copy2(folder / "x", folder / "y")
    return (folder / "y").read_text()


@honest
def copy_a_tree():
    import shutil

    folder = fresh("copytree")
    (folder / "a" / "b").mkdir(parents=True, exist_ok=True)
    (folder / "a" / "b" / "x").write_text("x")
    shutil.copytree(folder / "a", folder / "c", dirs_exist_ok=True)
    return (folder / "c" / "b" / "x").read_text()


@honest
def move_and_remove_a_tree():
    import shutil

    folder = fresh("move")
    (folder / "a").mkdir(exist_ok=True)
    (folder / "a" / "x").write_text("x")
    shutil.move(folder / "a", folder / "b")
    shutil.rmtree(folder / "b")
    return sorted(path.name for path in folder.iterdir())


@honest
def disk_usage():
    import shutil

    return shutil.disk_usage(".").total > 0


@honest
def archive_of_a_folder():
    import shutil

    folder = fresh("archive")
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "x").write_text("x")
    archive = shutil.make_archive(str(folder / "out"), "zip", folder / "in")
    shutil.unpack_archive(archive, folder / "again")
    return (folder / "again" / "x").read_text()


@honest
def tar_file():
    import tarfile

    folder = fresh("tar")
    (folder / "x").write_text("x")
    with tarfile.open(folder / "a.tar.gz", "w:gz") as archive:
        archive.add(folder / "x", "x")
    with tarfile.open(folder / "a.tar.gz") as archive:
        archive.extractall(folder / "out", filter="data")
    return (folder / "out" / "x").read_text()


@honest
def zip_gzip_bz2_lzma():
    import bz2
    import gzip
    import lzma
    import zipfile

    folder, found = fresh("compressed"), []
    for module in (gzip, bz2, lzma):
        with module.open(folder / module.__name__, "wt") as file:
            file.write("x")
        with module.open(folder / module.__name__, "rt") as file:
            found.append(file.read())
    with zipfile.ZipFile(folder / "z", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", "x")
    with zipfile.ZipFile(folder / "z") as archive:
        archive.extractall(folder)
    return found


@honest
def memory_map_of_a_file():
    import mmap

    path = fresh("mmap") / "x"
    path.write_bytes(bytes(4096))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[0] = 7
        memory.flush()
    return path.read_bytes()[0]


@honest
def memory_map_without_a_file():
    import mmap

    with mmap.mmap(-1, 4096) as memory:
        memory[:3] = b"abc"
        return memory[:3]


@honest
def a_file_of_two_megabytes():
    path = fresh("two") / "x"
    path.write_bytes(bytes(2 * 2**20))
    path.unlink()
    return True


@honest
def a_file_of_eight_megabytes():
    path = fresh("eight") / "x"
    try:
        path.write_bytes(bytes(8 * 2**20))
    finally:
        path.unlink()
    return True


@honest
def write_beside_the_module():
    path = Path(__file__).parent / "cache.json"
    path.write_text("{}")
    path.unlink()
    return True


@honest
def read_the_own_source():
    import inspect

    return inspect.getsource(honest).startswith("def honest")


@honest
def home_folder():
    return Path.home().is_absolute()


@honest
def expand_user_and_variables():
    return [not str(Path("~/x").expanduser()).startswith("~"), os.path.expandvars("$PATTERN_MISSING")]


@honest
def glob_and_fnmatch():
    import fnmatch

    folder = fresh("glob")
    (folder / "a.txt").touch()
    return [len(list(folder.glob("*.txt"))), fnmatch.fnmatch("a.txt", "*.txt")]


@honest
def walk_by_descriptors():
    folder = fresh("fwalk")
    (folder / "x").touch()
    return [names for _, _, names, _ in os.fwalk(folder)]


@honest
def file_compare():
    import filecmp

    folder = fresh("filecmp")
    (folder / "x").write_text("x")
    (folder / "y").write_text("x")
    return filecmp.cmp(folder / "x", folder / "y", shallow=False)


@honest
def fsync_and_truncate():
    with (fresh("fsync") / "x").open("w+b") as file:
        file.write(b"abc")
        file.flush()
        os.fsync(file.fileno())
        file.truncate(1)
    return True


@honest
def extended_attributes_listed():
    path = fresh("xattr") / "x"
    path.touch()
    try:
        return [name for name in os.listxattr(path) if name.startswith("user.")]
    except OSError as error:
        import errno

        return [] if error.errno == errno.ENOTSUP else str(error)


@honest
def standard_streams():
    import contextlib
    import io

    print("to standard error", file=sys.stderr)
    sys.stderr.flush()
    with contextlib.redirect_stdout(io.StringIO()) as text:
        print("x")
    return text.getvalue()


@honest
def null_device():
    with Path(os.devnull).open("w") as nowhere:
        print("x", file=nowhere)
    return Path(os.devnull).read_text()


# Formats and databases


@honest
def csv_file():
    import csv

    path = fresh("csv") / "x.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(["a", 1, "b,c"])
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@honest
def json_file():
    import json

    path = fresh("json") / "x.json"
    path.write_text(json.dumps({"a": [1, None]}))
    return json.loads(path.read_text())


@honest
def pickle_file():
    import pickle

    path = fresh("pickle") / "x.pkl"
    path.write_bytes(pickle.dumps({"a": {1, 2}}))
    return sorted(pickle.loads(path.read_bytes())["a"])


@honest
def dbm_file():
    import dbm

    path = str(fresh("dbm") / "cache")
    with dbm.open(path, "c") as cache:
        cache["a"] = "1"
    with dbm.open(path) as cache:
        return cache["a"]


@honest
def shelve_file():
    import shelve

    path = str(fresh("shelve") / "cache")
    with shelve.open(path) as cache:
        cache["a"] = [1, 2]
    with shelve.open(path) as cache:
        return cache["a"]


@honest
def sqlite_in_memory():
    import sqlite3

    connection = sqlite3.connect(":memory:")
    with connection:
        connection.execute("create table words (word text, count integer)")
        connection.execute("insert into words values ('a', 1)")
    found = connection.execute("select * from words").fetchall()
    connection.close()
    return found


@honest
def sqlite_file():
    import sqlite3

    path = fresh("sqlite") / "x.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("create table words (word text)")
        connection.executemany("insert into words values (?)", [("a",), ("b",)])
    connection.close()
    connection = sqlite3.connect(str(path))
    found = connection.execute("select count(*) from words").fetchone()
    connection.close()
    return found


@honest
def sqlite_file_of_two_connections():
    import sqlite3

    path = fresh("sqlite_two") / "x.db"
    path.unlink(missing_ok=True)
    one = sqlite3.connect(path)
    one.execute("create table words (word text)")
    one.commit()
    two = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=1)
    one.execute("insert into words values ('a')")
    try:
        two.execute("insert into words values ('b')")
    except sqlite3.OperationalError as error:
        said = str(error)
    one.commit()
    found = two.execute("select count(*) from words").fetchone()
    one.close()
    two.close()
    return [said, found]


@honest
def sqlite_backup_and_journal():
    import sqlite3

    path = fresh("sqlite_backup") / "x.db"
    path.unlink(missing_ok=True)
    source, target = sqlite3.connect(":memory:"), sqlite3.connect(path)
    source.execute("create table words (word text)")
    source.backup(target)
    found = target.execute("select name from sqlite_master").fetchall()
    source.close()
    target.close()
    return found


@honest
def configuration_files():
    import configparser
    import tomllib

    parser = configparser.ConfigParser()
    parser.read_string("[a]\nb = 1\n")
    return [parser["a"]["b"], tomllib.loads("a = 1")]


@honest
def xml_and_html():
    import html
    from xml.etree import ElementTree

    return [html.unescape("&amp;"), ElementTree.fromstring("<a><b/></a>")[0].tag]


@honest
def mime_types():
    import mimetypes

    return mimetypes.guess_type("a.html")[0]


@honest
def struct_and_base64():
    import base64
    import struct

    return [struct.unpack("<I", struct.pack("<I", 7)), base64.b64encode(b"x")]


# The process


@honest
def logging_to_a_file():
    import logging

    path = fresh("logging") / "x.log"
    logger, handler = logging.getLogger("pattern"), logging.FileHandler(path, mode="w")
    logger.addHandler(handler)
    logger.warning("hello")
    logger.removeHandler(handler)
    handler.close()
    return path.read_text()


@honest
def logging_rotates():
    import logging
    import logging.handlers

    path = fresh("rotating") / "x.log"
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=10, backupCount=2)
    for _ in range(3):
        handler.emit(logging.makeLogRecord({"msg": "a long line"}))
    handler.close()
    return len(list(path.parent.iterdir())) > 1


@honest
def logging_by_a_queue():
    import logging
    import logging.handlers
    import queue

    waiting, found = queue.Queue(), []

    class Kept(logging.Handler):
        def emit(self, record):
            found.append(record.getMessage())

    listener = logging.handlers.QueueListener(waiting, Kept())
    listener.start()
    logging.handlers.QueueHandler(waiting).emit(logging.makeLogRecord({"msg": "hello"}))
    listener.stop()
    return found


@honest
def warnings_caught():
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("careful", stacklevel=1)
    return len(caught)


@honest
def functools_caches():
    import functools

    @functools.lru_cache(maxsize=100)
    def fibonacci(number):
        return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)

    return fibonacci(80)


@honest
def signal_handler():
    import signal

    found = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: found.append(number))
    try:
        signal.raise_signal(signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    return len(found)


@honest
def signal_interval_timer():
    import signal
    import time

    found = []
    before = signal.signal(signal.SIGVTALRM, lambda number, frame: found.append(number))
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
        end = time.process_time() + 2
        while not found and time.process_time() < end:
            pass
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return len(found)


@honest
def fault_handler():
    import faulthandler

    with (fresh("faulthandler") / "x").open("w+") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        return "fault_handler" in file.read()


@honest
def exit_functions():
    import atexit

    atexit.register(len, "")
    atexit.unregister(len)
    return True


@honest
def recursion_limit():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)

    def deep(number):
        return 0 if number == 0 else 1 + deep(number - 1)

    try:
        return deep(3000)
    finally:
        sys.setrecursionlimit(before)


@honest
def garbage_and_weak_references():
    import gc
    import weakref

    class Thing:
        pass

    thing = Thing()
    thing.itself, reference = thing, weakref.ref(thing)
    del thing
    gc.collect()
    return reference() is None


@honest
def who_am_i():
    import getpass

    return bool(getpass.getuser())


@honest
def who_am_i_in_the_user_database():
    import pwd

    return bool(pwd.getpwuid(os.getuid()).pw_name)


@honest
def platform_and_sysconfig():
    import platform
    import sysconfig

    return [
        platform.system(),
        bool(platform.platform()),
        bool(platform.node()),
        bool(sysconfig.get_paths()),
        bool(platform.processor is None),
    ]


@honest
def name_of_the_host():
    import socket

    return bool(socket.gethostname())


@honest
def environment_variables():
    os.environ["PATTERN"] = "1"
    return [os.getenv("PATTERN"), os.environ.pop("PATTERN")]


@honest
def resource_usage():
    import resource

    return [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0, len(resource.getrlimit(resource.RLIMIT_NOFILE))]


@honest
def raise_the_open_file_limit():
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return True


@honest
def be_nice():
    os.nice(0)
    return True


@honest
def own_priority():
    return isinstance(os.getpriority(os.PRIO_PROCESS, 0), int)


@honest
def own_scheduler():
    return isinstance(os.sched_getscheduler(0), int)


@honest
def memory_of_the_process():
    import psutil

    return psutil.Process().memory_info().rss > 0


@honest
def memory_of_the_machine():
    return os.sysconf("SC_PHYS_PAGES") > 0


@honest
def load_of_the_machine():
    return len(os.getloadavg())


@honest
def terminal_size():
    import shutil

    return shutil.get_terminal_size((80, 24)).columns > 0


@honest
def is_a_terminal():
    return [sys.stdout.isatty(), sys.stdin is None or sys.stdin.isatty()]


@honest
def run_a_program():
    import subprocess

    return subprocess.run([sys.executable, "-c", ""], check=True).returncode


@honest
def shell_command():
    return os.system("true")


@honest
def fork_and_wait():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)[1]


@honest
def server_on_this_machine():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[0]


@honest
def name_service():
    import socket

    return socket.gethostbyname("127.0.0.1")


@honest
def import_by_name():
    import importlib
    import importlib.metadata
    import importlib.util

    return [
        importlib.import_module("math").floor(1.5),
        bool(importlib.metadata.version("numpy")),
        importlib.util.find_spec("no_such") is None,
    ]


@honest
def import_a_module_just_written():
    folder = fresh("written")
    (folder / "pattern_written.py").write_text("VALUE = 7\n")
    sys.path.insert(0, str(folder))
    try:
        import pattern_written

        return pattern_written.VALUE
    finally:
        sys.path.remove(str(folder))


@honest
def eval_and_exec():
    scope = {}
    exec(compile("x = 1", "<pattern>", "exec"), scope)
    return eval("x + 1", scope)


@honest
def traceback_as_text():
    import traceback

    try:
        raise ValueError("no")
    except ValueError:
        return traceback.format_exc().splitlines()[-1]


@honest
def foreign_functions():
    import ctypes

    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(numbers, 3, 4, compare(lambda one, two: one[0] - two[0]))
    return list(numbers)


@honest
def find_a_c_library():
    import ctypes.util

    return ctypes.util.find_library("c") is not None


@honest
def profile_a_call():
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(len, "")
    return pstats.Stats(profile).total_calls > 0


@honest
def trace_memory():
    import tracemalloc

    tracemalloc.start()
    found = tracemalloc.get_traced_memory()[1] >= 0
    tracemalloc.stop()
    return found


@honest
def time_it():
    import timeit

    return timeit.timeit("1", number=10) > 0


# Values


@honest
def regular_expressions():
    import re

    return re.findall(r"(?x) \b \w+ \b  # words", "a bc")


@honest
def unicode_and_text():
    import string
    import textwrap
    import unicodedata

    return [unicodedata.normalize("NFD", "é"), textwrap.fill("a b", 1), string.punctuation[:2]]


@honest
def locales():
    import locale

    before = locale.setlocale(locale.LC_ALL)
    try:
        return [
            locale.setlocale(locale.LC_ALL, "C.UTF-8"),
            locale.getpreferredencoding(False),
            locale.strxfrm("a") > "",
        ]
    finally:
        locale.setlocale(locale.LC_ALL, before)


@honest
def locale_of_the_user():
    import locale

    before = locale.setlocale(locale.LC_ALL)
    try:
        return bool(locale.setlocale(locale.LC_ALL, ""))
    finally:
        locale.setlocale(locale.LC_ALL, before)


@honest
def time_zones():
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    moment = datetime(2024, 7, 1, tzinfo=UTC)
    return [str(moment.astimezone(ZoneInfo("Europe/Berlin"))), datetime.now().astimezone().tzinfo is not None]


@honest
def times():
    import calendar
    import time

    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    found = time.localtime(0).tm_hour
    del os.environ["TZ"]
    time.tzset()
    return [found, calendar.monthrange(2024, 2), time.perf_counter() > 0]


@honest
def unique_identifiers():
    import uuid

    return [uuid.uuid4().version, uuid.uuid5(uuid.NAMESPACE_DNS, "a").version]


@honest
def unique_identifiers_of_this_machine():
    import uuid

    return [uuid.uuid1().version, uuid.getnode() > 0]


@honest
def random_numbers():
    import random
    import secrets

    return [random.Random(1).random(), len(secrets.token_hex(4)), random.SystemRandom().random() < 1]


@honest
def hashes():
    import hashlib
    import hmac
    import zlib

    return [hashlib.sha256(b"x").hexdigest(), hmac.new(b"k", b"x", "md5").hexdigest(), zlib.crc32(b"x")]


@honest
def collections_and_iterators():
    import collections
    import heapq
    import itertools

    return [
        collections.Counter("aab").most_common(1),
        heapq.nsmallest(1, [2, 1]),
        list(itertools.batched([1], 1)) if hasattr(itertools, "batched") else [(1,)],
    ]


@honest
def data_classes_enums_and_protocols():
    import dataclasses
    import enum
    import typing

    @dataclasses.dataclass(frozen=True, slots=True)
    class Point:
        x: int = 0

    class Color(enum.Enum):
        RED = 1

    class Sized(typing.Protocol):
        def __len__(self) -> int: ...

    return [dataclasses.asdict(Point(1)), Color(1).name, typing.get_type_hints(Sized.__len__)["return"].__name__]


@honest
def statistics_and_decimals():
    import decimal
    import fractions
    import statistics

    return [statistics.mean([1, 2]), str(decimal.Decimal("0.1") + 1), str(fractions.Fraction(1, 3))]


@honest
def abstract_classes_and_descriptors():
    import abc

    class Base(abc.ABC):
        @abc.abstractmethod
        def run(self): ...

    try:
        Base()
    except TypeError:
        return "abstract"


@honest
def deep_copies():
    import copy

    return copy.deepcopy({"a": [1, [2]]})


@honest
def progress_bar():
    from tqdm import tqdm

    return [number * 2 for number in tqdm(range(3), desc="epochs")]


@honest
def progress_bar_by_hand():
    from tqdm.auto import tqdm

    with tqdm(total=3, leave=False) as bar:
        bar.update(3)
        return bar.n


# Libraries


@honest
def numpy_files():
    import numpy

    folder = fresh("numpy")
    numpy.save(folder / "x.npy", numpy.arange(3))
    numpy.savez_compressed(folder / "x.npz", a=numpy.arange(3))
    with numpy.load(folder / "x.npz") as found:
        return [numpy.load(folder / "x.npy", mmap_mode="r").tolist(), found["a"].tolist()]


@honest
def numpy_memory_map():
    import numpy

    array = numpy.memmap(fresh("memmap") / "x", dtype="float32", mode="w+", shape=(4,))
    array[:] = 1
    array.flush()
    return float(array.sum())


@honest
def numpy_generators():
    import numpy

    return [numpy.random.default_rng(1).integers(10), numpy.random.RandomState(1).rand()]


@honest
def numpy_linear_algebra():
    import numpy

    return bool(numpy.allclose(numpy.linalg.inv(numpy.eye(200) * 2) @ numpy.ones(200), 0.5))


@honest
def pandas_csv():
    import pandas

    path = fresh("pandas") / "x.csv"
    pandas.DataFrame({"a": [1, 2]}).to_csv(path, index=False)
    return pandas.read_csv(path)["a"].sum()


@honest
def pandas_pickle_and_json():
    import pandas

    folder = fresh("pandas_pickle")
    frame = pandas.DataFrame({"a": [1, 2]})
    frame.to_pickle(folder / "x.pkl.gz")
    frame.to_json(folder / "x.json")
    return [
        int(pandas.read_pickle(folder / "x.pkl.gz")["a"].sum()),
        int(pandas.read_json(folder / "x.json")["a"].sum()),
    ]


@honest
def pandas_sql_in_memory():
    import sqlite3

    import pandas

    connection = sqlite3.connect(":memory:")
    pandas.DataFrame({"a": [1, 2]}).to_sql("t", connection, index=False)
    found = int(pandas.read_sql("select sum(a) as s from t", connection)["s"][0])
    connection.close()
    return found


@honest
def pandas_sql_file():
    import sqlite3

    import pandas

    path = fresh("pandas_sql") / "x.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    pandas.DataFrame({"a": [1, 2]}).to_sql("t", connection, index=False)
    found = int(pandas.read_sql("select sum(a) as s from t", connection)["s"][0])
    connection.close()
    return found


@honest
def joblib_parallel():
    from joblib import Parallel, delayed

    return Parallel(n_jobs=2)(delayed(len)(text) for text in ("a", "bb"))


@honest
def joblib_threads():
    from joblib import Parallel, delayed

    return Parallel(n_jobs=2, prefer="threads")(delayed(len)(text) for text in ("a", "bb"))


@honest
def joblib_multiprocessing():
    from joblib import Parallel, delayed

    return Parallel(n_jobs=2, backend="multiprocessing")(delayed(len)(text) for text in ("a", "bb"))


@honest
def joblib_all_cores():
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend="loky", n_jobs=-1):
        return Parallel()(delayed(len)(text) for text in ("a", "bb"))


@honest
def joblib_memory():
    from joblib import Memory

    memory = Memory(fresh("joblib"), verbose=0)
    return [memory.cache(len)("abc"), memory.cache(len)("abc")]


@honest
def joblib_dump():
    import joblib

    path = fresh("joblib_dump") / "x.joblib"
    joblib.dump({"a": 1}, path, compress=3)
    return joblib.load(path)


@honest
def sklearn_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(n_jobs=2).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).predict([[3.0]]).tolist()


@honest
def sklearn_grid_search():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    rows, labels = [[float(number)] for number in range(12)], [0, 1] * 6
    return GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, n_jobs=2, cv=2).fit(rows, labels).best_params_


@honest
def sklearn_forest():
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(10, n_jobs=2, random_state=1)
    return forest.fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).predict([[3.0]]).tolist()


@honest
def sklearn_cross_validation():
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    rows, labels = [[float(number)] for number in range(12)], [0] * 6 + [1] * 6
    return len(cross_val_score(DecisionTreeClassifier(random_state=1), rows, labels, cv=3, n_jobs=-1))


@honest
def sklearn_pipeline_with_memory():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression(), memory=str(fresh("sklearn_memory")))
    return pipeline.fit(["good film", "bad film", "good", "bad"], [1, 0, 1, 0]).predict(["good"]).tolist()


@honest
def sklearn_nearest_neighbors():
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(1, n_jobs=2).fit([[0.0], [1.0]], [0, 1]).predict([[0.9]]).tolist()


@honest
def torch_save_and_load():
    import torch

    path = fresh("torch") / "x.pt"
    torch.save({"a": torch.ones(2)}, path)
    return torch.load(path)["a"].tolist()


@honest
def torch_load_by_memory_map():
    import torch

    path = fresh("torch_mmap") / "x.pt"
    torch.save({"a": torch.ones(2)}, path)
    return torch.load(path, mmap=True)["a"].tolist()


@honest
def torch_threads():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    found = float((torch.ones(400, 400) @ torch.ones(400, 400)).sum())
    torch.set_num_threads(before)
    return found


@honest
def torch_loader_with_workers():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(torch.arange(4)), batch_size=2, num_workers=2)
    return [batch[0].tolist() for batch in loader]


@honest
def torch_loader_with_pinned_memory():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(torch.arange(4)), batch_size=2, pin_memory=torch.cuda.is_available())
    return [batch[0].tolist() for batch in loader]


@honest
def torch_shares_memory():
    import torch

    tensor = torch.ones(2).share_memory_()
    torch.nn.Linear(2, 1).share_memory()
    tensor += 1
    return tensor.tolist()


@honest
def torch_file_storage():
    import torch

    path = str(fresh("torch_file") / "x")
    return torch.from_file(path, shared=True, size=4, dtype=torch.float32).fill_(1.0).tolist()


@honest
def torch_compiles():
    import torch

    return torch.compile(lambda value: value + 1)(torch.ones(2)).tolist()


@honest
def torch_scripts():
    import torch

    return torch.jit.trace(torch.nn.ReLU(), torch.ones(1))(torch.tensor([-1.0])).tolist()


@honest
def torch_profiles():
    import torch

    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        torch.ones(2).sum()
    return len(profile.key_averages()) > 0


@honest
def torch_vmap_and_grad():
    import torch

    return torch.func.vmap(torch.func.grad(lambda value: value**2))(torch.tensor([1.0, 2.0])).tolist()


@honest
def torch_multiprocessing_strategy():
    import torch.multiprocessing

    return torch.multiprocessing.get_sharing_strategy() in torch.multiprocessing.get_all_sharing_strategies()


@honest
def safe_tensors():
    import torch
    from safetensors.torch import load_file, save_file

    path = fresh("safetensors") / "x.safetensors"
    save_file({"a": torch.ones(2)}, path)
    return load_file(path)["a"].tolist()


@honest
def fast_tokenizers():
    from tokenizers import Tokenizer, models, trainers

    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.train_from_iterator(["a", "b"] * 50, trainers.WordLevelTrainer(special_tokens=["[UNK]"]))
    path = str(fresh("tokenizers") / "x.json")
    tokenizer.save(path)
    return Tokenizer.from_file(path).get_vocab_size()


@honest
def plot_to_a_file():
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([1, 2])
    path = fresh("plot") / "x.png"
    figure.savefig(path)
    pyplot.close(figure)
    return path.read_bytes()[:4]


@honest
def download_a_file():
    import urllib.request

    try:
        urllib.request.urlopen("http://127.0.0.1:9", timeout=1)
    except OSError:
        return "no network"
