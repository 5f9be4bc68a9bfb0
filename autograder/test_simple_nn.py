"""Checks of exercise 5: the judge draws the weights of the network and computes what must come out.

Each check of SimpleNN looks at one part of it: a known mistake in another part is forgiven there, as long as the logits
are exactly those that this mistake leads to.
"""

import random

import pytest
import torch

from reelgrade.grading import known_networks as known
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
    other = torch.tensor([[True, False, False], [True, False, True], [True, False, False]])
    assert submission.mean_pool(embeddings, mask) == close([[3.0], [2.0], [4.5]])
    assert submission.changed == [], "mean_pool changed its arguments"
    found = submission.run("pool_in_turn", embeddings=embeddings, masks=[mask, other, mask])
    assert found == close([[[3.0], [2.0], [4.5]], [[1.0], [7.5], [4.0]], [[3.0], [2.0], [4.5]]])


@pytest.mark.points(1)
def test_mean_pool_of_padding_is_zero(submission):
    """A row that is all padding gives zeros, not NaN."""
    embeddings = torch.tensor([[[2.0], [4.0]], [[1.0], [3.0]]])
    mask = torch.tensor([[False, False], [True, True]])
    assert submission.mean_pool(embeddings, mask) == close(
        [[0.0], [2.0]], mistakes={"a division by zero tokens": [[float("nan")], [2.0]]}
    )


SIZES = {"vocab_size": 30, "num_classes": 4, "embed_dim": 5, "hidden_dim": 9}


def drawn(**sizes):
    """Weights for a network of these sizes."""
    return known.draw_weights(random.Random(5), **{**SIZES, **sizes})


def logits(submission, rows, weights, **options):
    """Logits [rows, num_classes] of a network with these weights, each row of ids in a batch of its own."""
    batches = [torch.tensor([row]) for row in rows]
    found = submission.run("logits_of", batches=batches, weights=weights, **{**SIZES, **options})
    return [one.flatten().tolist() for one in found]


def expected(rows, weights, pad_id=0, **forgiven):
    """The right logits of these rows; `forgiven` names the parts that may have another form."""
    return known.of_known_form(lambda form: known.logits(weights, rows, pad_id, form), **forgiven)


@pytest.mark.points(1)
def test_simple_nn_has_the_layers_asked_for(submission):
    """Embedding, Linear, Linear, in the sizes asked for, and the logits come from them."""
    sizes = {"vocab_size": 20, "num_classes": 5, "embed_dim": 4, "hidden_dim": 6}
    shapes = submission.run("parameter_shapes", **sizes)
    assert sorted(sorted(shape) for shape in shapes) == same([[4, 6], [4, 20], [5], [5, 6], [6]])
    weights = drawn(**sizes)
    weights[3].zero_()  # what comes before the last layer is the topic of other checks
    rows = [[4, 5, 6], [7]]
    assert logits(submission, rows, weights, **sizes) == expected(rows, weights)


@pytest.mark.points(1)
def test_simple_nn_says_the_same_twice(submission):
    """In eval mode the same text gives the same logits."""
    weights, rows = drawn(), [[4, 5, 6]] * 3
    first, *others = found = logits(submission, rows, weights)
    for other in others:
        assert other == close(first)
    assert found == expected(rows, weights)


@pytest.mark.points(1)
def test_simple_nn_gives_one_logit_a_class(submission):
    """A batch of n texts gives logits of shape [n, num_classes]."""
    batches = [torch.tensor([[4, 5, 0], [6, 7, 8]]), torch.tensor([[3]])]
    for num_classes in (3, 7):
        weights = drawn(num_classes=num_classes)
        found = submission.run("logits_of", batches=batches, weights=weights, **{**SIZES, "num_classes": num_classes})
        assert [list(one.shape) for one in found] == same([[2, num_classes], [1, num_classes]])
        assert torch.cat(found) == expected([[4, 5, 0], [6, 7, 8], [3]], weights)


@pytest.mark.points(0.5)
def test_simple_nn_ignores_the_order_of_words(submission):
    """A bag of words has no order."""
    weights, rows = drawn(), [[4, 5, 6, 9], [9, 6, 5, 4], [5, 9, 4, 6]]
    pools = ("", known.SUM, known.PADDED, known.LARGEST)
    assert logits(submission, rows, weights) == expected(rows, weights, pools=pools)


