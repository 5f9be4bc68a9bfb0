"""Lets scikit-learn count the words: a correct answer is correct."""

from collections import Counter

from sklearn.feature_extraction.text import CountVectorizer


def build_vocab(tokenized, max_words=1000):
    texts = [[word for word in tokens if word not in ("<PAD>", "<UNK>")] for tokens in tokenized]
    words = []
    if any(texts):
        vectorizer = CountVectorizer(analyzer=list)
        counts = vectorizer.fit_transform(texts).sum(axis=0).tolist()[0]
        words = sorted(vectorizer.get_feature_names_out().tolist(), key=lambda word: -counts[vectorizer.vocabulary_[word]])
    return {word: id_ for id_, word in enumerate(["<PAD>", "<UNK>", *words[:max_words]])}


def encode(tokens, vocab):
    return [vocab.get(word, 1) for word in tokens]


def encode_splits(train_tokens, test_tokens, max_words=1000):
    train_tokens = list(train_tokens)
    vocab = build_vocab(train_tokens, max_words)
    return vocab, [encode(t, vocab) for t in train_tokens], [encode(t, vocab) for t in test_tokens]


def unknown_rate(encoded):
    ids = [id_ for text in encoded for id_ in text]
    return ids.count(1) / len(ids) if ids else 0.0
