"""Checks of exercise 5: the judge draws the weights of the network and computes what must come out.

Each check of SimpleNN looks at one part of it: a known mistake in another part is forgiven there, as long as the logits
are exactly those that this mistake leads to.
"""

import itertools
import random
from functools import partial

import pytest
import torch
from torch.nn import functional as F

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


RIGHT = ("", "", "")  # a form of the network: the mistakes in its pooling, its bend and its end, "" for none
SUM, PADDED, LARGEST = "a sum, not a mean", "padding is averaged in", "the largest values, not the mean"
FIRST, LAST, LAST_PLACE = "the first word alone", "the last word alone", "the last position alone"

POOLS = {  # of embeddings [seq_len, embed_dim], and which of them are real [seq_len]
    "": lambda words, real: words[real].sum(0) / real.sum().clamp(min=1),
    SUM: lambda words, real: words.sum(0),
    PADDED: lambda words, real: words.mean(0),
    LARGEST: lambda words, real: words[real].amax(0) if real.any() else words[0],
    FIRST: lambda words, real: words[0],
    LAST: lambda words, real: words[real][-1:].sum(0),
    LAST_PLACE: lambda words, real: words[-1],
}
BENDS = {  # before the first linear layer, and between the two
    "": (torch.clone, torch.relu),
    "there is no ReLU between the layers": (torch.clone, torch.clone),
    "the ReLU comes before both layers": (torch.relu, torch.clone),
    "a tanh, not a ReLU": (torch.clone, torch.tanh),
    "a sigmoid, not a ReLU": (torch.clone, torch.sigmoid),
    "a GELU, not a ReLU": (torch.clone, F.gelu),
}
ENDS = {
    "": torch.clone,
    "the network ends in a softmax": partial(torch.softmax, dim=-1),
    "the network ends in a log-softmax": partial(torch.log_softmax, dim=-1),
    "the network ends in a sigmoid": torch.sigmoid,
    "the network ends in a ReLU": torch.relu,
}


def draw_weights(rng, vocab_size, num_classes, embed_dim, hidden_dim, pad_id=0):
    """An embedding table, and weights and biases of two linear layers; the row of padding is zero."""
    shapes = (
        (vocab_size, embed_dim),
        (hidden_dim, embed_dim),
        (hidden_dim,),
        (num_classes, hidden_dim),
        (num_classes,),
    )
    generator = torch.Generator().manual_seed(rng.getrandbits(32))
    weights = [torch.randn(shape, generator=generator) for shape in shapes]
    weights[0][pad_id] = 0.0
    return weights


def logits_of_form(weights, rows, pad_id=0, form=RIGHT):
    """The logits [rows, num_classes] that a network of this form has for rows of ids."""
    table, hidden, hidden_bias, output, output_bias = weights
    pool, (before, between), end = POOLS[form[0]], BENDS[form[1]], ENDS[form[2]]
    pooled = torch.stack([pool(table[row], torch.tensor(row) != pad_id) for row in rows])
    bent = between(F.linear(before(pooled), hidden, hidden_bias))
    return end(F.linear(bent, output, output_bias))


def trained_table(weights, rows, labels, lr, pad_id=0, form=RIGHT):
    """The embedding table after three steps of SGD on these rows; the row of padding never moves."""
    weights = [weight.clone().requires_grad_() for weight in weights]
    for _ in range(3):
        loss = F.cross_entropy(logits_of_form(weights, rows, pad_id, form), torch.tensor(labels))
        gradients = torch.autograd.grad(loss, weights)
        gradients[0][pad_id] = 0.0
        steps = zip(weights, gradients, strict=True)
        weights = [(weight - lr * gradient).detach().requires_grad_() for weight, gradient in steps]
    return weights[0].detach()


def of_known_form(value, pools=tuple(POOLS), bends=tuple(BENDS), ends=tuple(ENDS), mistakes=None):
    """What the right network gives, or one with mistakes that other checks are about: the forms that are named.

    `value` computes it for a form.
    """
    wrong = [(pool, "", "") for pool in POOLS if pool not in pools]
    wrong += [("", bend, "") for bend in BENDS if bend not in bends]
    wrong += [("", "", end) for end in ENDS if end not in ends]
    return close(
        value(RIGHT).tolist(),
        {**{"".join(form): value(form) for form in wrong}, **(mistakes or {})},
        tolerance=1e-4,
        forgiven=lambda: map(value, itertools.product(pools, bends, ends)),
    )


SIZES = {"vocab_size": 30, "num_classes": 4, "embed_dim": 5, "hidden_dim": 9}


def drawn(**sizes):
    """Weights for a network of these sizes."""
    return draw_weights(random.Random(5), **{**SIZES, **sizes})


def logits(submission, rows, weights, **options):
    """Logits [rows, num_classes] of a network with these weights, each row of ids in a batch of its own."""
    batches = [torch.tensor([row]) for row in rows]
    found = submission.run("logits_of", batches=batches, weights=weights, **{**SIZES, **options})
    return [one.flatten().tolist() for one in found]


def expected(rows, weights, pad_id=0, **forgiven):
    """The right logits of these rows; `forgiven` names the parts that may have another form."""
    return of_known_form(lambda form: logits_of_form(weights, rows, pad_id, form), **forgiven)


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
    pools = ("", SUM, PADDED, LARGEST)
    assert logits(submission, rows, weights) == expected(rows, weights, pools=pools)


@pytest.mark.points(1)
def test_simple_nn_ignores_appended_padding(submission):
    """More padding never changes the logits."""
    weights, rows = drawn(), [[4, 5], [4, 5, 0], [4, 5, 0, 0, 0, 0, 0, 0]]
    pools = ("", SUM, LARGEST, FIRST, LAST)
    assert logits(submission, rows, weights) == expected(rows, weights, pools=pools)


@pytest.mark.points(1)
def test_simple_nn_takes_another_pad_id(submission):
    """The padding is pad_id, not always 0: id 0 is then a word like others."""
    weights, rows = drawn(pad_id=3), [[4, 5], [4, 5, 3, 3], [4, 5, 0, 0]]
    pools = ("", SUM, LARGEST, FIRST, LAST)
    ignored = {"pad_id is ignored": logits_of_form(weights, rows, pad_id=0)}
    found = logits(submission, rows, weights, pad_id=3)
    assert found == expected(rows, weights, pad_id=3, pools=pools, mistakes=ignored)


@pytest.mark.points(0.5)
def test_simple_nn_is_an_average_of_words(submission):
    """Saying a text twice changes nothing."""
    weights, rows = drawn(), [[4, 5, 6], [4, 5, 6, 4, 5, 6]]
    pools = ("", PADDED, LARGEST, FIRST, LAST, LAST_PLACE)
    assert logits(submission, rows, weights) == expected(rows, weights, pools=pools)


@pytest.mark.points(1)
def test_simple_nn_weighs_words_by_their_number(submission):
    """Three words A and one B are not the same as one of each: largest values would be."""
    weights, rows = drawn(), [[4, 4, 4, 5], [4, 5]]
    assert logits(submission, rows, weights) == expected(rows, weights, pools=("", SUM, PADDED))


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
    assert table == of_known_form(
        lambda form: trained_table(weights, rows, labels, lr, pad_id, form),
    )
