# Five verbs, the same for people and CI: run, test, lint, bench, docs. Each sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.hearthbridge

.PHONY: run test lint bench docs
.DEFAULT_GOAL := run

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hearthbridge needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(STAMP)  ## the whole service on its demo home, offline
	$(BIN)/hearthbridge demo

test: $(STAMP)  ## every test, the real Home Assistant ones too (installed into .ha, some minutes the first time)
	$(BIN)/python scripts/ha_env.py install
	$(BIN)/pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)  ## every figure of docs/benchmarks.md, with its peer in the same run
	$(BIN)/python scripts/ha_env.py install
	$(BIN)/python -m benchmarks

docs: $(STAMP)  ## writes docs/reference from the code; a test holds it against the code
	$(BIN)/python scripts/reference.py
