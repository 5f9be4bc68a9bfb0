"""Exercise 10 (bonus): five small tools that the first experiments ask for."""

import torch
from jaxtyping import Float, Int64
from torch import Tensor


def warmup_decay(step: int, warmup_steps: int, total_steps: int) -> float:
    """Give the factor that a linear warm-up and decay puts on the learning rate.

    0 at step 0, 1 at `warmup_steps`, 0 at `total_steps` and after it, linear between. Without a
    warm-up (0 steps) it starts at 1. `warmup_steps` is less than `total_steps`.

    >>> [warmup_decay(step, warmup_steps=2, total_steps=6) for step in range(7)]
    [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0]
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return step / warmup_steps
    return max(0.0, (total_steps - step) / max(1, total_steps - warmup_steps))
    ### END SOLUTION


def ensemble_predict(logits: list[Float[Tensor, "batch num_classes"]]) -> Int64[Tensor, " batch"]:
    """Let several models vote with their probabilities.

    The class with the largest mean over the models' softmax. Averaging logits instead would let one
    model with large numbers outvote the rest.

    >>> loud, quiet = torch.tensor([[20.0, 0.0, 0.0]]), torch.tensor([[0.0, 3.0, 0.0]])
    >>> ensemble_predict([loud, quiet, quiet])
    tensor([1])
    """
    ### BEGIN SOLUTION
    probabilities = torch.stack([torch.softmax(one, dim=-1) for one in logits])  # [models, batch, num_classes]
    return probabilities.mean(dim=0).argmax(dim=-1)
    ### END SOLUTION


def wilson_interval(correct: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Give the Wilson score interval of an accuracy.

    With p = correct / total: (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
    (Wilson 1927). Unlike p +- z sd it stays inside 0 to 1 and keeps its width at 100 %. Returns
    (low, high); z = 1.96 makes it 95 %. Raises ValueError unless 0 <= correct <= total and total > 0.

    >>> low, high = wilson_interval(124, 132)
    >>> round(low, 3), round(high, 3)
    (0.885, 0.969)
    """
    ### BEGIN SOLUTION
    if total <= 0 or not 0 <= correct <= total:
        raise ValueError(f"{correct} correct of {total}: need 0 <= correct <= total and total > 0")
    share = correct / total
    scale = 1 + z**2 / total
    centre = (share + z**2 / (2 * total)) / scale
    half_width = z * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5 / scale
    return max(0.0, centre - half_width), min(1.0, centre + half_width)
    ### END SOLUTION


def word_dropout(tokens: list[str], rate: float, seed: int) -> list[str]:
    """Drop words at random, to make more training texts out of few.

    Each word is dropped with probability `rate` (0 to 1), independently; the others keep their
    order. A text never becomes empty: if all would go, one stays; only an empty one stays empty. The
    same seed gives the same result, other seeds give others; neither the list you are given nor
    anyone else's random numbers change.

    >>> word_dropout(["a", "good", "plot"], rate=0.0, seed=0)
    ['a', 'good', 'plot']
    >>> len(word_dropout(["a", "good", "plot"], rate=1.0, seed=0))
    1
    """
    ### BEGIN SOLUTION
    import random

    dice = random.Random(seed)
    kept = [word for word in tokens if dice.random() >= rate]
    return (kept or [dice.choice(tokens)]) if tokens else []
    ### END SOLUTION


def attention_rollout(
    attentions: list[Float[Tensor, "batch heads seq_len seq_len"]],
) -> Float[Tensor, "batch seq_len seq_len"]:
    """Follow the attention through all layers, back to the input tokens.

    For each layer, from the bottom: average the heads, add the identity (the residual connection),
    make each row sum to 1, and multiply onto what the layers below gave (Abnar & Zuidema 2020).
    Entry [b, i, j] tells how much position i of the top layer draws on input token j.

    >>> uniform = torch.full((1, 2, 2, 2), 0.5)
    >>> attention_rollout([uniform])
    tensor([[[0.7500, 0.2500],
             [0.2500, 0.7500]]])
    """
    ### BEGIN SOLUTION
    seq_len = attentions[0].shape[-1]
    identity = torch.eye(seq_len, dtype=attentions[0].dtype, device=attentions[0].device)
    rollout = identity.expand(attentions[0].shape[0], seq_len, seq_len)
    for attention in attentions:
        mixed = attention.mean(dim=1) + identity  # [batch, seq_len, seq_len]
        rollout = mixed / mixed.sum(dim=-1, keepdim=True) @ rollout
    return rollout
    ### END SOLUTION
