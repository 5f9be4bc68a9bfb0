"""Hidden checks of exercise 3: words with frequencies that all differ, so that their order is certain."""

import pytest

from reelgrade.grading.expect import close, same

PAD, UNK = "<PAD>", "<UNK>"
LETTERS = "abcdefghijklmnopqrstuvwxyzéößñøжщ映画😁"


def words(draw, count):
    """So many different words; the last two differ in their case alone."""
    found = {}
    while len(found) < count - 1:
        found["".join(draw.choices(LETTERS, k=draw.randint(3, 8)))] = None
    twin = next(word for word in found if word.title() not in found and word.title() != word)
    return [*(word for word in found if word != twin), *draw.sample([twin, twin.title()], 2)]


def repeated(ranked):
    """Tokens of which the first word has most, the last one a single one, in this order."""
    return [word for index, word in enumerate(ranked) for _ in range(len(ranked) - index)]


def shuffled(draw, tokens):
    return draw.sample(tokens, len(tokens))


def rare_first(draw, ranked):
    """The same tokens in another order, the rarest word first: the words do not come as their ids do."""
    return [ranked[-1], *shuffled(draw, repeated(ranked)[:-1])]


def cut(draw, tokens):
    """Cut a row of tokens into texts of one to six."""
    parts = []
    while tokens:
        length = draw.randint(1, 6)
        parts, tokens = [*parts, tokens[:length]], tokens[length:]
    return parts


def in_one_and_many(draw, *splits):
    """Splits of one text each, which a count of texts with a word cannot rank, and the same tokens in many texts."""
    return [[tokens] for tokens in splits], [cut(draw, tokens) for tokens in splits]


def ids_of(ranked):
    return {PAD: 0, UNK: 1} | {word: id_ for id_, word in enumerate(ranked, start=2)}


def special(vocab):
    """The ids of PAD and UNK."""
    return [vocab.get(PAD), vocab.get(UNK)]


def layouts(draw, tokens):
    """The same tokens as texts in several forms: one text, a text for each token, and texts of any length, some empty."""
    parts = cut(draw, shuffled(draw, tokens))
    return [tokens], [tokens[::-1]], [[token] for token in shuffled(draw, tokens)], [[], *parts, []], [sorted(tokens)]


@pytest.mark.confirms("build_vocab_starts_with_pad_and_unk")
def test_build_vocab_of_any_words_starts_with_pad_and_unk(submission, draw):
    """Beside the words of the texts there are PAD, with the id 0, and UNK, with the id 1."""
    known = words(draw, draw.randint(6, 12))
    for texts in layouts(draw, known * 2 + known[1:]):
        vocab = submission.build_vocab(texts)
        assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
        assert special(vocab) == same([0, 1])


@pytest.mark.confirms("build_vocab_leaves_no_gap")
def test_build_vocab_of_any_words_leaves_no_gap(submission, draw):
    """The words of the texts, PAD and UNK share the ids from 0 up."""
    known = words(draw, draw.randint(6, 20))
    for texts in layouts(draw, known * 2 + known[1:]):
        vocab = submission.build_vocab(texts)
        assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
        assert sorted(vocab.values()) == same(list(range(len(known) + 2)))


@pytest.mark.confirms("build_vocab_numbers_words_by_frequency")
def test_build_vocab_numbers_any_words_by_frequency(submission, draw):
    """The ids of the words follow their frequencies, from 2 on, whichever texts they are in."""
    for number in (draw.randint(6, 12), draw.randint(30, 40)):
        ranked = words(draw, number)
        frequent, *others = ([word] * (len(ranked) - index) for index, word in enumerate(ranked))
        rare_in_many = [frequent, *([word] for word in shuffled(draw, [word for one in others for word in one]))]
        for texts in (*layouts(draw, repeated(ranked)), rare_in_many, [repeated(ranked)[::-1]]):
            vocab = submission.build_vocab(texts)
            assert {word: vocab.get(word) for word in ranked} == same({word: ids_of(ranked)[word] for word in ranked})


@pytest.mark.confirms("build_vocab_does_not_count_pad_and_unk")
def test_build_vocab_keeps_any_number_of_words(submission, draw):
    """Exactly max_words words are kept, the most frequent ones, besides PAD and UNK; 1000 unless told."""
    ranked = words(draw, draw.randint(8, 12))
    for max_words in (0, 1, 2, draw.randint(3, 7), len(ranked) - 1, len(ranked), len(ranked) + 1):
        for texts in layouts(draw, repeated(ranked)):
            vocab = submission.build_vocab(texts, max_words=max_words)
            assert sorted(vocab) == same(sorted([PAD, UNK, *ranked[:max_words]]))
    many = [f"{number} {ranked[0]}" for number in range(1000)]
    assert sorted(submission.build_vocab([ranked, many, many])) == same(sorted([PAD, UNK, *many]))


