"""Trusted functions that run beside the student's objects and return plain values.

An experiment builds the live objects (models, loaders, optimizers, tokenizers), calls the student's
hole with them, and reports numbers. It knows no expected value: those stay with the judge.
"""

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

MODULES = ("frames", "loaders", "networks", "training", "encoders", "finetuning", "accuracy")


def find(name: str) -> Callable[..., Any]:
    """Find an experiment by name, loading the modules with experiments when first needed."""
    for module in MODULES:
        function = getattr(import_module(f"{__name__}.{module}"), name, None)
        if function is not None and function.__module__ == f"{__name__}.{module}":
            return function  # type: ignore[no-any-return]
    raise LookupError(f"there is no experiment {name!r}")


def load_all(encoder: bool = True) -> None:
    """Import every experiment, and with them torch and transformers; without `encoder` those that leave transformers out."""
    for module in MODULES if encoder else MODULES[: MODULES.index("encoders")]:
        import_module(f"{__name__}.{module}")


def story(function: Callable[..., Any]) -> str:
    """Tell what an experiment does: the first sentence of its docstring."""
    return inspect.cleandoc(function.__doc__ or function.__name__).splitlines()[0].rstrip(".")
