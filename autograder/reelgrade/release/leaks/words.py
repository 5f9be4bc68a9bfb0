"""Cut text into words, and code into runs of twelve tokens that a search can find in any other text.

A run is twelve tokens of Python, without comments and line ends, written as words: names, numbers and single signs.
White space, kinds of quotes and commas before a closing bracket make no difference.
"""

import html
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

RUN = 12

Words = tuple[str, ...]

WORD = re.compile(r"\w+|[^\w\s\\]")
PREFIX = re.compile(r"^[ \t]*(?:(?:#+|>>>|\.\.\.|>|\||//|\*)[ \t]*)+", re.MULTILINE)
COMMENT = re.compile(r"#[^\n'\"]*$", re.MULTILINE)
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}


def words(text: str) -> list[str]:
    r"""Cut a text into words and signs.

    >>> words('f("a",\n  x_1,)')
    ['f', '(', "'", 'a', "'", ',', 'x_1', ')']
    """
    return WORD.findall(evened(text))


def evened(text: str) -> str:
    """Write one kind of quotes, and no comma before a closing bracket; the lines stay."""
    return re.sub(r",(\s*[)\]}])", r"\1", text.replace('"', "'"))


def code_tokens(source: str) -> list[tuple[int, str]]:
    """Give the tokens of Python that count, each with its line, up to the first that cannot be read."""
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in SILENT:
                tokens.append((token.start[0], token.string))
    except (tokenize.TokenError, SyntaxError):  # a fragment ends where it ends
        pass
    return tokens


def code_runs(tokens: Sequence[str]) -> Iterator[Words]:
    """Give every run of twelve tokens, as words.

    >>> [len(run) for run in code_runs("a = b + c * d - e / f if g".split())]
    [12, 12]
    """
    for start in range(len(tokens) - RUN + 1):
        run = tuple(words(" ".join(tokens[start : start + RUN])))
        if len(run) >= RUN:
            yield run


def prose_words(text: str) -> list[str]:
    """Cut prose into words alone, in lower case.

    >>> prose_words("It's *Fun*.")
    ['it', 's', 'fun']
    """
    return re.findall(r"\w+", text.casefold())


def windows(found: Sequence[str], size: int = RUN) -> Iterator[Words]:
    """Give every stretch of so many words."""
    return zip(*(found[start:] for start in range(size)), strict=False)


def variants(text: str) -> list[str]:
    r"""Give a text as it is, and as it reads without escapes, without line prefixes, and without comments.

    >>> variants("# a\\nb")
    ['# a\\nb', '# a\nb', ' a\\nb', ' a\nb', '', '\nb']
    """
    plain = [text, html.unescape(text)]
    plain += [_unescaped(one) for one in plain if "\\" in one]
    plain += [PREFIX.sub(" ", one) for one in plain]
    plain += [COMMENT.sub("", one) for one in plain]
    return list(dict.fromkeys(plain))


def _unescaped(text: str) -> str:
    short = {"n": "\n", "t": "\t", "r": "\n"}
    replaced = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\+(.)", lambda found: short.get(found[1], found[1]), replaced, flags=re.DOTALL)
