"""Hidden checks of exercise 5: laws that hold for any weights, on texts and sizes of other kinds."""

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
    batch, embed_dim, seq_len = draw.randint(2, 5), draw.randint(3, 6), draw.randint(6, 10)
    lengths = [draw.randint(1, seq_len - 1) for _ in range(batch)]
    embeddings = numbers(draw, batch, seq_len, embed_dim)
    mask = torch.arange(seq_len) < torch.tensor(lengths)[:, None]
    means = [row[:length].mean(dim=0).tolist() for row, length in zip(embeddings, lengths, strict=True)]
    assert submission.mean_pool(embeddings, mask) == close(means)


@pytest.mark.confirms("mean_pool_treats_each_row_alone")
def test_mean_pool_treats_any_row_alone(submission, draw):
    """Real tokens may stand anywhere in a row; each row has its own number of them."""
    batch, embed_dim, seq_len = draw.randint(4, 7), draw.randint(2, 5), draw.randint(5, 9)
    embeddings = numbers(draw, batch, seq_len, embed_dim)
    real = [sorted(draw.sample(range(seq_len), draw.randint(1, seq_len))) for _ in range(batch)]
    mask = torch.tensor([[position in row for position in range(seq_len)] for row in real])
    means = [row[positions].mean(dim=0).tolist() for row, positions in zip(embeddings, real, strict=True)]
    assert submission.mean_pool(embeddings, mask) == close(means)


def words(draw, count):
    """So many different ids that are words."""
    return draw.sample(range(5, 60), count)


def logits(submission, draw, rows, **options):
    """Logits of one new network for some rows, each in a batch of its own, with a drawn number of classes."""
    num_classes = draw.choice([4, 6, 7, 8])
    settings = {"vocab_size": 60, "num_classes": num_classes, "seed": draw.randrange(1000), **options}
    found = submission.run("logits_of", batches=[torch.tensor([row]) for row in rows], **settings)
    assert [list(one.shape) for one in found] == same([[1, num_classes]] * len(rows))
    return [one[0].tolist() for one in found]


def apart(one, other):
    """Largest difference of two rows of logits."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.confirms("simple_nn_gives_one_logit_a_class")
def test_simple_nn_gives_logits_for_any_sizes(submission, draw):
    """Batches of any size and length give logits [batch, num_classes]."""
    num_classes, sizes = draw.choice([2, 4, 6, 7]), [draw.randint(1, 9) for _ in range(3)]
    batches = [torch.tensor([words(draw, length)] * size) for size in sizes for length in [draw.randint(1, 9)]]
    found = submission.run("logits_of", batches=batches, vocab_size=60, num_classes=num_classes)
    assert [list(one.shape) for one in found] == same([[size, num_classes] for size in sizes])


@pytest.mark.confirms("simple_nn_ignores_appended_padding")
def test_simple_nn_ignores_any_amount_of_padding(submission, draw):
    """A text has the same logits with any number of zeros behind it."""
    text = words(draw, draw.randint(1, 9))
    padded = [text + [0] * draw.randint(1, 30) for _ in range(4)]
    first, *others = logits(submission, draw, [text, *padded])
    for other in others:
        assert other == close(first)


@pytest.mark.confirms("simple_nn_takes_another_pad_id")
def test_simple_nn_takes_any_pad_id(submission, draw):
    """Ids that are pad_id change nothing, and zeros are words then."""
    pad_id, text = draw.randint(1, 4), words(draw, draw.randint(2, 6))
    padded = [text + [pad_id] * draw.randint(1, 9) for _ in range(3)]
    first, zero, *others = logits(submission, draw, [text, [*text, 0, 0], *padded], pad_id=pad_id)
    for other in others:
        assert other == close(first)
    assert apart(zero, first) > 1e-5


@pytest.mark.confirms("simple_nn_weighs_words_by_their_number")
def test_simple_nn_weighs_any_word_by_its_number(submission, draw):
    """A text in which one word comes more often than the other is not the text that has both once."""
    one, other = words(draw, 2)
    even, *mixed = logits(submission, draw, [[one, other], *([one] * n + [other] for n in draw.sample(range(2, 9), 3))])
    assert max(apart(even, text) for text in mixed) > 1e-5


@pytest.mark.confirms("simple_nn_trains_words_and_not_padding")
def test_simple_nn_trains_any_words_and_not_padding(submission, draw):
    """Exactly the embeddings of the words in the batch move, and padding stays zero."""
    vocab_size, length = draw.randint(12, 30), draw.randint(4, 7)
    pad_id, *ids = draw.sample(range(vocab_size), 7)
    rows = [draw.choices(ids, k=draw.randint(2, length)) for _ in range(3)]
    table = submission.run(
        "embedding_after_training",
        input_ids=torch.tensor([row + [pad_id] * (length - len(row)) for row in rows]),
        labels=torch.tensor(draw.sample(range(3), 3)),
        vocab_size=vocab_size,
        embed_dim=draw.randint(5, 9),
        pad_id=pad_id,
    )
    assert table["norms"][pad_id] == close(0.0)
    seen = {id_ for row in rows for id_ in row}
    assert [moved > 1e-6 for moved in table["moved"]] == same([id_ in seen for id_ in range(vocab_size)])
