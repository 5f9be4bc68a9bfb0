"""The seam: a check calls holes and experiments through it and gets plain values back, wherever student code runs.

`Seam` is the judge's side. What it talks to is a function from a request, a frame of the wire, to an answer read from
one: `local` makes it for a folder or a namespace in this process, worker_holes.py for another process.
"""

import secrets
from collections.abc import Callable
from typing import Any

from reelgrade.grading import experiments, wire
from reelgrade.grading.errors import Crashed, TimeIsUp
from reelgrade.grading.holes import Holes
from reelgrade.grading.messages import EXPERIMENT, HOLE, Answer, call_frame, read_answer
from reelgrade.grading.render import render_call
from reelgrade.grading.serving import serve
from reelgrade.grading.state import CappedText

Exchange = Callable[[bytes, int, CappedText], Answer]
"""Takes a request, its number, and a place for what is printed; gives the answer, or raises TimeIsUp or Crashed."""


class Seam:
    """What a check receives as `submission`.

    `submission.NAME(values...)` calls a hole, `submission.run("experiment", **values)` a trusted
    function beside the holes. `changed` lists the arguments of the last call that the hole changed,
    `call` is its text as the student would type it. A NotImplementedError becomes NotStarted, any other
    exception a HoleError that is also of the built-in class it came as.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.changed: list[str] = []
        self.num_answers = 0
        self.call = ""
        self.printed = ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*values: Any, **named: Any) -> Any:
            self.call = render_call(name, values, named)
            return self._ask(HOLE, name, {**dict(enumerate(values)), **named})

        return call

    def run(self, experiment: str, **values: Any) -> Any:
        """Run an experiment beside the holes of this exercise and return its plain values."""
        self.call = f"{experiments.story(experiments.find(experiment))} ({render_call('', (), values)[1:-1]})"
        return self._ask(EXPERIMENT, experiment, values)

    @staticmethod
    def iterator(items: list[Any]) -> wire.Iterable:
        """Make an argument that the hole can walk only once."""
        return wire.Iterable(items)

    @staticmethod
    def file(name: str, content: bytes) -> wire.File:
        """Make an argument that is the path of a readable file."""
        return wire.File(name, content)

    def _ask(self, kind: str, name: str, arguments: dict[Any, Any]) -> Any:
        """Send the call over and bring its outcome back, both as frames."""
        number, output = secrets.randbits(62), CappedText()  # nobody can answer a question before it is asked
        self.changed = []
        try:
            answer = self._exchange(call_frame(number, kind, name, arguments), number, output)
        finally:
            self.printed = output.kept
        self.changed, self.printed = list(answer.changed), answer.printed
        self.num_answers += 1
        return answer.result()


def local(holes: Holes) -> Exchange:
    """Serve a module or a namespace in this process: breakpoints work, and time limits pass through."""

    def exchange(request: bytes, number: int, output: CappedText) -> Answer:
        frame = serve(holes, request, output, passing=(TimeIsUp, KeyboardInterrupt))
        try:
            return read_answer(frame, number)
        except wire.WireError as error:
            raise Crashed(f"what came back cannot be read: {error}") from None

    return exchange
