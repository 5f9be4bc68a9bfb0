# Every target makes .venv first, from nothing but Python, pip and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test test-all bench clean

# Reproduce the published result, three seeds, into reproduction/.
demo: $(READY)
	$(BIN)/reelgrade reproduce --quick

# What CI runs.
test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 20

# All of it, and the measured figures to docs/evidence.md.
test-all: test
	$(BIN)/pytest -m slow --durations 20

# Figures that depend on the machine, as ratios of two arms in one run.
bench: $(READY)
	$(BIN)/python tests/benchmarks/finetuning.py
	$(BIN)/python tests/benchmarks/border.py
	$(BIN)/python tests/benchmarks/notebook_seconds.py
	$(BIN)/python tests/benchmarks/notebooks.py
	$(BIN)/python tests/benchmarks/classes.py

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

clean:
	rm -rf .venv build reproduction .pytest_cache .ruff_cache .mypy_cache .hypothesis
