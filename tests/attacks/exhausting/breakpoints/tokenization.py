"""Stops in a debugger and reads from the terminal."""

import getpass
import re
import sys


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    sys.stdin = open(0, closefd=False)
    breakpoint()
    input("name? ")
    return [[getpass.getpass()]]
