"""Run `python -m MODULE ...` in a fork of a process that has already imported the libraries, for the tests.

The command runs as in a process of its own (folder, variables, arguments, descriptors, exit status); what it saves is
the seconds that every new interpreter spends on importing torch. What a start itself does (interpreter options, lazy
imports, encodings) is tested with real processes elsewhere. One such process serves a whole test session.
"""

import atexit
import gc
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
OURS = str(REPOSITORY / "autograder")
PYTEST = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"
}  # checks need none of this machine's plugins, and finding them takes long
DEFAULT_SECONDS = 600


# In the test session


class Interpreter:
    """The warm process, started with the first command and ended with the session."""

    def __init__(self):
        self._end, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._answers = self._end.makefile("r", encoding="ascii")
        atexit.register(self.close)

    def run(self, arguments, cwd, env, stdin, stdout, stderr, seconds):
        """Give the exit status of a command as `subprocess` does; TimeoutExpired after killing it."""
        job = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": env}).encode()
        self._end.sendall(len(job).to_bytes(4, "big"))
        socket.send_fds(self._end, [job[:1]], [stdin.fileno(), stdout.fileno(), stderr.fileno()])
        self._end.sendall(job[1:])
        pid = int(self._answers.readline())
        self._end.settimeout(seconds)
        try:
            return os.waitstatus_to_exitcode(int(self._answers.readline()))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self.close()
            SESSION.clear()  # a file object is of no use after a timeout: the next command starts another
            raise subprocess.TimeoutExpired(arguments, seconds) from None
        finally:
            self._end.settimeout(None)

    def close(self):
        atexit.unregister(self.close)
        self._answers.close()
        self._end.close()
        self._process.wait()


SESSION: list[Interpreter] = []


def cold(command, cwd, env, typed, timeout):
    """Run a command in an interpreter of its own: PYTHONPATH may name other packages than those that are imported here."""
    return subprocess.run(
        command, cwd=cwd, env=env, input=typed, timeout=timeout, capture_output=True, encoding="utf-8", check=False
    )


def run(module, *arguments, cwd=REPOSITORY, env=None, typed="", timeout=DEFAULT_SECONDS):
    """Run `python -m MODULE ARGUMENTS`; gives what subprocess.run does, with output as text."""
    words = [module, *map(str, arguments)]
    variables = {**(os.environ if env is None else env), **PYTEST}
    if variables.get("PYTHONPATH", OURS) != OURS:
        return cold([sys.executable, "-m", *words], cwd, variables, typed, timeout)
    if not SESSION:
        SESSION.append(Interpreter())
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(typed.encode())
        stdin.seek(0)
        status = SESSION[0].run(words, cwd, variables, stdin, stdout, stderr, timeout)
        said = []
        for file in (stdout, stderr):
            file.seek(0)
            said.append(file.read().decode("utf-8").replace("\r\n", "\n"))
    return subprocess.CompletedProcess([sys.executable, "-m", *words], status, *said)


def reelgrade(*arguments, **options):
    """Run the command."""
    return run("reelgrade", *arguments, **options)


# In the warm process


def receive(end):
    """Give the next job with its descriptors; None when the session has ended."""
    size = end.recv(4, socket.MSG_WAITALL)
    if len(size) < 4:
        return None
    first, descriptors, _, _ = socket.recv_fds(end, 1, 3)
    rest = end.recv(int.from_bytes(size, "big") - 1, socket.MSG_WAITALL)
    return json.loads(first + rest), descriptors


def serve(end):
    """Fork for each job and say its pid, then how it ended; returns in the forked process, with the job."""
    while (received := receive(end)) is not None:
        job, descriptors = received
        pid = os.fork()
        if pid == 0:
            end.close()
            for standard, descriptor in enumerate(descriptors):
                os.dup2(descriptor, standard)
                os.close(descriptor)
            return job
        for descriptor in descriptors:
            os.close(descriptor)
        end.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        with suppress(BrokenPipeError):
            end.sendall(f"{status}\n".encode())
    return None


def become(job):
    """Take on the folder, variables and arguments of a job, as a new interpreter would have them."""
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    module, *arguments = job["arguments"]
    sys.argv = [module, *arguments]
    sys.path[:0] = [] if job["env"].get("PYTHONSAFEPATH") else [job["cwd"]]
    tempfile.tempdir = None
    random.seed()
    sys.modules["numpy"].random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if not isinstance(end.code, int | None):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:  # as an interpreter ends, but for the seconds that it takes to free every object of torch
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def warm_up():
    """Import what commands and checks use; nothing here may start a thread."""
    import importlib

    for name in (
        "pytest",
        "pandas",
        "sklearn.feature_extraction.text",
        "sklearn.metrics",
        "torch",
        "matplotlib.figure",
        "reelgrade.course.cli",
        "reelgrade.grading.grade",
        "reelgrade.grading.plugin",
        "reelgrade.grading.writers",
        "reelgrade.classroom.grading",
    ):
        importlib.import_module(name)
    from reelgrade.grading import experiments

    experiments.load_all(encoder=True)
    gc.collect()
    gc.freeze()  # so that a command's collections copy no pages


def main():
    """Serve one test session over the socket that is the only argument."""
    end = socket.socket(fileno=int(sys.argv[1]))
    sys.path.pop(0)  # tests/, which no command sees
    warm_up()
    job = serve(end)
    if job is not None:
        become(job)


if __name__ == "__main__":
    main()
