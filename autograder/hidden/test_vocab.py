"""Hidden checks of exercise 3: words with frequencies that all differ, so that their order is certain."""

import pytest

from reelgrade.grading.expect import close, same

PAD, UNK = "<PAD>", "<UNK>"
LETTERS = "abcdefghijklmnopqrstuvwxyzéößñøжщ映画😁"


def words(draw, count):
    """So many different words."""
    found = {}
    while len(found) < count:
        found["".join(draw.choices(LETTERS, k=draw.randint(3, 8)))] = None
    return list(found)


def repeated(ranked):
    """Tokens of which the first word has most, the last one a single one, in this order."""
    return [word for index, word in enumerate(ranked) for _ in range(len(ranked) - index)]


def shuffled(draw, tokens):
    return draw.sample(tokens, len(tokens))


def cut(draw, tokens):
    """Cut a row of tokens into texts of one to six."""
    parts = []
    while tokens:
        length = draw.randint(1, 6)
        parts, tokens = [*parts, tokens[:length]], tokens[length:]
    return parts


def ids_of(ranked):
    return {PAD: 0, UNK: 1} | {word: id_ for id_, word in enumerate(ranked, start=2)}


@pytest.mark.confirms("build_vocab_numbers_words_by_frequency")
def test_build_vocab_numbers_any_words_by_frequency(submission, draw):
    """The ids of the words follow their frequencies, from 2 on."""
    ranked = words(draw, draw.randint(6, 12))
    vocab = submission.build_vocab(cut(draw, shuffled(draw, repeated(ranked))))
    assert {word: vocab.get(word) for word in ranked} == same({word: ids_of(ranked)[word] for word in ranked})


@pytest.mark.confirms("build_vocab_does_not_count_pad_and_unk")
def test_build_vocab_keeps_any_number_of_words(submission, draw):
    """Exactly max_words words are kept, the most frequent ones, besides PAD and UNK."""
    ranked, max_words = words(draw, draw.randint(8, 12)), draw.randint(3, 7)
    vocab = submission.build_vocab(cut(draw, repeated(ranked)), max_words=max_words)
    assert sorted(vocab) == same(sorted([PAD, UNK, *ranked[:max_words]]))


@pytest.mark.confirms("encode_makes_unknown_words_unk")
def test_encode_makes_any_unknown_word_unk(submission, draw):
    """Every word that the vocabulary lacks has UNK's id, and the vocabulary does not grow."""
    known, unknown = words(draw, 10)[:6], [f"{word}?" for word in words(draw, 4)]
    ids = draw.sample(range(2, 8), 6)
    vocab = {PAD: 0, UNK: 1, **dict(zip(known, ids, strict=True))}
    tokens = shuffled(draw, known + unknown + draw.choices(known + unknown, k=draw.randint(2, 9)))
    assert submission.encode(tokens, vocab) == same([vocab[token] if token in known else 1 for token in tokens])
    assert submission.changed == []


@pytest.mark.confirms("encode_splits_encodes_both_splits")
def test_encode_splits_encodes_any_splits(submission, draw):
    """Vocabulary, training split and test split come in this order, each text with its ids."""
    ranked = words(draw, draw.randint(5, 9))
    train, test = cut(draw, repeated(ranked)), cut(draw, shuffled(draw, repeated(ranked)))
    ids = ids_of(ranked)
    assert submission.encode_splits(train, test) == same(
        [ids, *([[ids[word] for word in text] for text in split] for split in (train, test))]
    )


@pytest.mark.confirms("encode_splits_learns_words_from_train_only")
def test_encode_splits_leaks_no_word(submission, draw):
    """However often the test split has a word, it stays unknown unless the training split has it too."""
    everything = words(draw, draw.randint(9, 12))
    ranked, foreign = everything[:5], everything[5:]
    test, ids = cut(draw, shuffled(draw, ranked + foreign * draw.randint(6, 9))), ids_of(ranked)
    vocab, _, encoded_test = submission.encode_splits(cut(draw, repeated(ranked)), test)
    assert [word for word in foreign if word in vocab] == same([])
    assert encoded_test == same([[ids.get(word, 1) for word in text] for text in test])


@pytest.mark.confirms("unknown_rate_is_the_share_of_all_ids")
def test_unknown_rate_is_the_share_of_any_ids(submission, draw):
    """So many ones among so many ids, whichever text they are in."""
    total = draw.choice([23, 29, 31, 37])  # prime: no share of them is one of the visible shares
    unknown = draw.randint(3, 19)
    ids = [1] * unknown + [0, 0, 0] + [draw.randint(2, 99) for _ in range(total - unknown - 3)]
    assert submission.unknown_rate(cut(draw, shuffled(draw, ids))) == close(unknown / total)
