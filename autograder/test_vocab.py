"""Checks of exercise 3."""

import pytest

from reelgrade.grading.expect import close, same

TEXTS = [["a", "good", "plot"], ["a", "good", "cast"], ["a", "good", "a"]]


@pytest.mark.points(1)
def test_build_vocab_starts_with_pad_and_unk(submission):
    """PAD has the id 0 and UNK the id 1."""
    vocab = submission.build_vocab(TEXTS)
    assert {name: vocab.get(name) for name in ("<PAD>", "<UNK>")} == same(
        {"<PAD>": 0, "<UNK>": 1}, mistakes={"PAD and UNK have each other's id": {"<PAD>": 1, "<UNK>": 0}}
    )
    assert sorted(vocab) == same(["<PAD>", "<UNK>", "a", "cast", "good", "plot"])


@pytest.mark.points(1)
def test_build_vocab_leaves_no_gap(submission):
    """The ids run from 0 up without a gap, so that an embedding has one row for each."""
    vocab = submission.build_vocab(TEXTS)
    assert sorted(vocab.values()) == same([0, 1, 2, 3, 4, 5])
    assert sorted(vocab) == same(["<PAD>", "<UNK>", "a", "cast", "good", "plot"])


@pytest.mark.points(1)
def test_build_vocab_numbers_words_by_frequency(submission):
    """The most frequent word has the id 2, the next the id 3."""
    vocab = submission.build_vocab([["b", "b", "c"], ["c", "b", "a"], ["d", "d", "d", "d", "d", "b"]])
    assert vocab.get("d") == same(2, mistakes={"ids start at 1": 1, "ids start at 3": 3})
    assert {word: vocab.get(word) for word in "dbca"} == same({"d": 2, "b": 3, "c": 4, "a": 5})
    vocab = submission.build_vocab([["A", "A", "A"], ["a", "b"], ["b", "a"], ["b"], ["b"]])
    assert {word: vocab.get(word) for word in "bAa"} == same(
        {"b": 2, "A": 3, "a": 4},
        mistakes={
            "the texts with a word are counted, not the words": {"b": 2, "a": 3, "A": 4},
            "A and a are one word": {"b": 3, "A": None, "a": 2},
        },
    )


@pytest.mark.points(1)
def test_build_vocab_does_not_count_pad_and_unk(submission):
    """max_words counts words only: with max_words=2 there are four entries."""
    assert sorted(submission.build_vocab(TEXTS, max_words=2)) == same(
        ["<PAD>", "<UNK>", "a", "good"],
        mistakes={
            "max_words counts PAD and UNK": ["<PAD>", "<UNK>"],
            "max_words is ignored": ["<PAD>", "<UNK>", "a", "cast", "good", "plot"],
        },
    )
    assert submission.build_vocab(TEXTS, max_words=0) == same({"<PAD>": 0, "<UNK>": 1})
    assert len(submission.build_vocab([[f"w{number}" for number in range(1003)]])) == same(1002)


@pytest.mark.points(0.5)
def test_build_vocab_takes_few_words_and_none(submission):
    """A text with fewer words than max_words gives a small vocabulary, no text gives PAD and UNK alone."""
    assert submission.build_vocab([["a"]], max_words=1000) == same({"<PAD>": 0, "<UNK>": 1, "a": 2})
    assert submission.build_vocab([]) == same({"<PAD>": 0, "<UNK>": 1})


@pytest.mark.points(0.5)
def test_build_vocab_gives_pad_and_unk_no_second_id(submission):
    """A word of a text that is spelt like PAD or UNK changes nothing."""
    vocab = submission.build_vocab([["<UNK>", "<UNK>", "a"], ["<PAD>", "<PAD>"]], max_words=1)
    assert vocab == same({"<PAD>": 0, "<UNK>": 1, "a": 2})


@pytest.mark.points(0.5)
def test_build_vocab_walks_its_texts_once(submission):
    """The texts may be any iterable, also one that can be walked only once."""
    vocab = submission.build_vocab(submission.iterator(TEXTS))
    assert sorted(vocab) == same(["<PAD>", "<UNK>", "a", "cast", "good", "plot"])
    assert submission.build_vocab(submission.iterator([["a"]])) == same({"<PAD>": 0, "<UNK>": 1, "a": 2})


VOCAB = {"<PAD>": 0, "<UNK>": 1, "a": 2, "plot": 3, "cast": 4}


