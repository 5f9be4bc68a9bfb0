"""The libraries that exercises and submissions use, imported before any time is taken, so that no check pays for it."""

import re
from collections.abc import Collection, Iterable
from importlib import import_module

LIBRARIES = {  # module to import -> exercises whose checks use it
    "pandas": ("data", "comparison"),
    "torch": ("batching", "simple_nn", "training", "tinybert", "finetuning", "comparison", "extensions"),
    "sklearn.metrics": ("comparison",),
    "transformers.models.bert.modeling_bert": ("tinybert", "finetuning", "extensions"),
}
OPTIONAL = {  # what a submission may name -> modules to import
    "numpy": ("numpy",),
    "pandas": ("pandas",),
    "scipy": ("scipy",),
    "sklearn": ("sklearn.feature_extraction.text", "sklearn.metrics"),
    "torch": ("torch",),
    "transformers": ("torch", "transformers.models.bert.modeling_bert"),
}


def libraries_of(exercises: Collection[str]) -> frozenset[str]:
    """Return the modules that some exercises need; those of all exercises where none is named.

    >>> sorted(libraries_of(["data"])), sorted(libraries_of(["vocab"]))
    (['pandas'], [])
    """
    chosen = set(exercises)
    return frozenset(library for library, of in LIBRARIES.items() if not chosen or chosen & set(of))


def libraries_named(sources: Iterable[str]) -> frozenset[str]:
    r"""Return the modules to import for what some sources name, in a comment too: that costs time, and no points.

    >>> sorted(libraries_named(["import re\nimport numpy as np"]))
    ['numpy']
    """
    words = set().union(*(re.findall(r"\w+", source) for source in sources))
    return frozenset(module for name, modules in OPTIONAL.items() if name in words for module in modules)


def import_libraries(exercise: str) -> None:
    """Import what an exercise needs."""
    for library in libraries_of([exercise]):
        import_module(library)
