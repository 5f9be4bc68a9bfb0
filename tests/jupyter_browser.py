"""A real Jupyter server, for tests that look at what people see of it in a browser; chromium.py starts that."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

TOKEN = "for-this-test-only"


@contextmanager
def serve(folder: Path, log: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run `jupyter lab` in a folder, and give its address; what it says goes to the log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--allow-root", "--ip=127.0.0.1"]
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=said, stderr=said)
    address = f"http://127.0.0.1:{port}"
    try:
        if not wait_for(lambda: _answers(f"{address}/api?token={TOKEN}"), seconds=60):
            pytest.fail(f"jupyter lab does not answer:\n{log.read_text()[-2000:]}")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True


def wait_for(found: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait until a function gives something, and give that, or the last it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    return found()
