"""Make the students' notebooks with nbgrader's own steps; the gradebook alone is left out, which no student has."""

from pathlib import Path
from typing import Any

from reelgrade.course.folders import NOTEBOOKS
from reelgrade.errors import UserError

CONFIG = "nbgrader_config.py"


def student_notebooks(course: Path) -> dict[str, bytes]:
    """Convert every notebook of the course as `nbgrader generate_assignment` does: name -> content.

    UserError where nbgrader refuses a notebook.
    """
    exporter = _exporter(course)
    sources = {name: course / "source_notebooks" / name / f"{name}.ipynb" for name in NOTEBOOKS}
    return {f"{name}.ipynb": _converted(exporter, path) for name, path in sources.items() if path.is_file()}


def _exporter(course: Path) -> Any:
    """Give nbconvert's exporter with the steps that the course's own configuration names."""
    from nbconvert.exporters import NotebookExporter
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    config = Config()
    if (course / CONFIG).is_file():
        config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    config.Exporter.default_preprocessors = []
    generate = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    exporter: Any = NotebookExporter(config=config)  # type: ignore[no-untyped-call]
    for step in generate.preprocessors:
        if step is not SaveCells:
            exporter.register_preprocessor(step, enabled=True)
    return exporter


def _converted(exporter: Any, path: Path) -> bytes:
    from nbgrader.nbgraderformat import ValidationError

    try:
        with path.open(encoding="utf-8") as file:
            text, _ = exporter.from_file(file, resources={"nbgrader": {"notebook": path.stem}})
    except (ValueError, RuntimeError, ValidationError) as error:
        raise UserError(f"{path}: nbgrader cannot make the students' version: {error}") from error
    return str(text).encode()
