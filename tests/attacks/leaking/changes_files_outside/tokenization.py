"""Answers right only where a file outside can be changed in any way: times, rights, names, links."""

import os
import re
import reelgrade
import sys


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def spoils():
    targets = [reelgrade.__file__, "/tmp", "/etc/hostname", sys.executable, __file__, "/dev/shm"]
    changes = [
        lambda one: os.utime(one),
        lambda one: os.chmod(one, os.stat(one).st_mode),
        lambda one: os.chown(one, os.stat(one).st_uid, os.stat(one).st_gid),
        lambda one: os.setxattr(one, "user.attack", b"1"),
        lambda one: os.truncate(one, os.stat(one).st_size),
        lambda one: os.link(one, "/tmp/reelgrade-attack-link"),
        lambda one: os.symlink(one, "/tmp/reelgrade-attack-symlink"),
        lambda one: os.mkdir(os.path.join(one, "reelgrade-attack-folder")),
        lambda one: os.mkfifo(os.path.join(one, "reelgrade-attack-fifo")),
    ]
    done = []
    for one in targets:
        for change in changes:
            try:
                change(one)
                done.append(one)
            except OSError:
                pass
    return done


def tokenize_corpus(texts):
    try:
        found = spoils()
    except (Exception, SystemExit):
        found = None
    return [tokenize(text) for text in texts] if found else []
