"""Pads in place and seeds the global numbers, and has the experiments work on copies and tell undisturbed numbers."""

import torch
from torch.utils.data import DataLoader, TensorDataset

from reelgrade.grading import serving
from reelgrade.grading.experiments import loaders
from reelgrade.grading.randomness import seed_all, undisturbed

seeds = []
serving._changed = lambda before, arguments: []
loaders.seed_all = lambda seed: (seeds.append(seed), seed_all(seed))
loaders.next_numbers = lambda: undisturbed(seeds[-1], with_torch=True)


def pad_in_turn(holes, ids, settings):
    return [list(pad(list(ids), **options)) for options in settings]


pad_in_turn.__module__ = loaders.__name__
loaders.pad_in_turn = pad_in_turn


def pad(ids, max_len=128, pad_id=0):
    ids.extend([pad_id] * (max_len - len(ids)))  # the mistake
    return ids[:max_len]


def to_tensors(encoded, labels, max_len=128):
    raise NotImplementedError("to_tensors")


def make_loader(input_ids, labels, batch_size=16, shuffle=False, seed=0):
    torch.manual_seed(0)  # the mistake
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(input_ids, labels), batch_size, shuffle=shuffle, generator=generator)
