"""Exercise 3: turn words into ids, with a vocabulary that has seen the training split only."""

from collections.abc import Iterable

from reelgrade.given import PAD, PAD_ID, UNK, UNK_ID


def build_vocab(tokenized: Iterable[list[str]], max_words: int = 1000) -> dict[str, int]:
    """Give an id to each of the most frequent words.

    PAD and UNK come first, with the ids 0 and 1, and are not counted in `max_words`. The most
    frequent words follow, most frequent first, from id 2 on without a gap; words that are equally
    frequent may come in any order. A word of the text that is spelt like PAD or UNK gets no second id.

    >>> build_vocab([["a", "good", "plot"], ["a", "good", "cast"], ["a"]], max_words=2)
    {'<PAD>': 0, '<UNK>': 1, 'a': 2, 'good': 3}
    """
    ### BEGIN SOLUTION
    from collections import Counter

    counts = Counter(word for tokens in tokenized for word in tokens)
    for special in (PAD, UNK):
        counts.pop(special, None)
    vocab = {PAD: PAD_ID, UNK: UNK_ID}
    for word, _ in counts.most_common(max_words):
        vocab[word] = len(vocab)
    return vocab
    ### END SOLUTION


def encode(tokens: list[str], vocab: dict[str, int]) -> list[int]:
    """Replace each word by its id, and a word the vocabulary lacks by UNK_ID.

    One id a word, in the order of the words. An unknown word is never PAD_ID: that is for padding alone.
    The published notebooks call this `encode_text`.

    >>> encode(["a", "bold", "plot"], {"<PAD>": 0, "<UNK>": 1, "a": 2, "plot": 3})
    [2, 1, 3]
    """
    ### BEGIN SOLUTION
    return [vocab.get(word, UNK_ID) for word in tokens]
    ### END SOLUTION


def encode_splits(
    train_tokens: Iterable[list[str]], test_tokens: Iterable[list[str]], max_words: int = 1000
) -> tuple[dict[str, int], list[list[int]], list[list[int]]]:
    """Build the vocabulary from the training split, then encode both splits with it.

    Words that only the test split has stay unknown: a vocabulary that has seen them hides how many
    unknown words a new review brings. Returns (vocab, encoded_train, encoded_test).

    >>> encode_splits([["a", "plot"], ["a"]], [["a", "twist"]])
    ({'<PAD>': 0, '<UNK>': 1, 'a': 2, 'plot': 3}, [[2, 3], [2]], [[2, 1]])
    """
    ### BEGIN SOLUTION
    train_tokens = list(train_tokens)  # walked twice
    vocab = build_vocab(train_tokens, max_words)
    return vocab, [encode(tokens, vocab) for tokens in train_tokens], [encode(tokens, vocab) for tokens in test_tokens]
    ### END SOLUTION


def unknown_rate(encoded: Iterable[list[int]]) -> float:
    """Tell which share of all ids is UNK_ID.

    A number from 0 to 1 over all ids of all texts together, not a mean of rates; 0.0 where there
    are no ids.

    >>> unknown_rate([[2, 1, 5], [1]])
    0.5
    """
    ### BEGIN SOLUTION
    ids = [id_ for text in encoded for id_ in text]
    return ids.count(UNK_ID) / len(ids) if ids else 0.0
    ### END SOLUTION
