"""Run all probes side by side, each so that its failure is a finding and not the end."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from reelgrade.course.doctor import installation, machine, materials
from reelgrade.course.doctor.findings import PROBLEM, Finding, Named, Where
from reelgrade.course.folders import course_folder, public_course
from reelgrade.errors import UserError

Probe = Callable[[Where], Finding]

PROBES: dict[str, Probe] = {
    "python": installation.python,
    "course": materials.course,
    "versions": installation.versions,
    "torch": installation.torch,
    "data": materials.data,
    "weights": materials.weights,
    "backbone": materials.backbone,
    "sandbox": machine.sandbox,
    "fork": machine.fork,
    "encoding": machine.encoding,
    "disk": machine.disk,
    "write course": machine.write_course,
    "write temporary": machine.write_temporary,
    "write cache": machine.write_cache,
}
"""The probes by name, in the order of the report."""

SLOW = ("torch", "sandbox", "backbone")  # these start processes or import much: they begin first


def find_where() -> Where:
    """Find the course and its public data, or what there is of them."""
    return Where(_found(course_folder), _found(public_course))


def _found(find: Callable[[], Path]) -> Path | None:
    with suppress(UserError):
        return find().resolve()
    return None


def checkup(where: Where) -> Iterator[Named]:
    """Yield the finding of every probe, in the order of the report."""
    pool = ThreadPoolExecutor(max_workers=len(SLOW) + 1)
    try:
        order = sorted(PROBES, key=lambda name: name not in SLOW)
        started = {name: pool.submit(probe, PROBES[name], where) for name in order}
        for name in PROBES:
            yield Named(name, started[name].result())
    finally:
        pool.shutdown(cancel_futures=True)


def probe(look: Probe, where: Where) -> Finding:
    """Run one probe; whatever it raises is a problem.

    >>> def broken(where): raise ModuleNotFoundError("No module named 'pooch'", name="pooch")
    >>> probe(broken, Where(None, None)).text
    "cannot be looked at: No module named 'pooch'"
    """
    try:
        return look(where)
    except ImportError as error:
        return Finding(PROBLEM, f"cannot be looked at: {error}", installation.INSTALL)
    except Exception as error:
        text = f"cannot be looked at: {type(error).__name__}: {error}"
        return Finding(PROBLEM, text[:300], "make a new environment and install the course again")
