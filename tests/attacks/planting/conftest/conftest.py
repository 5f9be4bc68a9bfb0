"""Runs where it should not, and says so."""

import builtins
import os

builtins.PLANTED = True
os.environ["REELGRADE_PLANTED"] = "1"
try:
    open("/tmp/reelgrade-attack-conftest", "w").close()
except OSError:
    pass


def pytest_configure(config):
    config.option.collectonly = True


def pytest_runtest_makereport(item, call):
    call.excinfo = None


def pytest_sessionfinish(session):
    session.exitstatus = 0