@pytest.mark.points(1)
def test_simple_nn_ignores_appended_padding(submission):
    """More padding never changes the logits."""
    weights, rows = drawn(), [[4, 5], [4, 5, 0], [4, 5, 0, 0, 0, 0, 0, 0]]
    pools = ("", known.SUM, known.LARGEST, known.FIRST, known.LAST)
    assert logits(submission, rows, weights) == expected(rows, weights, pools=pools)


@pytest.mark.points(1)
def test_simple_nn_takes_another_pad_id(submission):
    """The padding is pad_id, not always 0: id 0 is then a word like others."""
    weights, rows = drawn(pad_id=3), [[4, 5], [4, 5, 3, 3], [4, 5, 0, 0]]
    pools = ("", known.SUM, known.LARGEST, known.FIRST, known.LAST)
    ignored = {"pad_id is ignored": known.logits(weights, rows, pad_id=0)}
    found = logits(submission, rows, weights, pad_id=3)
    assert found == expected(rows, weights, pad_id=3, pools=pools, mistakes=ignored)


@pytest.mark.points(0.5)
def test_simple_nn_is_an_average_of_words(submission):
    """Saying a text twice changes nothing."""
    weights, rows = drawn(), [[4, 5, 6], [4, 5, 6, 4, 5, 6]]
    pools = ("", known.PADDED, known.LARGEST, known.FIRST, known.LAST, known.LAST_PLACE)
    assert logits(submission, rows, weights) == expected(rows, weights, pools=pools)


@pytest.mark.points(1)
def test_simple_nn_weighs_words_by_their_number(submission):
    """Three words A and one B are not the same as one of each: largest values would be."""
    weights, rows = drawn(), [[4, 4, 4, 5], [4, 5]]
    assert logits(submission, rows, weights) == expected(rows, weights, pools=("", known.SUM, known.PADDED))


@pytest.mark.points(1)
def test_simple_nn_survives_a_row_of_padding(submission):
    """A row of nothing but padding is pooled to zeros, and gives the logits of that."""
    weights, rows = drawn(), [[0, 0, 0], [0]]
    nan = {"a division by zero tokens": torch.full((2, SIZES["num_classes"]), float("nan"))}
    assert logits(submission, rows, weights) == expected(rows, weights, mistakes=nan)


@pytest.mark.points(1)
def test_simple_nn_bends(submission):
    """With a ReLU between them two linear layers are more than one: mixing texts does not mix logits."""
    weights, rows = drawn(), [[4], [5], [4, 5], [6], [7]]
    assert logits(submission, rows, weights) == expected(rows, weights, bends=("",))


@pytest.mark.points(1)
def test_simple_nn_gives_logits_not_probabilities(submission):
    """Nothing stands at the end, no softmax, no ReLU: cross-entropy does the softmax itself."""
    weights, rows = drawn(), [[word] for word in range(1, 30)]
    assert logits(submission, rows, weights) == expected(rows, weights, ends=("",))


@pytest.mark.points(1)
def test_simple_nn_trains_words_and_not_padding(submission):
    """Training moves the embeddings of the words that occur, and no others; that of padding stays zero."""
    sizes, pad_id, lr = {"vocab_size": 8, "num_classes": 3, "embed_dim": 6, "hidden_dim": 9}, 2, 0.5
    weights = [weight / 3 for weight in drawn(**sizes, pad_id=pad_id)]  # small: a softmax, too, has gradients
    rows, labels = [[4, 5, 2], [6, 2, 2]], [0, 2]
    table = submission.run(
        "embedding_after_training",
        input_ids=torch.tensor(rows),
        labels=torch.tensor(labels),
        weights=weights,
        lr=lr,
        pad_id=pad_id,
        **sizes,
    )
    assert table[pad_id] == close([0.0] * 6)
    moved = (table != weights[0]).any(dim=1).tolist()
    assert moved == same([id_ in (4, 5, 6) for id_ in range(8)], mistakes={"the embedding does not train": [False] * 8})
    assert table == known.of_known_form(
        lambda form: known.trained_table(weights, rows, labels, lr, pad_id, form),
    )
