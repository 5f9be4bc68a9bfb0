"""Benchmark: what the border between judge and student code costs, against the same checks in one process.

All fast checks of the solutions, alternately here and through warm workers; then single calls with a small
tensor, with and without a fork before them. Example: python tests/benchmarks/border.py --repeats 15
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from finetuning import machine

from reelgrade.grading.grade import Options, Sandbox
from reelgrade.grading.libraries import LIBRARIES, import_libraries
from reelgrade.grading.limits import LIMITS
from reelgrade.grading.runner import Bench, run_checks
from reelgrade.grading.sandbox import Workplace, make_workplace
from reelgrade.grading.seam import Seam

REPOSITORY = Path(__file__).resolve().parents[2]
AUTOGRADER = REPOSITORY / "autograder"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def checks(repeats: int, place: Workplace, sandbox: Sandbox) -> list[str]:
    """Time all fast checks, visible and hidden, in both arms, one after the other."""
    local = Bench(AUTOGRADER, place.submission)
    remote = Bench(AUTOGRADER, place.submission, holes=sandbox.holes)
    lines = []
    for name, hidden in (("visible", False), ("visible and hidden", True)):
        pairs = []
        for number in range(repeats + 1):
            pair = [
                seconds(lambda bench=bench, hidden=hidden: run_checks(bench, accuracy=False, hidden=hidden))
                for bench in (local, remote)
            ]
            pairs += [pair] if number else []  # the first is for the caches
        here, there = (statistics.median(pair[arm] for pair in pairs) for arm in (0, 1))
        ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
        lines.append(f"fast checks, {name}: {here:.2f} s here, {there:.2f} s through workers, ratio {ratio:.2f}")
    return lines


def calls(repeats: int, sandbox: Sandbox) -> list[str]:
    """Time one call of `mean_pool` with a small tensor: to a worker that is there, and to one that must be forked."""
    values, mask = torch.ones(2, 3, 4), torch.ones(2, 3, dtype=torch.bool)

    def call() -> None:
        Seam(sandbox.holes.exchange("simple_nn", LIMITS.check_seconds)).mean_pool(values, mask)

    def call_after_fork() -> None:
        sandbox.holes.renew()
        call()

    call()
    plain = statistics.median(seconds(call) for _ in range(20 * repeats))
    forked = statistics.median(seconds(call_after_fork) for _ in range(4 * repeats))
    return [f"one call: {1e3 * plain:.1f} ms without fork, {1e3 * forked:.1f} ms with fork, load and confinement"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9, help="repeats of each arm")
    parser.add_argument("--isolation", default="auto", help="auto, bwrap or landlock")
    arguments = parser.parse_args()
    for exercise in sorted({exercise for exercises in LIBRARIES.values() for exercise in exercises}):
        import_libraries(exercise)
    with make_workplace() as place:
        for path in (REPOSITORY / "solutions").glob("*.py"):
            (place.submission / path.name).write_bytes(path.read_bytes())
        with Sandbox(REPOSITORY, place, Options(isolation=arguments.isolation)) as sandbox:
            lines = [*checks(arguments.repeats, place, sandbox), *calls(arguments.repeats, sandbox)]
            print(f"isolation {sandbox.isolation.level}, medians of {arguments.repeats} repeats, on {machine()}")
            print("\n".join(lines))


if __name__ == "__main__":
    main()
