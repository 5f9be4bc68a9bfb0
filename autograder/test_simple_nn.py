"""Checks of exercise 5: laws that hold for any weights, no training."""

import pytest
import torch

from reelgrade.grading.expect import close, same


@pytest.mark.points(1)
def test_mean_pool_ignores_padding(submission):
    """Padding must not pull the average towards zero, nor towards its own values."""
    embeddings = torch.tensor([[[2.0, 1.0], [4.0, 3.0], [9.0, -5.0]]])
    mask = torch.tensor([[True, True, False]])
    assert submission.mean_pool(embeddings, mask) == close(
        [[3.0, 2.0]],
        mistakes={
            "padding is averaged in": [[5.0, -1 / 3]],
            "padding counts in the number that divides": [[2.0, 4 / 3]],
            "padding counts in the sum": [[7.5, -0.5]],
            "a sum, not a mean": [[6.0, 4.0]],
            "the largest values, not the mean": [[4.0, 3.0]],
            "the last token, not the mean": [[4.0, 3.0]],
        },
    )


@pytest.mark.points(1)
def test_mean_pool_treats_each_row_alone(submission):
    """Each row is divided by its own number of real tokens, wherever they stand."""
    embeddings = torch.tensor([[[1.0], [5.0], [3.0]], [[8.0], [2.0], [7.0]], [[4.0], [6.0], [5.0]]])
    mask = torch.tensor([[True, True, True], [False, True, False], [True, False, True]])
    assert submission.mean_pool(embeddings, mask) == close([[3.0], [2.0], [4.5]])
    assert submission.changed == [], "mean_pool changed its arguments"


@pytest.mark.points(1)
def test_mean_pool_of_padding_is_zero(submission):
    """A row that is all padding gives zeros, not NaN."""
    embeddings = torch.tensor([[[2.0], [4.0]], [[1.0], [3.0]]])
    mask = torch.tensor([[False, False], [True, True]])
    assert submission.mean_pool(embeddings, mask) == close(
        [[0.0], [2.0]], mistakes={"a division by zero tokens": [[float("nan")], [2.0]]}
    )


def logits(submission, *rows, **options):
    """Logits of one new network for some rows of ids, each in a batch of its own: [rows, num_classes]."""
    settings = {"vocab_size": 30, "seed": 7, **options}
    batches = [torch.tensor([row]) for row in rows]
    return torch.stack([found[0] for found in submission.run("logits_of", batches=batches, **settings)])


@pytest.mark.points(1)
def test_simple_nn_gives_one_logit_a_class(submission):
    """A batch of n texts gives logits of shape [n, num_classes]."""
    batches = [torch.tensor([[4, 5, 0], [6, 7, 8]]), torch.tensor([[3]])]
    for num_classes in (3, 5):
        found = submission.run("logits_of", batches=batches, vocab_size=10, num_classes=num_classes)
        assert [list(one.shape) for one in found] == same([[2, num_classes], [1, num_classes]])


@pytest.mark.points(1)
def test_simple_nn_has_the_layers_asked_for(submission):
    """Embedding, Linear, Linear, in the sizes asked for."""
    shapes = submission.run("parameter_shapes", vocab_size=20, num_classes=5, embed_dim=4, hidden_dim=6)
    numbers = sum(torch.Size(shape).numel() for shape in shapes)
    assert numbers == same(20 * 4 + (4 * 6 + 6) + (6 * 5 + 5))


@pytest.mark.points(1)
def test_simple_nn_says_the_same_twice(submission):
    """In eval mode the same text gives the same logits."""
    batches = [torch.tensor([[4, 5, 6]])] * 3
    first, *others = submission.run("logits_of", batches=batches, vocab_size=30, seed=2)
    for other in others:
        assert other == close(first.tolist())


@pytest.mark.points(0.5)
def test_simple_nn_ignores_the_order_of_words(submission):
    """A bag of words has no order."""
    forward, backward = logits(submission, [4, 5, 6, 9], [9, 6, 5, 4])
    assert backward == close(forward.tolist(), tolerance=1e-4)


