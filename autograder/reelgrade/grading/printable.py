"""Text that students control, made fit to be shown: no control sequences, no lone surrogates, a bounded length.

What a format needs beyond that (HTML, Markdown, XML, CSV) is escaped where that format is written.
"""


def printable(text: str, limit: int = 1000) -> str:
    r"""Write control characters and their like as escapes, and cut what is too long.

    >>> printable("red \x1b[31m, \u202e and \ud800")
    'red \\x1b[31m, \\u202e and \\ud800'
    """
    shown = "".join(c if c.isprintable() or c == "\t" else _escaped(c) for c in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 4] + " ..."


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