@pytest.mark.confirms("build_vocab_takes_few_words_and_none")
def test_build_vocab_takes_any_few_words_and_none(submission, draw):
    """Far fewer words than max_words are all kept; texts without a word leave PAD and UNK alone."""
    known, max_words = words(draw, draw.randint(4, 6)), draw.randint(50, 999)
    for few in (known, known[:1], known[:2]):
        for texts in layouts(draw, repeated(few)):
            assert submission.build_vocab(texts, max_words=max_words) == same(ids_of(few))
    for empty in ([], [[]], [[]] * draw.randint(2, 60)):
        assert submission.build_vocab(empty, max_words=max_words) == same({PAD: 0, UNK: 1})


@pytest.mark.confirms("build_vocab_gives_pad_and_unk_no_second_id")
def test_build_vocab_gives_pad_and_unk_no_second_id_in_any_text(submission, draw):
    """However often a text has PAD and UNK, or one of them, they take no place from its words and no id of theirs."""
    known = words(draw, draw.randint(4, 9))
    for pads, unks in ((draw.randint(20, 50), draw.randint(20, 50)), (1, 1), (draw.randint(20, 50), 0), (0, 60)):
        for texts in layouts(draw, repeated(known) + [PAD] * pads + [UNK] * unks):
            for kept in (len(known), 1000):
                vocab = submission.build_vocab(texts, max_words=kept)
                assert sorted(vocab) == same(sorted([PAD, UNK, *known]))
                assert special(vocab) == same([0, 1])


@pytest.mark.confirms("build_vocab_walks_its_texts_once")
def test_build_vocab_walks_any_texts_once(submission, draw):
    """All words of texts that can be walked only once are in the vocabulary."""
    known = words(draw, draw.randint(6, 12))
    for texts in layouts(draw, repeated(known)):
        assert sorted(submission.build_vocab(submission.iterator(texts))) == same(sorted([PAD, UNK, *known]))


def some_vocab(draw, known):
    """A vocabulary that numbers these words in any order."""
    return {PAD: 0, UNK: 1, **dict(zip(known, draw.sample(range(2, 2 + len(known)), len(known)), strict=True))}


def token_lists(draw, known, unknown):
    """Lists of known and unknown words: mixed, only one sort of them, one word, many, none."""
    mixed = shuffled(draw, known + unknown + known)
    return mixed, known, unknown, known[:1], unknown[:1], [known[0]] * 3 + [unknown[0]] * 3, mixed * 20, []


@pytest.mark.confirms("encode_keeps_number_and_order")
def test_encode_keeps_number_and_order_of_any_words(submission, draw):
    """Each known word has its id at its place, whatever becomes of the unknown ones between them."""
    known = words(draw, 8)
    unknown = [f"{word}?" for word in known[:3]]
    vocab = some_vocab(draw, known)
    for tokens in token_lists(draw, known, unknown):
        ids = submission.encode(tokens, vocab)
        assert [id_ if id_ > 1 else "?" for id_ in ids] == same([vocab.get(token, "?") for token in tokens])


@pytest.mark.confirms("encode_makes_unknown_words_unk")
def test_encode_makes_any_unknown_word_unk(submission, draw):
    """Every word that the vocabulary lacks has UNK's id, and the vocabulary does not grow."""
    known = words(draw, 6)
    unknown = [f"{word}?" for word in known[:4]]
    vocab = some_vocab(draw, known)
    for tokens in token_lists(draw, known, unknown):
        assert submission.encode(tokens, vocab) == same([vocab.get(token, 1) for token in tokens])
        assert submission.changed == []


def expected_splits(ranked, train, test):
    """The vocabulary of these words, most frequent first, and both splits by their ids."""
    ids = ids_of(ranked)
    return [ids, *([[ids.get(word, 1) for word in text] for text in split] for split in (train, test))]


