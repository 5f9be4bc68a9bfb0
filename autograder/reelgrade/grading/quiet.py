"""Keep standard error empty: nbgrader takes any word there for a failed test cell."""

import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, suppress

from reelgrade.grading.state import LAST_WORDS


@contextmanager
def quiet() -> Iterator[None]:
    """Silence warnings, logging and standard error, that of libraries in C included; put all of it back afterwards."""
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(redirect_stderr(io.StringIO()))
        stack.callback(logging.disable, logging.root.manager.disable)
        logging.disable(logging.CRITICAL)
        with suppress(OSError):
            stack.enter_context(_no_descriptor())
        yield


@contextmanager
def _no_descriptor() -> Iterator[None]:
    """Point descriptor 2 at nothing; LAST_WORDS still reach the old one."""
    if sys.__stderr__ is not None:
        with suppress(OSError, ValueError):
            sys.__stderr__.flush()
    kept, words = os.dup(2), LAST_WORDS.file
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        LAST_WORDS.file = kept
        yield
    finally:
        LAST_WORDS.file = words
        os.dup2(kept, 2)
        os.close(nothing)
        os.close(kept)
