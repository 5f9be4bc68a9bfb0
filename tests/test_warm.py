"""Commands in the warm process behave as in processes of their own; each verb also starts in one of those."""

import os
import signal
import subprocess
import sys
import threading

import pytest

import warm
from reelgrade.course.cli import app

VERBS = [command.name or command.callback.__name__ for command in app.registered_commands]
VERBS += [
    command.name or command.callback.__name__
    for group in app.registered_groups
    for command in group.typer_instance.registered_commands
]
PROGRAM = """
import os, sys
print(sys.argv, os.getcwd(), os.environ.get("MARK"), sys.stdin.read(), flush=True)
print("to stderr", file=sys.stderr)
match sys.argv[1]:
    case "status": sys.exit(int(sys.argv[2]))
    case "text": sys.exit("a last word")
    case "raise": raise ValueError("a mistake")
    case "signal": os.kill(os.getpid(), int(sys.argv[2]))
    case "sleep": __import__("time").sleep(60)
"""


@pytest.fixture
def module(tmp_path):
    (tmp_path / "odd_program.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("arguments", ["end", "status 0", "status 3", "text", "raise", "signal 9", "signal 2"])
def test_a_command_ends_as_in_a_process_of_its_own(module, arguments):
    variables = {**os.environ, "MARK": "of this test"}
    there = warm.run("odd_program", *arguments.split(), cwd=module, env=variables, typed="typed")
    here = subprocess.run(
        [sys.executable, "-m", "odd_program", *arguments.split()],
        cwd=module, env=variables, input="typed", capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (there.returncode, there.stdout.split("]")[1]) == (here.returncode, here.stdout.split("]")[1])
    assert there.stderr.splitlines()[-1:] == here.stderr.splitlines()[-1:]


def test_a_command_that_takes_too_long_is_ended_and_the_next_one_runs(module):
    with pytest.raises(subprocess.TimeoutExpired):
        warm.run("odd_program", "sleep", cwd=module, timeout=1)
    assert warm.run("odd_program", "end", cwd=module).returncode == 0


def test_commands_run_at_once_and_see_nothing_of_each_other(module):
    found = {}

    def ask(mark):
        found[mark] = warm.run("odd_program", "end", cwd=module, env={**os.environ, "MARK": mark}).stdout

    threads = [threading.Thread(target=ask, args=(mark,)) for mark in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f" {mark} " in said for mark, said in found.items())


def test_a_client_passes_descriptors_and_signals_on(module):
    warm.client(module / "client", "odd_program")
    command = [module / "client", "sleep"]
    with subprocess.Popen(command, cwd=module, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b"[")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) != 0


def test_an_environment_that_asks_for_other_packages_gets_a_process_of_its_own(tmp_path):
    (tmp_path / "reelgrade").mkdir()
    (tmp_path / "reelgrade" / "__main__.py").write_text("print('another package')", encoding="utf-8")
    said = warm.reelgrade(env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert said.stdout == "another package\n"


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_starts_in_a_process_of_its_own_and_shows_an_example(verb):
    command = [sys.executable, "-m", "reelgrade", verb, "--help"]
    shown = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert "Example" in shown.stdout
    assert shown.stderr == ""
