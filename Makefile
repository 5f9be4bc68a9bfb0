# Every target makes .venv first, from nothing but Python, pip and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PART ?= attacks variants notebooks class docs slow
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --no-loadscope-reorder -rfEs

.PHONY: demo test test-all bench clean

# Reproduce the published result, three seeds, into reproduction/.
demo: $(READY)
	$(BIN)/reelgrade reproduce --quick

# What CI runs, with one part of the next: everything once, and samples of what takes long.
test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) --numprocesses 2 --dist loadfile --durations 20

# What `make test` samples, whole, and the measured figures to docs/evidence.md; PART=NAME runs one part.
test-all: $(READY)
	for part in $(PART); do $(PYTEST) --part=$$part --numprocesses $$([ $$part = slow ] && echo 0 || echo 2) --dist $$([ $$part = variants ] && echo worksteal || echo loadfile) --durations 10 || exit; done

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