@pytest.mark.confirms("encode_splits_encodes_both_splits")
def test_encode_splits_encodes_any_splits(submission, draw):
    """Vocabulary, training split and test split come in this order, each text with its ids."""
    ranked = words(draw, draw.randint(9, 12))
    for train in (*layouts(draw, repeated(ranked)), [rare_first(draw, ranked)]):
        for test in (cut(draw, shuffled(draw, repeated(ranked))), [[ranked[0]]], [[]], [], [[], *train]):
            assert submission.encode_splits(train, test) == same(expected_splits(ranked, train, test))


@pytest.mark.confirms("encode_splits_learns_words_from_train_only")
def test_encode_splits_leaks_no_word(submission, draw):
    """Neither the words of the test split nor how often it has them changes the vocabulary."""
    everything = words(draw, draw.randint(14, 17))
    ranked, foreign = everything[:9], everything[9:]
    train = rare_first(draw, ranked)
    for tokens in (
        ranked + foreign * draw.randint(6, 9),
        foreign,
        [ranked[-1]] * 30 + [ranked[-2]] * 20,
        repeated(ranked[::-1]) * 4 + foreign,
        ranked[:1],
    ):
        for first, second in in_one_and_many(draw, train, shuffled(draw, tokens)):
            found = submission.encode_splits(first, second)
            assert [word for word in foreign if word in found[0]] == same([])
            assert found == same(expected_splits(ranked, first, second))


@pytest.mark.confirms("encode_splits_passes_max_words_on")
def test_encode_splits_passes_any_max_words_on(submission, draw):
    """So many words, the most frequent of the training split, have an id of their own; 1000 unless told."""
    known = words(draw, draw.randint(9, 12))
    train = rare_first(draw, known)
    for kept in (0, 1, draw.randint(3, 6), len(known) - 1, len(known), len(known) + 1):
        for tokens in (known, [known[-1]] * 40 + [known[-2]] * 50):
            for first, second in in_one_and_many(draw, train, tokens):
                found = submission.encode_splits(first, second, max_words=kept)
                assert found[1:] == same(expected_splits(known[:kept], first, second)[1:])
    many = [f"{number} {known[0]}" for number in range(1000)]
    vocab, encoded_train, _ = submission.encode_splits([known, many, many], [known])
    assert sorted(vocab) == same(sorted([PAD, UNK, *many]))
    assert encoded_train == same([[1] * len(known), *[[vocab[word] for word in many]] * 2])


@pytest.mark.confirms("encode_splits_takes_what_can_be_walked_once")
def test_encode_splits_takes_any_splits_that_can_be_walked_once(submission, draw):
    """Both splits are encoded from their first text to their last, each word by an id of its own."""
    known = words(draw, draw.randint(9, 12))
    train, test = (rare_first(draw, known) for _ in range(2))
    for tokens in (test, [known[0]]):
        for first, second in in_one_and_many(draw, train, tokens):
            found = submission.encode_splits(submission.iterator(first), submission.iterator(second))
            assert found == same(expected_splits(known, first, second))


@pytest.mark.confirms("unknown_rate_is_the_share_of_all_ids")
def test_unknown_rate_is_the_share_of_any_ids(submission, draw):
    """So many ones among so many ids, whichever text they are in."""
    total = draw.choice([101, 103, 107, 109, 113])  # prime: no share of them is one of the visible shares
    for unknown in (draw.randint(3, 95), 1, 0, total - 3):
        ids = [1] * unknown + [0, 0, 0] + [draw.randint(2, 99) for _ in range(total - unknown - 3)]
        for encoded in ([ids], [[], *cut(draw, shuffled(draw, ids))], [[1], ids], [[draw.randint(2, 99)], ids]):
            share = sum(text.count(1) for text in encoded) / sum(map(len, encoded))
            assert submission.unknown_rate(encoded) == close(share)
    assert submission.unknown_rate([[1] * total]) == close(1.0)


@pytest.mark.confirms("unknown_rate_of_nothing_is_zero")
def test_unknown_rate_of_any_number_of_empty_texts_is_zero(submission, draw):
    """Empty texts alone have the rate 0.0; beside others, in what can be walked only once, they change nothing."""
    empty = [[]] * draw.randint(3, 300)
    unknown, known = draw.sample(range(5, 60), 2)
    for encoded in (cut(draw, shuffled(draw, [1] * unknown + [2] * known)), [[1] * unknown + [2] * known]):
        for texts in (encoded + empty, empty + encoded, encoded):
            assert submission.unknown_rate(submission.iterator(texts)) == close(unknown / (unknown + known))
    assert submission.unknown_rate(submission.iterator(empty)) == close(0.0)
    assert submission.unknown_rate(empty) == close(0.0)
