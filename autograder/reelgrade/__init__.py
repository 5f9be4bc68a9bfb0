"""reelgrade: graded NLP exercises, from a bag of embeddings to a fine-tuned encoder."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reelgrade.course.own_modules import use_exercises
    from reelgrade.grading.notebook_check import check

__version__ = "0.1.0"
__all__ = ["check", "use_exercises"]


def __getattr__(name: str) -> Any:
    """Load what notebooks use when it is first asked for: most commands do without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reelgrade.course.own_modules import use_exercises
    from reelgrade.grading.notebook_check import check

    return {"check": check, "use_exercises": use_exercises}[name]
