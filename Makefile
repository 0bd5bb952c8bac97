# `make` alone explains itself. Every verb makes what it needs: .venv first of all.
PYTHON ?= python3
BIN := .venv/bin
REPORT ?= quarterly_review

.DEFAULT_GOAL := help
.PHONY: help demo test check format lab metrics lock wheel bench clean

help:  ## This list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

.venv/core: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "spmkit needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name one: make demo PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/dev: .venv/core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: .venv/core  ## The quarterly review of the sample company, as a page
	$(BIN)/spmkit report $(REPORT) --to reports

test: .venv/dev  ## Every test
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: .venv/dev  ## Style, types, layers, notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify --keep-count --keep-id notebooks/*.ipynb widgets/*.ipynb

format: .venv/dev  ## Put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --keep-count --keep-id notebooks/*.ipynb widgets/*.ipynb

lab: .venv/core  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

metrics: .venv/core  ## Write the reference of all metrics from the functions
	$(BIN)/spmkit metrics --format markdown > docs/metrics.md

lock: .venv/dev  ## Write the versions that are installed into constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable --exclude spmkit > constraints.txt

wheel: .venv/dev  ## Build the wheel and the sdist
	$(BIN)/python -m build --outdir dist .

bench: .venv/dev  ## The performance table
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.quota_methods
	$(BIN)/python -m benchmarks.planted_quotas
	$(BIN)/python -m benchmarks.program_effects

clean:  ## Remove what can be made again
	rm -rf .venv dist .mypy_cache .ruff_cache .hypothesis
