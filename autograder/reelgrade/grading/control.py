"""The line between judge and zygote: one JSON object a line, each way in turn, descriptors beside it."""

import json
import socket
from typing import Any

MOST_BYTES = 2**20


class Control:
    """One end of a stream socket between two trusted processes."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def say(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        """Write one message; OSError when the other side is gone."""
        line = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(self._end, [line], descriptors) if descriptors else 0
        self._end.sendall(line[sent:])

    def hear(self, seconds: float | None = None) -> tuple[dict[str, Any], list[int]]:
        """Read one message; EOFError when the other side is gone, TimeoutError when it is silent."""
        self._end.settimeout(seconds)
        line, descriptors = b"", []
        while not line.endswith(b"\n"):
            part, found, _, _ = socket.recv_fds(self._end, MOST_BYTES, 1)
            if not part:
                raise EOFError("the other side is gone")
            line += part
            descriptors += found
        return json.loads(line), descriptors

    def close(self) -> None:
        """Close this end."""
        self._end.close()
