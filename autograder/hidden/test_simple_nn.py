"""Hidden checks of exercise 5: laws that hold for any weights, on texts and sizes of other kinds.

What a network says is its own affair, but not which texts it must take for the same: some texts come in a drawn
order, several times and each time in another form, and the logits must be equal where the texts are.
"""

import pytest
import torch

from reelgrade.grading.expect import close, same


def numbers(draw, *shape):
    """A tensor of eighths from -4 to 4."""
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.randint(-32, 33, shape, generator=generator) / 8


@pytest.mark.confirms("mean_pool_ignores_padding")
def test_mean_pool_ignores_any_padding(submission, draw):
    """However much padding follows and whatever its values are, the mean is that of the tokens before it."""
    batch, length, padding = draw.randint(2, 5), draw.randint(1, 6), draw.randint(1, 6)
    embeddings = numbers(draw, batch, length + padding, draw.randint(3, 6))
    mask = torch.arange(length + padding).expand(batch, -1) < length
    assert submission.mean_pool(embeddings, mask) == close(embeddings[:, :length].mean(dim=1))


@pytest.mark.confirms("mean_pool_treats_each_row_alone")
def test_mean_pool_treats_any_row_alone(submission, draw):
    """Each row is the mean of its own tokens, wherever they stand, and the arguments stay as they are."""
    batch, seq_len = draw.randint(4, 7), draw.randint(4, 8)
    embeddings = numbers(draw, batch, seq_len, draw.randint(3, 6))
    mask = torch.zeros(batch, seq_len, dtype=torch.bool)
    for row in mask:
        row[draw.sample(range(seq_len), draw.randint(1, seq_len))] = True
    found = submission.mean_pool(embeddings, mask)
    assert submission.changed == []
    assert found == close([row[real].mean(dim=0).tolist() for row, real in zip(embeddings, mask, strict=True)])


@pytest.mark.confirms("mean_pool_of_padding_is_zero")
def test_mean_pool_of_any_padding_is_zero(submission, draw):
    """Rows without a token are zeros, rows of nothing but tokens their mean."""
    batch, embed_dim = draw.randint(5, 8), draw.randint(3, 6)
    embeddings = numbers(draw, batch, draw.randint(3, 6), embed_dim)
    real = torch.zeros(batch, dtype=torch.bool)
    real[draw.sample(range(batch), draw.randint(2, batch - 2))] = True
    found = submission.mean_pool(embeddings, real[:, None].expand(embeddings.shape[:2]).clone())
    assert found == close(embeddings.mean(dim=1).where(real[:, None], torch.zeros(embed_dim)))


def texts(draw, count, length):
    """So many texts of so many ids from 5 to 59; no word is in two of them."""
    ids = draw.sample(range(5, 60), count * length)
    return [ids[first : first + length] for first in range(0, len(ids), length)]


def mixed(draw, some, times=12):
    """Indices of some texts in a drawn order: each one occurs, so many come in all."""
    order = [*range(len(some)), *(draw.randrange(len(some)) for _ in range(times - len(some)))]
    return draw.sample(order, len(order))


def first_places(order):
    """For each text of a drawn order the place where it came first."""
    return [order.index(text) for text in order]


def first_alike(logits):
    """For each row of logits the first row that is the same up to rounding."""
    return [next(place for place, other in enumerate(logits) if row == close(other, tolerance=1e-4)) for row in logits]


def logits(submission, draw, rows, **options):
    """Logits of one new network for some rows of ids, each in a batch of its own: [rows, num_classes].

    So many classes that some logits are positive, whatever is drawn: texts stay apart where a mistake cuts the others.
    """
    settings = {"vocab_size": 60, "num_classes": draw.randint(20, 30), "seed": draw.randrange(1000), **options}
    batches = [torch.tensor([row]) for row in rows]
    return [found[0].tolist() for found in submission.run("logits_of", batches=batches, **settings)]