@pytest.mark.points(1)
def test_simple_nn_ignores_appended_padding(submission):
    """More padding never changes the logits."""
    short, padded, longer = logits(submission, [4, 5], [4, 5, 0], [4, 5, 0, 0, 0, 0, 0, 0])
    assert padded == close(short.tolist())
    assert longer == close(short.tolist())


@pytest.mark.points(1)
def test_simple_nn_takes_another_pad_id(submission):
    """The padding is pad_id, not always 0: id 0 is then a word like others."""
    short, padded, zero = logits(submission, [4, 5], [4, 5, 3, 3], [4, 5, 0, 0], pad_id=3)
    assert padded == close(short.tolist())
    assert not torch.allclose(zero, short, atol=1e-4), "id 0 was taken for padding, though pad_id is 3"


@pytest.mark.points(0.5)
def test_simple_nn_is_an_average_of_words(submission):
    """Saying a text twice changes nothing."""
    once, twice = logits(submission, [4, 5, 6], [4, 5, 6, 4, 5, 6])
    assert twice == close(once.tolist(), tolerance=1e-4)


@pytest.mark.points(1)
def test_simple_nn_weighs_words_by_their_number(submission):
    """Three words A and one B are not the same as one of each: largest values would be."""
    mixed, even = logits(submission, [4, 4, 4, 5], [4, 5])
    assert not torch.allclose(mixed, even, atol=1e-4), "AAAB and AB have the same logits"


@pytest.mark.points(1)
def test_simple_nn_survives_a_row_of_padding(submission):
    """A row of nothing but padding gives finite logits."""
    found = logits(submission, [0, 0, 0])
    assert torch.isfinite(found).all(), f"the logits of a row of padding are {found.tolist()}"


@pytest.mark.points(1)
def test_simple_nn_bends(submission):
    """With a ReLU between them two linear layers are more than one: mixing texts does not mix logits."""
    first, second, mixed = logits(submission, [4], [5], [4, 5])
    straight = (first + second) / 2
    assert not torch.allclose(mixed, straight, atol=1e-4), "the logits are linear in the words: where is the ReLU?"
    words = logits(submission, *[[word] for word in range(1, 30)], embed_dim=1)
    distinct = {tuple(row) for row in (1e4 * words).round().tolist()}
    assert len(distinct) > 20, (
        "many words have the same logits: does a ReLU cut the embeddings, before the first layer?"
    )


@pytest.mark.points(1)
def test_simple_nn_gives_logits_not_probabilities(submission):
    """Nothing stands at the end, no softmax, no ReLU: cross-entropy does the softmax itself."""
    found = logits(submission, *[[word] for word in range(1, 30)])
    sums, powers = found.sum(dim=1), found.exp().sum(dim=1)
    assert not torch.allclose(sums, sums[0].expand(29), atol=1e-4), (
        f"each row sums to {sums[0]:.3g}, as probabilities do"
    )
    assert not torch.allclose(powers, powers[0].expand(29), atol=1e-4), "these are logarithms of probabilities"
    assert (found < 0).any(), "no logit is negative: something cuts them, or squeezes them"
    assert (found > 0).any(), "no logit is positive: something cuts them"


@pytest.mark.points(1)
def test_simple_nn_trains_words_and_not_padding(submission):
    """Training moves the embeddings of the words that occur, and no others; that of padding stays zero."""
    table = submission.run(
        "embedding_after_training",
        input_ids=torch.tensor([[4, 5, 2], [6, 2, 2]]),
        labels=torch.tensor([0, 2]),
        vocab_size=8,
        embed_dim=6,
        pad_id=2,
    )
    assert table["norms"][2] == close(0.0)
    assert [moved > 1e-6 for moved in table["moved"]] == same([False, False, False, False, True, True, True, False])
