"""Studies of one setting at a time: learning rate, size of the vocabulary, number of layers that train."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelgrade.course.reproduction.ladder import Pipeline, Run

NUM_EPOCHS = 12  # of each fine-tuning, without early stopping, so that the curves can be compared


@dataclass(frozen=True)
class Study:
    """One question: the settings it compares, and how one setting is run with one seed."""

    name: str
    title: str
    settings: tuple[Any, ...]
    run: Callable[[Pipeline, Any, int], Run]
    label: Callable[[Any], str]


def _finetune(pipeline: Pipeline, seed: int, **setting: Any) -> Run:
    limits = {"max_epochs": NUM_EPOCHS, "patience": NUM_EPOCHS}
    return pipeline.finetune(seed, select_on_test=False, limits=limits, **setting)


def _run_lr(pipeline: Pipeline, lr: float, seed: int) -> Run:
    return _finetune(pipeline, seed, lr=lr)


def _run_vocab(pipeline: Pipeline, max_words: int, seed: int) -> Run:
    return pipeline.simple_nn(seed, lr=5e-3, num_epochs=20, leak=False, max_words=max_words)


def _run_layers(pipeline: Pipeline, num_trainable: int, seed: int) -> Run:
    top_layers = range(max(0, pipeline.num_layers - num_trainable), pipeline.num_layers)
    return _finetune(pipeline, seed, trainable_layers=tuple(top_layers))


STUDIES = {
    study.name: study
    for study in (
        Study("lr", "Fine-tuning at three learning rates", (1e-5, 5e-4, 2.5e-3), _run_lr, lambda lr: f"lr {lr:g}"),
        Study("vocab", "SimpleNN with four vocabularies", (500, 1000, 2000, 5000), _run_vocab, lambda n: f"{n} words"),
        Study(
            "layers", "Fine-tuning 0 to 4 encoder layers", (0, 1, 2, 3, 4), _run_layers, lambda n: f"{n} layers train"
        ),
    )
}


def write_study(folder: Path, study: Study, runs: dict[Any, list[Run]], seeds: Sequence[int], backbone: str) -> str:
    """Write the curves as figure and JSON; returns the table as text."""
    from reelgrade.given.plots import plot_study

    watched = "test" if study.name == "vocab" else "validation"
    curves = {study.label(setting): [_history(run).val_loss for run in found] for setting, found in runs.items()}
    figure = plot_study(curves, "epoch", f"{watched} loss per example", f"{study.title} ({backbone})")
    figure.savefig(folder / f"study_{study.name}.png", dpi=150)
    content = {
        "study": study.name,
        "backbone": backbone,
        "seeds": list(seeds),
        "settings": [
            {
                "setting": setting,
                "accuracies": [run.evaluation.accuracy for run in found],
                "train_loss": [_history(run).train_loss for run in found],
                "val_loss": [_history(run).val_loss for run in found],
                "seconds": sum(run.seconds for run in found),
            }
            for setting, found in runs.items()
        ],
    }
    (folder / f"study_{study.name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return "\n".join(_line(study.label(setting), found, watched) for setting, found in runs.items())


def _line(label: str, runs: list[Run], watched: str) -> str:
    accuracy = sum(run.evaluation.accuracy for run in runs) / len(runs)
    best = sum(min(_history(run).val_loss) for run in runs) / len(runs)
    last = sum(_history(run).val_loss[-1] for run in runs) / len(runs)
    return f"{label:<16} test accuracy {accuracy:.3f}, best {watched} loss {best:.3f}, last {last:.3f}"


def _history(run: Run) -> Any:
    assert run.history is not None
    return run.history
