"""Frames over a private socket, with a deadline and a size limit: neither side can make the other wait or read for ever."""

import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from reelgrade.grading import wire

HEADER = struct.Struct(">Q")
CHUNK = 2**20
TICK = 0.1  # seconds


class Channel:
    """One end of a socket pair; a frame is its length in 8 bytes and its bytes."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._watched = 0.0  # when `watch` was called last

    def send(self, frame: bytes, deadline: float | None = None, watch: Callable[[], None] | None = None) -> None:
        """Write a frame; TimeoutError when the other side does not read it in time, OSError when it is gone."""
        waiting = memoryview(HEADER.pack(len(frame)) + frame)
        while waiting:
            self._wait([], [self._end], deadline, watch)
            waiting = waiting[self._end.send(waiting[:CHUNK], socket.MSG_DONTWAIT) :]

    def receive(self, deadline: float | None = None, watch: Callable[[], None] | None = None) -> bytes:
        """Read a frame; TimeoutError when it is late, EOFError when the other side is gone, WireError when too large.

        While it waits it calls `watch` ten times a second, which may raise.
        """
        (length,) = HEADER.unpack(self._read(HEADER.size, deadline, watch))
        if length > wire.MAX_BYTES:
            raise wire.WireError(f"an answer of {length} bytes; at most {wire.MAX_BYTES} can cross")
        return self._read(length, deadline, watch)

    def pending(self) -> bool:
        """Tell whether something has come that nobody asked for, or the other side is gone."""
        return bool(select.select([self._end], [], [], 0)[0])

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def _read(self, length: int, deadline: float | None, watch: Callable[[], None] | None) -> bytes:
        content = bytearray()
        while len(content) < length:
            self._wait([self._end], [], deadline, watch)
            content += self._chunk(length - len(content))
        return bytes(content)

    def _wait(
        self, readers: list[Any], writers: list[Any], deadline: float | None, watch: Callable[[], None] | None
    ) -> None:
        """Return when this end can be used; meanwhile, and however little comes at a time, call `watch` every TICK."""
        while True:
            now = time.monotonic()
            if watch is not None and now - self._watched >= TICK:
                self._watched = now
                watch()
            remaining = _remaining(deadline)
            patience = remaining if watch is None else min(TICK, TICK if remaining is None else remaining)
            readable, writable, _ = select.select(readers, writers, [], patience)
            if readable or writable:
                return

    def _chunk(self, most: int) -> bytes:
        chunk = self._end.recv(min(CHUNK, most))
        if not chunk:
            raise EOFError("the other side is gone")
        return chunk


def _remaining(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the deadline has passed")
    return remaining
