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
    batch, length, padding = draw.randint(2, 5), draw.randint(1, 6), draw.randint(1, 6)
    embeddings = numbers(draw, batch, length + padding, draw.randint(3, 6))
    mask = torch.arange(length + padding).expand(batch, -1) < length
    assert submission.mean_pool(embeddings, mask) == close(embeddings[:, :length].mean(dim=1))


def words(draw, *shape):
    """Ids of words."""
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.randint(5, 60, shape, generator=generator)


def logits(submission, draw, batches):
    """Logits of one new network for some batches."""
    found = submission.run("logits_of", batches=batches, vocab_size=60, seed=draw.randrange(1000))
    assert [len(one) for one in found] == same([len(batch) for batch in batches])
    return found


@pytest.mark.confirms("simple_nn_ignores_appended_padding")
def test_simple_nn_ignores_any_amount_of_padding(submission, draw):
    """A text has the same logits with any number of zeros behind it."""
    texts = words(draw, draw.randint(3, 7), draw.randint(1, 9))
    padded = [torch.nn.functional.pad(texts, (0, draw.randint(1, 30))) for _ in range(4)]
    first, *others = logits(submission, draw, [texts, *padded])
    for other in others:
        assert other == close(first)


@pytest.mark.confirms("simple_nn_weighs_words_by_their_number")
def test_simple_nn_weighs_any_word_by_its_number(submission, draw):
    """Texts in which one word comes more often than the other are not those that have both once."""
    one, other = words(draw, draw.randint(3, 7), 1), draw.randint(1, 4)
    pairs = torch.nn.functional.pad(one, (0, 1), value=other)
    repeated = torch.nn.functional.pad(one.repeat(1, draw.randint(2, 9)), (0, 1), value=other)
    even, mixed = logits(submission, draw, [pairs, repeated])
    assert float((even - mixed).abs().max()) > 1e-5


@pytest.mark.confirms("simple_nn_trains_words_and_not_padding")
def test_simple_nn_trains_any_words_and_not_padding(submission, draw):
    """Exactly the embeddings of the words in the batch move, and padding stays zero."""
    vocab_size, length = draw.randint(12, 30), draw.randint(4, 7)
    pad_id, *ids = draw.sample(range(1, vocab_size), draw.randint(5, 8))
    rows = [[id_] * draw.randint(1, length) + [pad_id] for id_ in ids]
    table = submission.run(
        "embedding_after_training",
        input_ids=torch.tensor([row + [pad_id] * (length + 1 - len(row)) for row in rows]),
        labels=torch.tensor([draw.randrange(3) for _ in ids]),
        vocab_size=vocab_size,
        embed_dim=draw.randint(5, 9),
        pad_id=pad_id,
    )
    assert table["norms"][pad_id] == close(0.0)
    assert [moved > 1e-6 for moved in table["moved"]] == same([id_ in ids for id_ in range(vocab_size)])
