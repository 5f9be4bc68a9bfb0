"""The network of exercise 5 on the judge's side: what it gives for drawn weights, and what known mistakes would give.

A form of the network names the mistake in each of its three parts, the pooling of the words, the bend between the
linear layers, and the end; "" where there is none.
"""

import itertools
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from reelgrade.grading.expect import Expected, close

Form = tuple[str, str, str]
RIGHT: Form = ("", "", "")
SUM, PADDED, LARGEST = "a sum, not a mean", "padding is averaged in", "the largest values, not the mean"
FIRST, LAST, LAST_PLACE = "the first word alone", "the last word alone", "the last position alone"

POOLS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {  # embeddings [seq_len, embed_dim], real [seq_len]
    "": lambda words, real: words[real].sum(0) / real.sum().clamp(min=1),
    SUM: lambda words, real: words.sum(0),
    PADDED: lambda words, real: words.mean(0),
    LARGEST: lambda words, real: words[real].amax(0) if real.any() else words[0],
    FIRST: lambda words, real: words[0],
    LAST: lambda words, real: words[real][-1:].sum(0),
    LAST_PLACE: lambda words, real: words[-1],
}

Layer = Callable[[Tensor], Tensor]


def _nothing(values: Tensor) -> Tensor:
    return values


BENDS: dict[str, tuple[Layer, Layer]] = {  # before the first linear layer, and between the two
    "": (_nothing, torch.relu),
    "there is no ReLU between the layers": (_nothing, _nothing),
    "the ReLU comes before both layers": (torch.relu, _nothing),
    "a tanh, not a ReLU": (_nothing, torch.tanh),
    "a sigmoid, not a ReLU": (_nothing, torch.sigmoid),
    "a GELU, not a ReLU": (_nothing, F.gelu),
}
ENDS: dict[str, Layer] = {
    "": _nothing,
    "the network ends in a softmax": partial(torch.softmax, dim=-1),
    "the network ends in a log-softmax": partial(torch.log_softmax, dim=-1),
    "the network ends in a sigmoid": torch.sigmoid,
    "the network ends in a ReLU": torch.relu,
}


def draw_weights(
    rng: random.Random, vocab_size: int, num_classes: int, embed_dim: int, hidden_dim: int, pad_id: int = 0
) -> list[Tensor]:
    """Draw an embedding table, and weights and biases of two linear layers; the row of padding is zero."""
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


def logits(weights: list[Tensor], rows: list[list[int]], pad_id: int = 0, form: Form = RIGHT) -> Tensor:
    """Give the logits [rows, num_classes] that a network of this form has for rows of ids."""
    table, hidden, hidden_bias, output, output_bias = weights
    pool, (before, between), end = POOLS[form[0]], BENDS[form[1]], ENDS[form[2]]
    pooled = torch.stack([pool(table[row], torch.tensor(row) != pad_id) for row in rows])
    bent = between(F.linear(before(pooled), hidden, hidden_bias))
    return end(F.linear(bent, output, output_bias))


def trained_table(
    weights: list[Tensor], rows: list[list[int]], labels: list[int], lr: float, pad_id: int = 0, form: Form = RIGHT
) -> Tensor:
    """Give the embedding table after three steps of SGD on these rows; the row of padding never moves."""
    weights = [weight.clone().requires_grad_() for weight in weights]
    for _ in range(3):
        loss = F.cross_entropy(logits(weights, rows, pad_id, form), torch.tensor(labels))
        gradients = torch.autograd.grad(loss, weights)
        gradients[0][pad_id] = 0.0
        weights = [
            (weight - lr * gradient).detach().requires_grad_()
            for weight, gradient in zip(weights, gradients, strict=True)
        ]
    return weights[0].detach()


def of_known_form(
    value: Callable[[Form], Tensor],
    pools: Collection[str] = tuple(POOLS),
    bends: Collection[str] = tuple(BENDS),
    ends: Collection[str] = tuple(ENDS),
    mistakes: Mapping[str, Any] | None = None,
) -> Expected:
    """Expect what the right network gives, or one with mistakes that are the topic of other checks.

    `value` computes it for a form; the parts that this check takes are named.
    """

    def forgiven() -> Iterator[Tensor]:
        return (value(form) for form in itertools.product(pools, bends, ends))

    wrong = [(pool, "", "") for pool in POOLS if pool not in pools]
    wrong += [("", bend, "") for bend in BENDS if bend not in bends]
    wrong += [("", "", end) for end in ENDS if end not in ends]
    named = {"".join(form): value(form) for form in wrong}
    return close(value(RIGHT).tolist(), {**named, **(mistakes or {})}, tolerance=1e-4, forgiven=forgiven)
