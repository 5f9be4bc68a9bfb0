"""The libraries that exercises and submissions use, imported before any time is taken, so that no check pays for it."""

import re
from collections.abc import Collection, Iterable
from importlib import import_module

USED = {  # library -> exercises whose checks use it
    "pandas": ("data", "comparison"),
    "sklearn": ("comparison",),
    "torch": ("batching", "simple_nn", "training", "tinybert", "finetuning", "comparison", "extensions"),
    "transformers": ("tinybert", "finetuning", "extensions"),
}
BRINGS = {  # library -> others that it imports by itself
    "numpy": (),
    "pandas": ("numpy",),
    "scipy": ("numpy",),
    "sklearn": ("scipy", "numpy"),
    "torch": ("numpy",),
    "transformers": ("torch", "numpy"),
}
MODULES = {  # what to import of a library, where it is not the package itself
    "sklearn": ("sklearn.feature_extraction.text", "sklearn.metrics"),
    "transformers": ("transformers.models.bert.modeling_bert",),
}


def libraries_of(exercises: Collection[str]) -> frozenset[str]:
    """Return the libraries that some exercises need; those of all exercises where none is named.

    >>> sorted(libraries_of(["data"])), sorted(libraries_of(["vocab"]))
    (['numpy', 'pandas'], [])
    """
    chosen = set(exercises)
    return _with_others(library for library, of in USED.items() if not chosen or chosen & set(of))


def libraries_named(sources: Iterable[str]) -> frozenset[str]:
    r"""Return the libraries that some sources name, in a comment too: importing those costs time, and no points.

    >>> sorted(libraries_named(["import re\nimport numpy as np"]))
    ['numpy']
    """
    words = set().union(*(re.findall(r"\w+", source) for source in sources))
    return _with_others(BRINGS.keys() & words)


def _with_others(libraries: Iterable[str]) -> frozenset[str]:
    return frozenset(name for library in libraries for name in (library, *BRINGS[library]))


def import_all(libraries: Iterable[str]) -> None:
    """Import some libraries."""
    for library in libraries:
        for module in MODULES.get(library, (library,)):
            import_module(module)


def import_libraries(exercise: str) -> None:
    """Import what an exercise needs."""
    import_all(libraries_of([exercise]))
