"""Exercise 7: prepare a pre-trained encoder: its own tokens, frozen lower layers, a count of what trains."""

from collections.abc import Collection
from typing import Any

from jaxtyping import Int64
from torch import Tensor, nn


def encode_batch(tokenizer: Any, texts: list[str], max_len: int = 128) -> dict[str, Int64[Tensor, "n max_len"]]:
    """Tokenize texts with the tokenizer that the encoder was trained with.

    `tokenizer` is a Hugging Face tokenizer. Every row has exactly `max_len` ids: longer texts are
    cut, shorter ones padded, and `attention_mask` is 1 at real tokens and 0 at padding. Returns a
    plain dict with the keys input_ids and attention_mask, and no other.

    >>> from reelgrade.given import load_backbone
    >>> tokenizer, model = load_backbone("tiny-random")
    >>> encode_batch(tokenizer, ["a good plot", "a"], max_len=6)["attention_mask"]
    tensor([[1, 1, 1, 1, 1, 0],
            [1, 1, 1, 0, 0, 0]])
    """
    # YOUR CODE HERE
    raise NotImplementedError("encode_batch")


def freeze_layers(model: nn.Module, trainable_layers: Collection[int] = (3,)) -> None:
    """Let only some encoder layers and the classifier train.

    `model` is a BERT for sequence classification: its encoder layers are `model.bert.encoder.layer`,
    counted from 0 at the bottom, its head is `model.classifier`. Everything else is frozen
    (`requires_grad` False), embeddings and pooler included. A second call starts afresh. Raises
    ValueError, and changes nothing, when a layer is asked for that the model lacks.

    >>> from reelgrade.given import load_backbone
    >>> tokenizer, model = load_backbone("tiny-random")
    >>> freeze_layers(model, trainable_layers=[1])
    >>> [model.bert.encoder.layer[i].output.dense.weight.requires_grad for i in (0, 1)]
    [False, True]
    """
    # YOUR CODE HERE
    raise NotImplementedError("freeze_layers")


def count_parameters(model: nn.Module) -> tuple[int, int]:
    """Count the numbers in the model that train, and all of them.

    Returns (trainable, total). A parameter that two modules share counts once.

    >>> model = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 3))
    >>> _ = model[0].requires_grad_(False)
    >>> count_parameters(model)
    (9, 19)
    """
    # YOUR CODE HERE
    raise NotImplementedError("count_parameters")
