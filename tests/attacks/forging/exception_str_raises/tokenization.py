"""Raises an exception whose text raises SystemExit, and whose class has no usable name."""

import re


class Meta(type):
    @property
    def __name__(cls):
        raise KeyboardInterrupt

    def mro(cls):
        return [cls, ValueError, Exception, BaseException, object]


class Odd(ValueError, metaclass=Meta):
    def __str__(self):
        raise SystemExit(0)


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    raise Odd
