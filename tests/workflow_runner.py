"""Run the steps of a GitHub workflow here: each `run:` with bash, as a hosted runner does; `uses:` is left to the test.

Expressions are looked up in a table; one that is not in it is an error, so that a new one is thought about.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
SHELL = ["bash", "--noprofile", "--norc", "-e"]  # what a runner uses where no shell is named
OUTPUT_OF_STEP = re.compile(r"steps\.\w+\.outputs\.\w+")


def load_workflow(path):
    """Read a workflow; `on` is true in YAML 1.1."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    workflow["on"] = workflow.pop(True)
    return workflow


@dataclass
class Ended:
    """How a step ended."""

    name: str
    status: int
    output: str
    environment: dict[str, str]


@dataclass
class Runner:
    """A machine with a workspace, a home, and a Python."""

    workspace: Path
    python: Path
    values: dict[str, str]  # what expressions stand for
    extra: dict[str, str] = field(default_factory=dict)  # variables of the runner
    summary: Path = field(init=False)

    def __post_init__(self):
        self.place = self.workspace.parent / f"{self.workspace.name}-runner"
        (self.place / "home").mkdir(parents=True)
        self.summary = self.place / "summary.md"

    def run(self, job, only=None):
        """Run the steps of a job in order, and stop after the first that fails; gives how each has ended."""
        ended = []
        for number, step in enumerate(job["steps"]):
            if "run" not in step or (only and step["name"] not in only):
                continue
            if "if" in step and not self.holds(step["if"]):
                continue
            ended.append(self._step(job, step, self.place / f"output-{number}"))
            if ended[-1].status != 0:
                break
        return ended

    def holds(self, condition):
        """Evaluate the two forms of condition that our workflows use."""
        parts = [part.strip() for part in EXPRESSION.sub(r"\1", condition).split("&&")]
        return all(part == "!cancelled()" or bool(self._value(part)) for part in parts)

    def _step(self, job, step, outputs):
        outputs.touch()
        ours = {
            "PATH": os.pathsep.join([str(self.python.parent), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(self.place / "home"),
            "LANG": "C.UTF-8",
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.workspace),
        }
        declared = {**job.get("env", {}), **step.get("env", {})}
        environment = {**ours, **self.extra, **{name: self._filled(str(text)) for name, text in declared.items()}}
        script = self.place / "step.sh"
        script.write_text(self._filled(step["run"]), encoding="utf-8")
        ended = subprocess.run(
            [*SHELL, str(script)],
            cwd=self.workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=570,
            check=False,
        )
        for line in outputs.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        return Ended(step["name"], ended.returncode, ended.stdout, environment)

    def _filled(self, text):
        return EXPRESSION.sub(lambda match: self._value(match[1]), text)

    def _value(self, expression):
        if OUTPUT_OF_STEP.fullmatch(expression):
            return self.values.get(expression, "")
        return self.values[expression]