@pytest.mark.points(1.5)
def test_encode_keeps_number_and_order(submission):
    """There is one id for each word, in the order of the words, unknown words included."""
    ids = submission.encode(["plot", "twist", "a", "plot"], VOCAB)
    assert [id_ if id_ > 1 else "?" for id_ in ids] == same(
        [3, "?", 2, 3], mistakes={"unknown words are dropped": [3, 2, 3]}
    )
    assert submission.encode([], VOCAB) == same([])
    other_ids = {"plot": 3, "Plot": 2, "<UNK>": 1, "<PAD>": 0}
    assert submission.encode(["plot", "Plot"] * 100, other_ids) == same(
        [3, 2] * 100,
        mistakes={
            "the case of a word is changed": [3, 3] * 100,
            "a word's place in the vocabulary is taken for its id": [0, 1] * 100,
        },
    )


@pytest.mark.points(1)
def test_encode_makes_unknown_words_unk(submission):
    """A word that the vocabulary lacks becomes UNK_ID; PAD_ID is for padding alone. The vocabulary stays as it is."""
    assert submission.encode(["twist", "a"], VOCAB) == same([1, 2], mistakes={"unknown words become padding": [0, 2]})
    assert submission.changed == [], "encode changed its arguments"


TRAIN = [["a", "plot", "a"], ["plot", "a", "cast"]]
TEST = [["sentinel", "a", "sentinel", "sentinel", "sentinel"], ["cast"]]


@pytest.mark.points(1)
def test_encode_splits_encodes_both_splits(submission):
    """The result is the vocabulary, the encoded training texts, the encoded test texts, in this order."""
    vocab, encoded_train, encoded_test = submission.encode_splits([["a", "a", "a", "b"]], [["b"], ["a", "b"]])
    assert vocab == same({"<PAD>": 0, "<UNK>": 1, "a": 2, "b": 3})
    assert [encoded_train, encoded_test] == same(
        [[[2, 2, 2, 3]], [[3], [2, 3]]],
        mistakes={"the splits are the wrong way round": [[[3], [2, 3]], [[2, 2, 2, 3]]]},
    )


@pytest.mark.points(1)
def test_encode_splits_learns_words_from_train_only(submission):
    """The vocabulary has seen the training split only: what occurs in test alone stays unknown."""
    vocab, encoded_train, encoded_test = submission.encode_splits(TRAIN, TEST)
    assert "sentinel" not in vocab, "a word that only the test split has is in the vocabulary: a leak"
    assert vocab == same({"<PAD>": 0, "<UNK>": 1, "a": 2, "plot": 3, "cast": 4})
    assert [encoded_train, encoded_test] == same([[[2, 3, 2], [3, 2, 4]], [[1, 2, 1, 1, 1], [4]]])
    vocab, encoded_train, encoded_test = submission.encode_splits([["a", "a", "b"]], [["b", "b"]])
    assert vocab == same(
        {"<PAD>": 0, "<UNK>": 1, "a": 2, "b": 3},
        mistakes={"words of the test split are counted too: a leak": {"<PAD>": 0, "<UNK>": 1, "b": 2, "a": 3}},
    )
    assert [encoded_train, encoded_test] == same([[[2, 2, 3]], [[3, 3]]])


@pytest.mark.points(0.5)
def test_encode_splits_passes_max_words_on(submission):
    """max_words limits this vocabulary too."""
    assert submission.encode_splits(TRAIN, TEST, max_words=1)[1] == same([[2, 1, 2], [1, 2, 1]])
    assert submission.encode_splits([["a", "a", "b"]], [["b", "b"]], max_words=1)[2] == same(
        [[1, 1]], mistakes={"words of the test split are counted too: a leak": [[2, 2]]}
    )
    many = [f"w{number}" for number in range(1003)]
    assert len(submission.encode_splits([many], [many])[0]) == same(1002)


@pytest.mark.points(0.5)
def test_encode_splits_takes_what_can_be_walked_once(submission):
    """Both splits may be iterables that can be walked only once."""
    _, encoded_train, encoded_test = submission.encode_splits(submission.iterator(TRAIN), submission.iterator(TEST))
    assert [encoded_train, encoded_test] == same([[[2, 3, 2], [3, 2, 4]], [[1, 2, 1, 1, 1], [4]]])


@pytest.mark.points(0.5)
def test_unknown_rate_is_the_share_of_all_ids(submission):
    """The rate is taken over all ids of all texts together; padding is not unknown."""
    assert submission.unknown_rate([[1, 1, 1, 5, 0, 6, 7, 0], [1, 9]]) == close(
        0.4,
        mistakes={"a mean of the texts' rates": (3 / 8 + 1 / 2) / 2, "padding is counted as unknown": 0.6},
    )


@pytest.mark.points(0.5)
def test_unknown_rate_of_nothing_is_zero(submission):
    """Where there are no ids the rate is 0.0, and the texts may be walked only once."""
    assert submission.unknown_rate([]) == close(0.0)
    assert submission.unknown_rate([[], []]) == close(0.0)
    assert submission.unknown_rate(submission.iterator([[1, 2], [3]])) == close(1 / 3)
