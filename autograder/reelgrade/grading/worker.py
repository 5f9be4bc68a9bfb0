"""The process in which student code runs: one exercise, confined, answering numbered calls until it is killed.

It knows the student's module, the public library code, and the arguments of the call at hand; no check and no expected value.
"""

import os
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from pathlib import Path
from signal import (  # by name: student code may put others into their module
    NSIG,
    SIG_DFL,
    SIG_IGN,
    default_int_handler,
    getsignal,
    signal,
)
from typing import Any

import reelgrade
from reelgrade.grading import wire
from reelgrade.grading.cell_holes import CellHoles
from reelgrade.grading.cells import read_cells
from reelgrade.grading.channel import Channel
from reelgrade.grading.confinement import NOBODY, SWITCHES, Rules, confine, refused
from reelgrade.grading.errors import BrokenModule
from reelgrade.grading.holes import Holes, load_holes
from reelgrade.grading.messages import LOAD, failure_frame, value_frame
from reelgrade.grading.serving import message_of, serve
from reelgrade.grading.state import CappedText

PACKAGE = Path(__file__).resolve().parents[2]
MOST_TEXT = 150  # characters of an error's first line that are kept beside the next
REFUSED = "the sandbox that grades refuses this: it has no programs, network, or files outside; see README.md"
TIMERS: tuple[int, ...] = ()  # Windows has none
try:
    from signal import ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL, setitimer

    TIMERS = (ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF)
except ImportError:
    pass


def work(end: socket.socket, rules: Rules, level: str) -> None:
    """Confine this process, then answer calls, the first of which names the module; returns when the judge is gone."""
    channel = Channel(end)
    _settle(rules.scratch, rules.data)
    if level != "process":
        from reelgrade.grading import stand_ins

        stand_ins.install()
    confine(rules, level)
    names = {rules.scratch: "", rules.data: "datasets/", str(PACKAGE): "", sys.prefix: ""}
    worded = partial(_worded, names, rules.scratch if level != "process" else "")
    holes: Holes | None = None
    while True:
        try:
            request = channel.receive()
        except (EOFError, OSError):
            return
        _calm()
        if holes is None:
            holes, answer = _load(request, names, worded)
        else:
            answer = serve(holes, request, CappedText(), worded=worded)
        channel.send(answer)


def _settle(scratch: str, data: str) -> None:
    """Make the scratch folder the place for everything, and take away what came with the process.

    What the library reads the public data from is set: a worker has no course around it.
    """
    os.environ.clear()
    os.environ.update(HOME=scratch, TMPDIR=scratch, TEMP=scratch, TMP=scratch, PATH="", LANG="C.UTF-8")
    os.environ.update({"REELGRADE_DATA": data} if data else {})
    os.environ.update(SWITCHES, USER=NOBODY, LOGNAME=NOBODY)
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    os.chdir(scratch)
    tempfile.tempdir = scratch
    sys.argv = [""]
    _single_process_loading()


def _calm() -> None:
    """Stop the timers and take away the signal handlers that earlier calls left."""
    for timer in TIMERS:
        setitimer(timer, 0)
    for number in range(1, NSIG):
        with suppress(OSError, ValueError, RuntimeError):  # some cannot be handled
            if getsignal(number) not in (SIG_DFL, SIG_IGN, default_int_handler, None):
                signal(number, SIG_DFL)


def _without_paths(names: dict[str, str], text: str) -> str:
    """Put names in the place of the grader's own folders, of which a student has no use."""
    for path, name in names.items():
        text = text.replace(f"{path}/", name) if path else text
    return text


def _worded(names: dict[str, str], scratch: str, error: BaseException) -> str:
    """Give the text of an error, without paths; where the sandbox, if there is one, is the reason, its first line says so."""
    text = _without_paths(names, message_of(error))
    if not scratch or not refused(error, scratch):
        return text
    first, *others = text.splitlines() or [""]
    return "\n".join([f"{first[:MOST_TEXT]}; {REFUSED}", *others])


def _load(request: bytes, names: dict[str, str], worded: Callable[[BaseException], str]) -> tuple[Holes | None, bytes]:
    """Run the module's own lines; the first request asks for that."""
    call: dict[str, Any] = wire.decode(request)
    assert call["kind"] == LOAD
    path = Path(call["name"])
    names[str(path.parent)] = ""
    try:
        cells = read_cells(path.read_bytes().decode("utf-8", "replace")) if path.is_file() else None
        if cells is not None:
            return _open_notebook(CellHoles(cells, path, call["arguments"])), value_frame(call["number"], True, [], "")
        holes = load_holes(path, call["arguments"])
    except BrokenModule as error:
        return None, failure_frame(call["number"], {"broken": worded(error)}, [], "")
    except BaseException as error:  # KeyboardInterrupt and its like, which a module may raise
        message = f"{path.name}: {type(error).__name__} on import; mend it first"
        return None, failure_frame(call["number"], {"broken": message}, [], "")
    return holes, value_frame(call["number"], True, [], "")


def _open_notebook(holes: CellHoles) -> CellHoles:
    """Let cells find around them what they find when nbgrader runs them; `check` does nothing, the judge asks for itself."""
    sys.modules["__main__"] = holes.module  # where pickle and dataclasses look for what cells define
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    vars(reelgrade)["check"] = lambda *_, **__: 0.0
    return holes


def _single_process_loading() -> None:
    """Let a DataLoader that asks for worker processes load in this one: the batches are the same, and there are no others."""
    torch_data = sys.modules.get("torch.utils.data.dataloader")
    if torch_data is None:
        return
    loader = torch_data.DataLoader
    original = loader.__init__

    @wraps(original)
    def init(self: Any, *args: Any, **named: Any) -> None:
        if len(args) > 5:  # dataset, batch_size, shuffle, sampler, batch_sampler, num_workers
            args = (*args[:5], 0, *args[6:])
        else:
            named["num_workers"] = 0
        for option in ("prefetch_factor", "persistent_workers", "multiprocessing_context", "timeout"):
            named.pop(option, None)
        original(self, *args, **named)

    loader.__init__ = init
