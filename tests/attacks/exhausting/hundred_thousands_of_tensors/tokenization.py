"""Returns 300000 tensors and 30000 data frames without a number, which take 200 times the room of their text."""

import re

import pandas
import torch


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [*[torch.zeros(0)] * 300_000, *[pandas.DataFrame()] * 30_000]