@pytest.mark.confirms("simple_nn_gives_one_logit_a_class")
def test_simple_nn_gives_one_logit_for_any_class(submission, draw):
    """Batches of n texts give logits [n, num_classes], the same ones where a batch comes again."""
    sizes, num_classes = draw.sample(range(1, 10), 2), draw.randint(4, 30)
    some = [texts(draw, size, draw.randint(2, 6)) for size in sizes * 2]
    order = mixed(draw, some)
    settings = {"vocab_size": 60, "num_classes": num_classes, "seed": draw.randrange(1000), "reseed": True}
    found = submission.run("logits_of", batches=[torch.tensor(some[index]) for index in order], **settings)
    assert [list(one.shape) for one in found] == same([[len(some[index]), num_classes] for index in order])
    assert first_alike([one.flatten().tolist() for one in found]) == same(first_places(order))


@pytest.mark.confirms("simple_nn_has_the_layers_asked_for")
def test_simple_nn_has_any_layers_asked_for(submission, draw):
    """The parameters have as many numbers as an embedding and two linear layers of these sizes."""
    vocab_size, embed_dim, hidden_dim, num_classes = draw.sample(range(5, 60), 4)
    sizes = {"num_classes": num_classes, "embed_dim": embed_dim, "hidden_dim": hidden_dim}
    shapes = submission.run("parameter_shapes", vocab_size=vocab_size, **sizes)
    linear = (embed_dim + 1) * hidden_dim + (hidden_dim + 1) * num_classes
    assert sum(torch.Size(shape).numel() for shape in shapes) == same(vocab_size * embed_dim + linear)


@pytest.mark.confirms("simple_nn_says_the_same_twice")
def test_simple_nn_says_the_same_whenever_a_text_comes(submission, draw):
    """A text has the same logits whenever it comes, and no other text has them."""
    some = texts(draw, 4, draw.randint(2, 6))
    order = mixed(draw, some)
    assert first_alike(logits(submission, draw, [some[index] for index in order])) == same(first_places(order))


@pytest.mark.confirms("simple_nn_ignores_the_order_of_words")
def test_simple_nn_ignores_any_order_of_words(submission, draw):
    """A text has the same logits in every order of its words, and no other text has them."""
    some = texts(draw, 4, draw.randint(4, 8))
    order = mixed(draw, some)
    shuffled = [draw.sample(some[index], len(some[index])) for index in order]
    assert first_alike(logits(submission, draw, shuffled)) == same(first_places(order))


@pytest.mark.confirms("simple_nn_ignores_appended_padding")
def test_simple_nn_ignores_any_amount_of_padding(submission, draw):
    """A text has the same logits with any number of zeros behind it, and no other text has them."""
    some = texts(draw, 4, draw.randint(1, 9))
    order = mixed(draw, some)
    padded = [some[index] + [0] * draw.choice([0, 1, draw.randint(2, 30)]) for index in order]
    assert first_alike(logits(submission, draw, padded)) == same(first_places(order))


@pytest.mark.confirms("simple_nn_takes_another_pad_id")
def test_simple_nn_takes_any_pad_id(submission, draw):
    """A text has the same logits with any number of pad_ids behind it; a zero behind it makes another text."""
    some, pad_id = texts(draw, 3, draw.randint(1, 4)), draw.randint(1, 4)
    some.append([*some[0], 0])
    order = mixed(draw, some)
    padded = [some[index] + [pad_id] * draw.choice([0, 1, draw.randint(2, 30)]) for index in order]
    assert first_alike(logits(submission, draw, padded, pad_id=pad_id)) == same(first_places(order))


@pytest.mark.confirms("simple_nn_is_an_average_of_words")
def test_simple_nn_is_an_average_of_any_words(submission, draw):
    """A text has the same logits once and said over several times, and no other text has them."""
    some = texts(draw, 4, draw.randint(2, 6))
    order = mixed(draw, some)
    repeated = [some[index] * draw.randint(1, 5) for index in order]
    assert first_alike(logits(submission, draw, repeated)) == same(first_places(order))


