"""Leaves an alarm that kills the process, or raises, in the middle of later checks of other holes."""

import re
import signal


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    return []
