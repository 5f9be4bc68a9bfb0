"""The line between judge and zygote: one JSON object a line, each way, with descriptors beside some of them."""

import json
import socket
from typing import Any

MOST_BYTES, MOST_DESCRIPTORS = 2**20, 8


class Control:
    """One end of a stream socket between two trusted processes; lines may arrive several at a time."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._waiting = b""
        self._descriptors: list[int] = []

    def say(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        """Write one message; OSError when the other side is gone."""
        line = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(self._end, [line], descriptors) if descriptors else 0
        self._end.sendall(line[sent:])

    def hear(self, seconds: float | None = None) -> dict[str, Any]:
        """Read one message; EOFError when the other side is gone, TimeoutError when it is silent."""
        self._end.settimeout(seconds)
        while b"\n" not in self._waiting:
            part, found, _, _ = socket.recv_fds(self._end, MOST_BYTES, MOST_DESCRIPTORS)
            if not part:
                raise EOFError("the other side is gone")
            self._waiting += part
            self._descriptors += found
        line, self._waiting = self._waiting.split(b"\n", 1)
        return dict(json.loads(line))

    def take_descriptor(self) -> int:
        """Take the descriptor that came first and has not been taken yet."""
        return self._descriptors.pop(0)

    def close(self) -> None:
        """Close this end."""
        self._end.close()
