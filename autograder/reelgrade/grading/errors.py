"""What can go wrong beside a wrong value, told apart by whose doing it is."""

import builtins
from dataclasses import dataclass
from functools import cache

from reelgrade.grading.printable import printable

MAX_MESSAGE = 500


@dataclass(frozen=True)
class Place:
    """A line of student code."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return printable(f"{self.file}, line {self.line}, in {self.function}", 300)


class HoleError(Exception):
    """Student code raised, or could not be called.

    For checks that expect an error, `hole_error(names, message)` gives one that is also an instance
    of the built-in classes it is named after, so that `pytest.raises(ValueError)` sees it.
    """

    kind = ""
    place: Place | None = None

    @property
    def plain_kind(self) -> str:
        """The built-in class that it stands for: student code cannot choose this name."""
        return next(base.__name__ for base in type(self).__mro__ if base.__module__ == "builtins")

    def __str__(self) -> str:
        """Give the message as it is: KeyError would put it in quotes once more."""
        return str(self.args[0]) if self.args else ""


class NotStarted(Exception):
    """A NotImplementedError left a hole; the message names the hole that raised it."""


class BrokenModule(Exception):
    """The file cannot be imported: the message says which line, once for all of its checks."""


class Blocked(Exception):
    """An experiment has nothing to run on; the message says what it waits for."""


class Crashed(Exception):
    """The process of the student's code ended by itself; the message says how."""


class TimeIsUp(BaseException):
    """A check took too long; not an Exception, so that `except Exception` lets it pass."""


class AlarmRang(TimeIsUp):
    """The alarm of this process ended the check, not the clock of another process that was asked."""


def hole_error(mro: list[str], message: str, place: Place | None = None) -> HoleError:
    """Make the error that stands for a student's exception, from the names of its classes.

    >>> isinstance(hole_error(["MyError", "ValueError", "Exception"], "no"), ValueError)
    True
    """
    known = next((name for name in mro if _is_plain_error(name)), "Exception")
    error = _error_class(known)(message[:MAX_MESSAGE].encode("utf-8", "replace").decode())  # no lone surrogates
    error.kind, error.place = mro[0], place
    return error


def _is_plain_error(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Exception) and name not in UNLIKE_OTHERS


UNLIKE_OTHERS = {  # their constructors want more than a message, or they are groups
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeTranslateError",
    "ExceptionGroup",
    "BaseExceptionGroup",
}


@cache
def _error_class(name: str) -> type[HoleError]:
    base = getattr(builtins, name)
    return HoleError if base is Exception else type(f"Hole{name}", (HoleError, base), {})
