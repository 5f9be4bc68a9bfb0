"""Fixtures of this project's own tests."""

import gc
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reelgrade.course.folders import Splits, cache_folder, data_splits
from reelgrade.course.submission import Submission

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.append(str(REPOSITORY / "tests"))  # for what several test files share: sample_reports.py


def pytest_configure(config: pytest.Config) -> None:
    """Make warnings errors in this project's own tests; student code may warn."""
    config.addinivalue_line("filterwarnings", "error")
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # in the background of a shell; tests send it to programs
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


@pytest.fixture(scope="module", autouse=True)
def without_what_jupyter_leaves() -> Iterator[None]:
    """Collect the sockets and event loops that Jupyter leaves open where it was used, not within somebody else's test."""
    yield
    if "nbgrader" in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as its wheel installs it, in a folder to put on PYTHONPATH; nothing of this checkout is in sight."""
    root = tmp_path_factory.mktemp("wheel")
    build, target = root / "build", root / "installed"
    build.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "autograder", "datasets"):  # the build writes beside them
        subprocess.run(["cp", "-r", REPOSITORY / name, build], check=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", root, build]
    subprocess.run(wheel, check=True, capture_output=True)
    (file,) = root.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", target, file], check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium with a fresh profile."""
    import chromium

    with chromium.started(tmp_path_factory.mktemp("profile")) as driver:
        driver.set_window_size(1280, 900)
        driver.set_page_load_timeout(60)
        yield driver


@pytest.fixture(scope="session")
def solutions(repository: Path) -> Submission:
    """The reference solutions."""
    return Submission(repository / "solutions")


@pytest.fixture(scope="session")
def authored(repository: Path) -> Splits:
    """The data set of this project."""
    return data_splits(repository / "datasets")


@pytest.fixture(scope="session")
def original_folder() -> Path:
    """The source project's CSVs, which cannot be shipped: fetched by the user, or named by REELGRADE_ORIGINAL."""
    named = os.environ.get("REELGRADE_ORIGINAL")
    folder = Path(named) if named else cache_folder() / "original"
    if len(list(folder.glob("*.csv"))) != 2:
        pytest.skip("the source project's CSVs are not here; run: reelgrade fetch original")
    return folder
