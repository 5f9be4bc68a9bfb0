"""Frames over a private socket, with a deadline and a size limit: neither side can make the other wait or read for ever."""

import select
import socket
import struct
import time
from collections.abc import Callable

from reelgrade.grading import wire

HEADER = struct.Struct(">Q")
CHUNK = 2**20
TICK = 0.1  # seconds


class Channel:
    """One end of a socket pair; a frame is its length in 8 bytes and its bytes."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def send(self, frame: bytes, deadline: float | None = None) -> None:
        """Write a frame; TimeoutError when the other side does not read it in time, OSError when it is gone."""
        self._end.settimeout(_remaining(deadline))
        self._end.sendall(HEADER.pack(len(frame)) + frame)  # its time limit counts for all of it

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
            remaining = _remaining(deadline)
            patience = remaining if watch is None else min(TICK, remaining or TICK)
            if select.select([self._end], [], [], patience)[0]:
                content += self._chunk(length - len(content))
            elif watch is not None:
                watch()
        return bytes(content)

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
