"""Replaces import, its hooks and its modules, so that later imports of the worker hang."""

import builtins
import re
import sys
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    builtins.__import__ = lambda *args, **kwargs: time.sleep(3600)
    sys.meta_path[:] = []
    sys.path_hooks[:] = []
    return []
