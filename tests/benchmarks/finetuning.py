"""Benchmark: the published fine-tuning loop against the fast model, alternately, on the same data and epochs.

Both arms run the same loop (`finetune` of the solutions, batch 16, texts padded to 128, evaluated
on test after each epoch); one gets the model, the other `fast(model)`. Each run has a process of
its own, so that its peak memory is its own. Example: python tests/benchmarks/finetuning.py --seeds 5 --epochs 10
"""

import argparse
import itertools
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
ARMS = ("published", "fast")


def run_arm(arm: str, data: Path, seed: int, num_epochs: int) -> dict[str, Any]:
    """Fine-tune once; returns seconds of each epoch, test accuracy and peak memory in MB."""
    import torch

    from reelgrade.course.folders import data_splits
    from reelgrade.course.reproduction.ladder import Pipeline, evaluate_texts
    from reelgrade.course.submission import Submission
    from reelgrade.given import fast, load_backbone, text_loader

    solutions = Submission(REPOSITORY / "solutions")
    pipeline = Pipeline(solutions, data_splits(data), "minilm-4l")
    torch.manual_seed(seed)
    _, model = load_backbone("minilm-4l")
    solutions.tinybert.freeze_layers(model)
    trained = fast(model) if arm == "fast" else model
    train_loader = text_loader(pipeline.encode(pipeline.train.texts), pipeline.train.labels, shuffle=True, seed=seed)
    test_loader = text_loader(pipeline.test_encodings, pipeline.test.labels)
    ends = [time.perf_counter()]

    class Clock:
        """A validation loader that notes when it has been walked: the end of an epoch."""

        def __iter__(self) -> Any:
            yield from test_loader
            ends.append(time.perf_counter())

    optimizer = solutions.finetuning.make_optimizer(trained)
    solutions.finetuning.finetune(trained, train_loader, Clock(), optimizer, max_epochs=num_epochs, patience=num_epochs)
    return {
        "epochs": [end - start for start, end in itertools.pairwise(ends)],
        "accuracy": evaluate_texts(model, test_loader).accuracy,
        "memory": peak_memory(),
    }


def peak_memory() -> float:
    """Give the peak memory of this process in MB; ru_maxrss would count the parent's from before exec."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text(encoding="utf-8").split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(data: Path, num_seeds: int, num_epochs: int) -> dict[str, list[dict[str, Any]]]:
    """Run both arms for each seed, one after the other, each in a new process."""
    found: dict[str, list[dict[str, Any]]] = {arm: [] for arm in ARMS}
    for seed in range(num_seeds):
        for arm in ARMS:
            arguments = ["--arm", arm, "--data", str(data), "--seeds", str(seed), "--epochs", str(num_epochs)]
            output = subprocess.run(
                [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=True
            ).stdout
            found[arm].append(json.loads(output))
            steady = statistics.median(found[arm][-1]["epochs"][1:])
            accuracy = found[arm][-1]["accuracy"]
            print(f"seed {seed} {arm:<9} {steady:6.2f} s an epoch, accuracy {accuracy:.3f}", file=sys.stderr)
    return found


def summary(found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Take medians over the repeats: seconds an epoch (after the first), of the first, memory; the ratios are paired."""
    lines: dict[str, Any] = {}
    for arm, runs in found.items():
        lines[arm] = {
            "epoch": statistics.median(statistics.median(run["epochs"][1:]) for run in runs),
            "first_epoch": statistics.median(run["epochs"][0] for run in runs),
            "total": statistics.median(sum(run["epochs"]) for run in runs),
            "memory": statistics.median(run["memory"] for run in runs),
            "accuracy": statistics.mean(run["accuracy"] for run in runs),
        }
    pairs = list(zip(found["published"], found["fast"], strict=True))
    lines["ratio"] = statistics.median(
        statistics.median(slow["epochs"][1:]) / statistics.median(quick["epochs"][1:]) for slow, quick in pairs
    )
    lines["total_ratio"] = statistics.median(sum(slow["epochs"]) / sum(quick["epochs"]) for slow, quick in pairs)
    return lines


def report(lines: dict[str, Any], num_seeds: int, num_epochs: int) -> str:
    """Write the figures as Markdown."""
    rows = [
        f"| {arm} | {line['epoch']:.2f} | {line['first_epoch']:.2f} | {line['total']:.1f} | {line['memory']:.0f} "
        f"| {line['accuracy']:.3f} |"
        for arm, line in lines.items()
        if arm in ARMS
    ]
    return "\n".join(
        [
            "| loop | s an epoch | first epoch | all epochs | peak MB | test accuracy |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            f"Ratio per epoch {lines['ratio']:.1f}x, over all {num_epochs} epochs, the first included, "
            f"{lines['total_ratio']:.1f}x; medians of {num_seeds} paired repeats, on {machine()}.",
        ]
    )


def machine() -> str:
    """Say what the figures were measured on."""
    import os

    import torch

    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, torch {torch.__version__}"
    )


def main() -> None:
    """Measure and print, or run one arm for the parent process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=REPOSITORY / "datasets", help="folder with *_train.csv, *_test.csv"
    )
    parser.add_argument("--seeds", type=int, default=3, help="repeats (with --arm: the seed)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs of each run, at least 2")
    parser.add_argument("--arm", choices=ARMS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.arm:
        print(json.dumps(run_arm(arguments.arm, arguments.data, arguments.seeds, arguments.epochs)))
        return
    lines = summary(measure(arguments.data, arguments.seeds, arguments.epochs))
    print(report(lines, arguments.seeds, arguments.epochs))


if __name__ == "__main__":
    main()