@pytest.mark.confirms("simple_nn_weighs_words_by_their_number")
def test_simple_nn_weighs_any_words_by_their_number(submission, draw):
    """Texts of the same two words are different where one word has another share."""
    one, other = draw.sample(range(5, 60), 2)
    shares = draw.sample([(1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (5, 1), (1, 5)], 4)
    order = mixed(draw, shares)
    rows = [[one] * shares[index][0] + [other] * shares[index][1] for index in order]
    assert first_alike(logits(submission, draw, rows, reseed=True)) == same(first_places(order))


@pytest.mark.confirms("simple_nn_survives_a_row_of_padding")
def test_simple_nn_survives_any_row_of_padding(submission, draw):
    """Rows of nothing but padding have logits of their own, which are finite."""
    some = [[0] * draw.randint(1, 20), *texts(draw, 3, draw.randint(2, 6))]
    order = mixed(draw, some)
    found = logits(submission, draw, [some[index] for index in order], reseed=True)
    assert torch.isfinite(torch.tensor(found)).all()
    assert first_alike(found) == same(first_places(order))


@pytest.mark.confirms("simple_nn_bends")
def test_simple_nn_bends_for_any_words(submission, draw):
    """The logits of two words together are not the mean of theirs; one number a word tells words apart."""
    words = texts(draw, 6, 1)
    order = mixed(draw, words)
    rows = [words[index] for index in order] + [words[0] + words[1], words[2] + words[3]]
    *found, first, second = logits(submission, draw, rows, reseed=True)
    assert first_alike(found) == same(first_places(order))
    for both, pair in ((first, (0, 1)), (second, (2, 3))):
        one, other = (torch.tensor(found[order.index(index)]) for index in pair)
        assert both != close((one + other) / 2, tolerance=1e-4)
    narrow = logits(submission, draw, texts(draw, 40, 1), embed_dim=1)
    assert len({tuple(round(number, 6) for number in row) for row in narrow}) > 30


@pytest.mark.confirms("simple_nn_gives_logits_not_probabilities")
def test_simple_nn_gives_logits_not_probabilities_for_any_words(submission, draw):
    """Neither the sums of the rows nor those of their powers are one number, and both signs occur."""
    words = texts(draw, 20, 1)
    order = mixed(draw, words, times=30)
    rows = logits(submission, draw, [words[index] for index in order], reseed=True)
    assert first_alike(rows) == same(first_places(order))
    found = torch.tensor(rows)
    for figures in (found.sum(dim=1), found.exp().sum(dim=1)):
        assert float((figures - figures[0]).abs().max()) > 1e-4
    assert float(found.min()) < 0 < float(found.max())


@pytest.mark.confirms("simple_nn_trains_words_and_not_padding")
def test_simple_nn_trains_any_words_and_not_padding(submission, draw):
    """Exactly the embeddings of the words in the batch move, and padding stays zero."""
    vocab_size, length, num_classes = draw.randint(12, 30), draw.randint(4, 7), draw.randint(20, 30)
    pad_id, *ids = draw.sample(range(1, vocab_size), draw.randint(5, 8))
    rows = [[id_] * draw.randint(1, length) + [pad_id] for id_ in ids]
    table = submission.run(
        "embedding_after_training",
        input_ids=torch.tensor([row + [pad_id] * (length + 1 - len(row)) for row in rows]),
        labels=torch.tensor([draw.randrange(num_classes) for _ in ids]),
        vocab_size=vocab_size,
        num_classes=num_classes,
        embed_dim=draw.randint(5, 9),
        pad_id=pad_id,
    )
    assert len(table["norms"]) == same(vocab_size)
    assert table["norms"][pad_id] == close(0.0)
    assert [moved > 1e-6 for moved in table["moved"]] == same([id_ in ids for id_ in range(vocab_size)])
