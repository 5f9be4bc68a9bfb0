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


def special(vocab):
    """The ids of PAD and UNK."""
    return [vocab.get(PAD), vocab.get(UNK)]


@pytest.mark.confirms("build_vocab_starts_with_pad_and_unk")
def test_build_vocab_of_any_words_starts_with_pad_and_unk(submission, draw):
    """Beside the words of the texts there are PAD, with the id 0, and UNK, with the id 1."""
    known = words(draw, draw.randint(6, 12))
    vocab = submission.build_vocab(cut(draw, shuffled(draw, known * draw.randint(1, 3))))
    assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
    assert special(vocab) == same([0, 1])


@pytest.mark.confirms("build_vocab_leaves_no_gap")
def test_build_vocab_of_any_words_leaves_no_gap(submission, draw):
    """The words of the texts, PAD and UNK share the ids from 0 up."""
    known = words(draw, draw.randint(6, 20))
    vocab = submission.build_vocab(cut(draw, shuffled(draw, known * draw.randint(1, 3))))
    assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
    assert sorted(vocab.values()) == same(list(range(len(known) + 2)))


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


@pytest.mark.confirms("build_vocab_takes_few_words_and_none")
def test_build_vocab_takes_any_few_words_and_none(submission, draw):
    """Far fewer words than max_words are all kept; texts without a word leave PAD and UNK alone."""
    known, empty = words(draw, draw.randint(2, 5)), [[]] * draw.randint(2, 60)
    vocab = submission.build_vocab(cut(draw, repeated(known)), max_words=draw.randint(50, 999))
    assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
    assert submission.build_vocab(empty, max_words=draw.randint(50, 999)) == same({PAD: 0, UNK: 1})


@pytest.mark.confirms("build_vocab_gives_pad_and_unk_no_second_id")
def test_build_vocab_gives_pad_and_unk_no_second_id_in_any_text(submission, draw):
    """However often a text has PAD and UNK, they take no place from its words and no id of theirs."""
    known = words(draw, draw.randint(4, 9))
    tokens = known + [PAD] * draw.randint(2, 5) + [UNK] * draw.randint(2, 5)
    vocab = submission.build_vocab(cut(draw, shuffled(draw, tokens)), max_words=len(known))
    assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
    assert special(vocab) == same([0, 1])


@pytest.mark.confirms("build_vocab_walks_its_texts_once")
def test_build_vocab_walks_any_texts_once(submission, draw):
    """All words of texts that can be walked only once are in the vocabulary."""
    known = words(draw, draw.randint(6, 12))
    vocab = submission.build_vocab(submission.iterator(cut(draw, shuffled(draw, known * 2))))
    assert sorted(vocab) == same(sorted([PAD, UNK, *known]))


def some_vocab(draw, known):
    """A vocabulary that numbers these words in any order."""
    return {PAD: 0, UNK: 1, **dict(zip(known, draw.sample(range(2, 2 + len(known)), len(known)), strict=True))}


@pytest.mark.confirms("encode_keeps_number_and_order")
def test_encode_keeps_number_and_order_of_any_words(submission, draw):
    """Each known word has its id at its place, whatever becomes of the unknown ones between them."""
    known, unknown = words(draw, 8), [f"{word}?" for word in words(draw, 3)]
    vocab, tokens = some_vocab(draw, known), shuffled(draw, known + unknown + known)
    ids = submission.encode(tokens, vocab)
    assert [id_ if id_ > 1 else "?" for id_ in ids] == same([vocab.get(token, "?") for token in tokens])


@pytest.mark.confirms("encode_makes_unknown_words_unk")
def test_encode_makes_any_unknown_word_unk(submission, draw):
    """Every word that the vocabulary lacks has UNK's id, and the vocabulary does not grow."""
    known, unknown = words(draw, 6), [f"{word}?" for word in words(draw, 4)]
    vocab = some_vocab(draw, known)
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


def pairs_of(texts, encoded):
    """Each word with its id, or with its ids where it has several."""
    assert [len(ids) for ids in encoded] == same([len(text) for text in texts])
    return {pair for text, ids in zip(texts, encoded, strict=True) for pair in zip(text, ids, strict=True)}


@pytest.mark.confirms("encode_splits_passes_max_words_on")
def test_encode_splits_passes_any_max_words_on(submission, draw):
    """Every word has one id, and so many words have one of their own."""
    known, max_words = words(draw, draw.randint(8, 12)), draw.randint(3, 6)
    train = cut(draw, shuffled(draw, repeated(known)))
    encoded_train = submission.encode_splits(train, cut(draw, known), max_words=max_words)[1]
    pairs = pairs_of(train, encoded_train)
    assert sorted(word for word, _ in pairs) == same(sorted(known))
    assert len({id_ for _, id_ in pairs} - {1}) == same(max_words)


@pytest.mark.confirms("encode_splits_takes_what_can_be_walked_once")
def test_encode_splits_takes_any_splits_that_can_be_walked_once(submission, draw):
    """Both splits are encoded from their first text to their last, each word by an id of its own."""
    known = words(draw, draw.randint(6, 9))
    train, test = (cut(draw, shuffled(draw, repeated(known))) for _ in range(2))
    _, *encoded = submission.encode_splits(submission.iterator(train), submission.iterator(test))
    pairs = pairs_of(train, encoded[0]) | pairs_of(test, encoded[1])
    assert sorted(word for word, _ in pairs) == same(sorted(known))
    assert len({id_ for _, id_ in pairs}) == same(len(known))


@pytest.mark.confirms("unknown_rate_is_the_share_of_all_ids")
def test_unknown_rate_is_the_share_of_any_ids(submission, draw):
    """So many ones among so many ids, whichever text they are in."""
    total = draw.choice([101, 103, 107, 109, 113])  # prime: no share of them is one of the visible shares
    unknown = draw.randint(3, 95)
    ids = [1] * unknown + [0, 0, 0] + [draw.randint(2, 99) for _ in range(total - unknown - 3)]
    assert submission.unknown_rate(cut(draw, shuffled(draw, ids))) == close(unknown / total)


@pytest.mark.confirms("unknown_rate_of_nothing_is_zero")
def test_unknown_rate_of_any_number_of_empty_texts_is_zero(submission, draw):
    """Empty texts alone have the rate 0.0; beside others, in what can be walked only once, they change nothing."""
    empty = [[]] * draw.randint(3, 300)
    unknown, known = draw.sample(range(5, 60), 2)
    encoded = cut(draw, shuffled(draw, [1] * unknown + [2] * known)) + empty
    assert submission.unknown_rate(submission.iterator(encoded)) == close(unknown / (unknown + known))
    assert submission.unknown_rate(empty) == close(0.0)
