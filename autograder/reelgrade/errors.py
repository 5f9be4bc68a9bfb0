"""The one exception that stands for bad input; the command prints it as a single line and exits with 2."""


class UserError(Exception):
    """Something the user gave cannot be used.

    The message says what was wrong, where, and the next action.

    >>> raise UserError("reviews: no such folder; pass --data DIR")
    Traceback (most recent call last):
    reelgrade.errors.UserError: reviews: no such folder; pass --data DIR
    """


class Stopped(Exception):
    """The user has stopped a command; the message says what becomes of its work."""
