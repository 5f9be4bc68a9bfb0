"""Run `python -m MODULE ...` in a fork of a process that has already imported the libraries, for the tests.

The command runs as in a process of its own (folder, variables, arguments, descriptors, exit status); what it saves is
the seconds that every new interpreter spends on importing torch. What a start itself does (options of the interpreter,
lazy imports, encodings) is tested with real processes elsewhere. One such process serves a whole test session; as a
program this file is that process, and `client` writes a program that runs a module in it.
"""

import atexit
import gc
import json
import os
import random
import runpy
import select
import shutil
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
START = (
    "PYTHONIOENCODING",
    "PYTHONUTF8",
    "PYTHONCOERCECLOCALE",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
)  # are read at a start only
DEFAULT_SECONDS = 600
LIBRARIES = (
    "pytest",
    "pandas",
    "sklearn.feature_extraction.text",
    "sklearn.metrics",
    "torch",
    "matplotlib.figure",
    "nbgrader.apps.nbgraderapp",
    "reelgrade.course.cli",
    "reelgrade.grading.grade",
    "reelgrade.grading.plugin",
    "reelgrade.grading.writers",
    "reelgrade.classroom.grading",
)
CLIENT = """\
#!{python} -ISE
import json, os, signal, socket, sys
end = socket.socket(socket.AF_UNIX)
end.connect({path!r})
words = [{module!r}, *sys.argv[1:]]
job = json.dumps({{"arguments": words, "cwd": os.getcwd(), "env": dict(os.environ)}}).encode()
socket.send_fds(end, [len(job).to_bytes(4, "big")], [0, 1, 2])
end.sendall(job)
answers = end.makefile("r")
pid = int(answers.readline())
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, frame: os.kill(pid, number))
sys.exit(os.waitstatus_to_exitcode(int(answers.readline())) % 256)
"""


# In the test session


class Interpreter:
    """The warm process, started with the first command and ended with the session."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="warm-")
        self.path = f"{self._folder}/socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path)
            listener.listen()
            self._lifeline, theirs = os.pipe()[::-1]
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(listener.fileno()), str(theirs)], pass_fds=[listener.fileno(), theirs]
            )
            os.close(theirs)
        atexit.register(self._close)

    def run(self, arguments, cwd, env, files, seconds):
        """Give the exit status of a command as `subprocess` does; TimeoutExpired after killing it."""
        job = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": env}).encode()
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(self.path)
            socket.send_fds(end, [len(job).to_bytes(4, "big")], [file.fileno() for file in files])
            end.sendall(job)
            with end.makefile("r") as answers:
                pid = int(answers.readline())
                end.settimeout(seconds)
                try:
                    return os.waitstatus_to_exitcode(int(answers.readline()))
                except TimeoutError:
                    os.kill(pid, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(arguments, seconds) from None

    def _close(self):
        os.close(self._lifeline)
        self._process.wait()
        shutil.rmtree(self._folder)


SESSION: list[Interpreter] = []


def session():
    """Give the warm process of this test session."""
    if not SESSION:
        SESSION.append(Interpreter())
    return SESSION[0]


def client(path, module):
    """Write a program that runs a module in the warm process, with its own folder, variables, descriptors and signals."""
    path.write_text(CLIENT.format(python=sys.executable, path=session().path, module=module), encoding="utf-8")
    path.chmod(0o755)


def cold(command, cwd, env, typed, timeout):
    """Run a command in an interpreter of its own, for other packages than those imported here, or another encoding."""
    return subprocess.run(
        command, cwd=cwd, env=env, input=typed, timeout=timeout, capture_output=True, encoding="utf-8", check=False
    )


def run(module, *arguments, cwd=REPOSITORY, env=None, typed="", timeout=DEFAULT_SECONDS):
    """Run `python -m MODULE ARGUMENTS`; gives what subprocess.run does, with output as text."""
    words = [module, *map(str, arguments)]
    variables = {**(os.environ if env is None else env), **PYTEST}
    if variables.get("PYTHONPATH", OURS) != OURS or any(variables.get(name) != os.environ.get(name) for name in START):
        return cold([sys.executable, "-m", *words], cwd, variables, typed, timeout)
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(typed.encode())
        stdin.seek(0)
        status = session().run(words, cwd, variables, (stdin, stdout, stderr), timeout)
        said = []
        for file in (stdout, stderr):
            file.seek(0)
            said.append(file.read().decode("utf-8").replace("\r\n", "\n"))
    return subprocess.CompletedProcess([sys.executable, "-m", *words], status, *said)


def reelgrade(*arguments, **options):
    """Run the command."""
    return run("reelgrade", *arguments, **options)


# In the warm process


def serve(listener, lifeline):
    """Fork for each connection; returns in the forked process with the job, and with nothing when the session has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        if lifeline in select.select([listener, lifeline], [], [])[0]:
            return None
        end, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            os.close(lifeline)
            return keep(end)
        end.close()


def keep(end):
    """Fork once more, and say the pid of the command and how it ended; returns in the command's process with the job."""
    head, descriptors, _, _ = socket.recv_fds(end, 4, 3)
    job = json.loads(end.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL))
    pid = os.fork()
    if pid == 0:
        end.close()
        for standard, descriptor in enumerate(descriptors):
            os.dup2(descriptor, standard)
            os.close(descriptor)
        return job
    for descriptor in descriptors:
        os.close(descriptor)
    with suppress(BrokenPipeError):
        end.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        end.sendall(f"{status}\n".encode())
    os._exit(0)


def become(job):
    """Take on the folder, variables and arguments of a job, as a new interpreter would have them."""
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"], **PYTEST)
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
    except BaseException as error:
        traceback.print_exc()
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
    finally:  # as an interpreter ends, but for the seconds that it takes to free every object of torch
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 0xFF)


def warm_up():
    """Import what commands and checks use; nothing here may start a thread."""
    import importlib

    for name in LIBRARIES:
        with suppress(ModuleNotFoundError):  # an extra that is not installed
            importlib.import_module(name)
    from reelgrade.grading import experiments

    experiments.load_all(encoder=True)
    gc.collect()
    gc.freeze()  # so that a command's collections copy no pages


def main():
    """Serve one test session."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    sys.path.pop(0)  # tests/, which no command sees
    warm_up()
    job = serve(listener, int(sys.argv[2]))
    if job is not None:
        become(job)


if __name__ == "__main__":
    main()
