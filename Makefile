# Hammock: `make run` starts the sample business, `make test` tests everything.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install run test test-fast test-slow check format bench screenshots

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Hammock needs Python 3.11 or newer (found $$($(PYTHON) -V)); set PYTHON=…"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv/.installed-slow: requirements-slow.lock .venv/.installed-dev
	$(BIN)/pip install --quiet --require-hashes --no-build-isolation --requirement requirements-slow.lock
	@touch $@

run: install
	@$(BIN)/hammock serve --sample

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/hammock makemigrations --check --dry-run

test: check
	$(BIN)/python -m tests.run

test-fast: .venv/.installed-dev
	$(BIN)/python -m tests.run --fast

test-slow: .venv/.installed-slow
	$(BIN)/python -m tests.run --slow

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.installed-dev
	$(BIN)/python -m benchmarks

screenshots: .venv/.installed-dev
	$(BIN)/python -m tools.screenshots
