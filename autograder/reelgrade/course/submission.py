"""Load the exercise modules of a folder by path, and say in one line where student code went wrong."""

import sys
import traceback
from pathlib import Path
from types import ModuleType

from reelgrade.errors import UserError


class Submission:
    """The exercise modules of one folder, loaded when first asked for: `submission.vocab.encode`.

    Modules are compiled from their text, so that nothing is cached beside them, and are not
    importable by name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getattr__(self, name: str) -> ModuleType:
        module = load_module(self.folder / f"{name}.py")
        setattr(self, name, module)
        return module

    def explain(self, error: Exception) -> UserError:
        """Turn what student code raised into one line with file, line and function."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).parent == self.folder]
        if not own:
            raise error  # not the submission's doing
        where = f"{own[-1].filename}, line {own[-1].lineno}, in {own[-1].name}"
        return UserError(f"{where}: {type(error).__name__}: {error}; mend it and run this again")


def load_module(path: Path) -> ModuleType:
    """Run an exercise module; UserError where it is missing or cannot be run."""
    if not path.is_file():
        raise UserError(f"{path}: no such file; a submission needs one file for each exercise")
    try:
        return run_file(path)
    except SyntaxError as error:
        raise UserError(f"{path}, line {error.lineno}: {error.msg}; Python cannot read this file yet") from error
    except (Exception, SystemExit) as error:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        line = next((frame.lineno for frame in frames if frame.filename == str(path)), 0)
        raise UserError(f"{path}, line {line}: {type(error).__name__} on import: {error}; mend it first") from error


def run_file(path: Path) -> ModuleType:
    """Run one Python file as a module of its own, without writing bytecode beside it."""
    name = f"reelgrade_file_{path.stem}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses and pickle look their module up; the newest of a name counts
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    return module
