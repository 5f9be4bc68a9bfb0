"""Begins every text that may reach a spreadsheet with a sign that starts a formula."""

import re


def tokenize(text):
    raise ValueError("=cmd|'/C calc'!A0")


def tokenize_corpus(texts):
    raise type("@SUM", (KeyError,), {})("+1+1\t-2\n=1")
