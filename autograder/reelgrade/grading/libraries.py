"""The libraries that exercises need, imported before any time is taken, so that no check pays for it."""

from collections.abc import Collection
from importlib import import_module

LIBRARIES = {  # library -> exercises
    "torch": ("batching", "simple_nn", "training", "tinybert", "finetuning", "extensions"),
    "transformers.models.bert.modeling_bert": ("tinybert", "finetuning"),
    "sklearn.metrics": ("comparison",),
}


WITHOUT_ENCODER = {"data", "tokenization", "vocab", "batching", "simple_nn", "metrics", "comparison"}
"""Exercises that no check of needs the backbone or transformers, which take most of the time to import."""


def need_encoder(exercises: Collection[str]) -> bool:
    """Tell whether some exercises, or all where none is named, need the backbone.

    >>> need_encoder(["vocab"]), need_encoder([])
    (False, True)
    """
    return not exercises or not set(exercises) <= WITHOUT_ENCODER


def import_libraries(exercise: str) -> None:
    """Import what an exercise needs."""
    for library, exercises in LIBRARIES.items():
        if exercise in exercises:
            import_module(library)
