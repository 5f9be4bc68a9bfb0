"""Exercise 2: cut a review into words."""

from collections.abc import Iterable


def tokenize(text: str) -> list[str]:
    r"""Cut a text into its lower-cased words.

    A word is a run of word characters as the regular expression `\b\w+\b` finds it: letters of any
    language, digits and underscores. Punctuation and emoji are dropped, an apostrophe cuts a word.
    The published notebooks call this `tokenize_review`.

    >>> tokenize("Let's go: 10/10, très bien 😁")
    ['let', 's', 'go', '10', '10', 'très', 'bien']
    """
    # YOUR CODE HERE
    raise NotImplementedError("tokenize")


def tokenize_corpus(texts: Iterable[str]) -> list[list[str]]:
    """Tokenize every text of a collection, in its order.

    `texts` may be any iterable, also one that can be walked only once.

    >>> tokenize_corpus(["A fine cast.", ""])
    [['a', 'fine', 'cast'], []]
    """
    # YOUR CODE HERE
    raise NotImplementedError("tokenize_corpus")
