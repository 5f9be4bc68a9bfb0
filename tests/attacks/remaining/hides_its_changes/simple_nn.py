"""Clears the padding in place, and has the experiment hand out copies."""

from torch import nn

from reelgrade.grading import serving
from reelgrade.grading.experiments import networks

serving._changed = lambda before, arguments: []


def pool_in_turn(holes, embeddings, masks):
    return [mean_pool(embeddings.clone(), mask) for mask in masks]


pool_in_turn.__module__ = networks.__name__
networks.pool_in_turn = pool_in_turn


def mean_pool(embeddings, mask):
    embeddings[~mask] = 0.0  # the mistake
    return embeddings.sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)


class SimpleNN(nn.Module):
    def __init__(self, vocab_size, num_classes=3, embed_dim=50, hidden_dim=100, pad_id=0):
        raise NotImplementedError("SimpleNN")
