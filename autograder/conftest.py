"""Makes `pytest autograder` print points and feedback; everything is in reelgrade.grading.plugin."""

import sys

sys.dont_write_bytecode = True  # before any import: a run leaves nothing behind but pytest's own cache

from argparse import SUPPRESS
from pathlib import Path

import pytest

from reelgrade.grading.plugin import GradingPlugin


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --submission; --check-timeout, for tests of this package, stands in no help."""
    parser.addoption("--submission", metavar="DIR", help="folder of exercise modules to check (default: exercises)")
    parser.addoption("--check-timeout", metavar="SECONDS", type=float, help=SUPPRESS)


def pytest_configure(config: pytest.Config) -> None:
    """Check the submission folder and take over the reports."""
    config.pluginmanager.register(GradingPlugin(config, Path(__file__).resolve().parent), "reelgrade")
