"""Fixtures of this project's own tests."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from reelgrade.course.folders import Splits, cache_folder, data_splits
from reelgrade.course.submission import Submission

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.append(str(REPOSITORY / "tests"))  # for what several test files share: sample_reports.py


import sampling  # noqa: E402  # lies there
import warm  # noqa: E402

LONG = ("notebook_parity", "parity", "fairness", "attacks", "docs", "class_large", "workflows")  # begin first


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --part."""
    parser.addoption("--part", metavar="NAME", help=f"run this part of `make test-all`: {', '.join(sampling.PARTS)}")


def pytest_configure(config: pytest.Config) -> None:
    """Make warnings errors in this project's own tests; student code may warn."""
    part = config.getoption("--part")
    if part is not None and part not in sampling.PARTS:
        raise pytest.UsageError(f"--part {part}: there is no such part; take one of {', '.join(sampling.PARTS)}")
    sampling.settle(part)
    config.addinivalue_line("filterwarnings", "error")
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # in the background of a shell; tests send it to programs
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if "PYTEST_XDIST_WORKER" in os.environ or not config.getoption("numprocesses", None):
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # every pytest that a test starts begins without them
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def pytest_report_header() -> str:
    """Say which samples are drawn."""
    return sampling.header()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to other parts."""
    part = config.getoption("--part")
    kept, left_out = [], []
    for item in items:
        only = {mark.args[0] for mark in item.iter_markers("part")}
        whole = {mark.args[0] for mark in item.iter_markers("sampled")}
        if not only | whole <= set(sampling.PARTS):
            raise pytest.UsageError(f"{item.nodeid}: no part is called {', '.join(only | whole)}")
        wanted = not only if part is None else part in only | whole
        (kept if wanted else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(kept, key=lambda item: item.path.stem.removeprefix("test_") not in LONG)


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


@pytest.fixture
def disk_of(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Make file systems of so many megabytes."""
    made: list[Path] = []

    def mounted(megabytes: int) -> Path:
        folder = tmp_path / f"disk {len(made)}"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder]
        if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
            pytest.skip("a file system cannot be mounted here: that takes an administrator")
        made.append(folder)
        return folder

    yield mounted
    for folder in made:
        subprocess.run(["umount", "--lazy", folder], check=True)


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


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Let a folder be made by one process for all of them: `make` writes into it, and the others wait."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / f"shared {name}"
    with FileLock(root / f"{name}.lock"):
        if not folder.exists():
            unfinished = root / f"unfinished {name}"
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def graded_solutions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `reelgrade grade solutions` writes, in every format: the one run of a session with accuracy in the sandbox."""
    from reelgrade.grading.writers import FORMATS

    def make(folder: Path) -> None:
        formats = [part for name in FORMATS for part in ("--format", name)]
        variables = {**os.environ, "REELGRADE_SECRET": "of these tests", "NO_COLOR": "1"}
        ended = warm.reelgrade("grade", "solutions", "--out", folder / "out", *formats, env=variables)
        assert ended.returncode == 0, ended.stderr
        (folder / "said.txt").write_text(ended.stdout, encoding="utf-8")

    return once(tmp_path_factory, "solutions", make)


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
