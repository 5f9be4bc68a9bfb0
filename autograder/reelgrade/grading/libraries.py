"""The libraries that exercises need, imported before any time is taken, so that no check pays for it."""

from importlib import import_module

LIBRARIES = {  # library -> exercises
    "torch": ("batching", "simple_nn", "training", "tinybert", "finetuning", "extensions"),
    "transformers.models.bert.modeling_bert": ("tinybert", "finetuning"),
    "sklearn.metrics": ("comparison",),
}


def import_libraries(exercise: str) -> None:
    """Import what an exercise needs."""
    for library, exercises in LIBRARIES.items():
        if exercise in exercises:
            import_module(library)
