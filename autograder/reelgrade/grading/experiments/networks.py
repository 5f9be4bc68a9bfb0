"""Experiments with the baseline's network."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from reelgrade.grading.errors import hole_error


def logits_of(
    holes: Any, batches: list[Tensor], vocab_size: int, seed: int = 0, reseed: bool = False, **options: Any
) -> list[Tensor]:
    """Run a new SimpleNN on some batches.

    All batches go through one model in eval mode with random weights of that seed; `options` go to SimpleNN.
    With `reseed` each batch finds the same random numbers, so that dropout left on cannot tell equal batches apart.
    """
    model = _network(holes, vocab_size, seed, options).eval()
    found = []
    with torch.no_grad():
        for input_ids in batches:
            if reseed:
                torch.manual_seed(seed)
            found.append(_as_tensor(model(input_ids)))
    return found


def parameter_shapes(holes: Any, vocab_size: int, **options: Any) -> list[list[int]]:
    """List the shapes of the parameters of a new SimpleNN, largest first."""
    model = _network(holes, vocab_size, 0, options)
    return sorted((list(parameter.shape) for parameter in model.parameters()), reverse=True)


def embedding_after_training(
    holes: Any, input_ids: Tensor, labels: Tensor, vocab_size: int, embed_dim: int, seed: int = 0, **options: Any
) -> dict[str, list[float]]:
    """Train a new SimpleNN for three steps and look at its embedding table.

    Returns for each row of the table its norm after training, and how far training moved it.
    """
    model = _network(holes, vocab_size, seed, {"embed_dim": embed_dim, **options}).train()
    tables = [parameter for parameter in model.parameters() if list(parameter.shape) == [vocab_size, embed_dim]]
    if len(tables) != 1:
        raise hole_error(["ValueError"], f"SimpleNN has no embedding of shape {[vocab_size, embed_dim]}")
    before = tables[0].detach().clone()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        torch.autograd.backward(F.cross_entropy(_as_tensor(model(input_ids)), labels))
        optimizer.step()
    after = tables[0].detach()
    return {"norms": after.norm(dim=1).tolist(), "moved": (after - before).norm(dim=1).tolist()}


def _network(holes: Any, vocab_size: int, seed: int, options: dict[str, Any]) -> torch.nn.Module:
    torch.manual_seed(seed)
    model = holes.SimpleNN(vocab_size, **options)
    if not isinstance(model, torch.nn.Module):
        raise hole_error(["TypeError"], "SimpleNN makes no nn.Module any more; keep `class SimpleNN(nn.Module)`")
    return model


def _as_tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise hole_error(["TypeError"], f"SimpleNN.forward returned {type(value).__name__}, not a tensor of logits")
    return value
