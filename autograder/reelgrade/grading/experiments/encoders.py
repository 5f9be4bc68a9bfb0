"""Experiments with a tokenizer and with freezing, on encoders that are small and random."""

import itertools
from typing import Any

import torch
from torch import nn

from reelgrade.given import load_backbone


def encode_texts(holes: Any, texts: list[str], **options: Any) -> Any:
    """Encode texts with the tokenizer of tiny-random by your encode_batch."""
    tokenizer, _ = load_backbone("tiny-random")
    return holes.encode_batch(tokenizer, texts, **options)


def train_after_freezing(
    holes: Any,
    calls: list[list[int] | None],
    num_layers: int,
    gradient: float,
    lr: float,
    start: float | None = None,
) -> dict[str, Any]:
    """Freeze a small BERT by your freeze_layers, then take one step of SGD with a constant gradient.

    `calls` are the layers of one call each (None: the default). Returns for each part of the model
    the smallest and the largest change of its numbers, and the kind of error that a call raised. With
    a `start` all numbers begin there, and what they end at is returned instead of the change.
    """
    model = _small_bert(num_layers)
    if start is not None:
        for parameter in model.parameters():
            nn.init.constant_(parameter, start)
    raised = ""
    for layers in calls:
        try:
            holes.freeze_layers(model, *([] if layers is None else [layers]))
        except (ValueError, IndexError, KeyError) as error:
            raised = type(error).__name__
    return {"raised": raised, **_changes(model, gradient, lr, start or 0.0)}


def parameter_counts(holes: Any, widths: list[int], frozen: list[int], tied: bool = False) -> Any:
    """Count the parameters of a stack of linear layers, with a buffer of 5 numbers, by your count_parameters."""
    layers = [nn.Linear(a, b) for a, b in itertools.pairwise(widths)]
    for index in frozen:
        layers[index].requires_grad_(False)
    model = nn.Sequential(*layers, *layers[:1] * tied)
    model.register_buffer("steps", torch.zeros(5))
    return holes.count_parameters(model)


def _small_bert(num_layers: int) -> nn.Module:
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(
        vocab_size=20,
        hidden_size=16,
        num_hidden_layers=num_layers,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=16,
        num_labels=3,  # type: ignore[call-arg]  # taken by the base class through **kwargs
    )
    return BertForSequenceClassification(config)


def _changes(model: nn.Module, gradient: float, lr: float, start: float) -> dict[str, list[float]]:
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    for parameter in trainable:
        parameter.grad = torch.full_like(parameter, gradient)
    if trainable:
        torch.optim.SGD(trainable, lr=lr).step()
    changes: dict[str, list[float]] = {}
    for name, parameter in model.named_parameters():
        difference = parameter.detach() - before[name] + start
        low, high = changes.get(_part(name), [torch.inf, -torch.inf])
        changes[_part(name)] = [min(low, float(difference.min())), max(high, float(difference.max()))]
    return changes


def _part(name: str) -> str:
    words = name.split(".")
    if "layer" in words:
        return f"layer {words[words.index('layer') + 1]}"
    return next(part for part in ("embeddings", "pooler", "classifier") if part in words)
