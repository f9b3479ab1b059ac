# Two commands set everything up: `make demo` and `make test`. Nothing here needs a key.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
COMPILE := pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet
SERVE ?= 1

.PHONY: help demo test lint serve lock clean screenshots bench accuracy bench-charts bench-drafts bench-console spark eval

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(BIN)/python: requirements-bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Okaeri needs Python 3.11 to 3.13; name one with: make PYTHON=python3.12 ...")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $(BIN)/python

$(VENV)/lean: $(BIN)/python requirements.lock pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/lean requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/spark: $(VENV)/dev requirements-spark.lock
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock
	@touch $@

spark: $(VENV)/spark ## add the extra [spark] (400 MB; needs Java 17)

demo: $(VENV)/lean ## load the demo shop, draft, check, print who gets what; then serve (SERVE=0: do not)
	@$(BIN)/okaeri demo $(if $(filter 0,$(SERVE)),--no-serve,)

test: lint ## lint, types, import rule, every test
	$(BIN)/pytest

lint: $(VENV)/dev ## ruff, mypy --strict, import-linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: $(VENV)/lean ## the web service on the data in ./var
	$(BIN)/okaeri serve

screenshots: $(VENV)/dev ## pictures of the console for docs/ (needs chromium and fonts-noto-cjk)
	$(BIN)/python docs/screenshots.py

bench: $(VENV)/dev ## speeds as ratios within one run; what the gate catches
	$(BIN)/python benchmarks/import_orders.py
	$(BIN)/python benchmarks/reindex.py
	$(BIN)/python benchmarks/gate_speed.py

eval: $(VENV)/dev ## measure gate, letters, attacks, search and judges; write var/evals/report.html; fail on a drop
	$(BIN)/okaeri eval data
	$(BIN)/okaeri eval run --task all --split dev
	$(BIN)/okaeri eval calibrate
	$(BIN)/okaeri eval report --out var/evals/report.html
	$(BIN)/okaeri eval gate --split test

accuracy: $(VENV)/dev ## how true the predictions are: public purchases, held out in time
	$(BIN)/python -m benchmarks.accuracy

bench-charts: $(VENV)/dev ## charts of a million customers against one polars pass; one chart page from the store
	$(BIN)/python benchmarks/charts.py

bench-drafts: $(VENV)/dev ## CPU of a finished draft against a bare LangGraph; rate with 1 s latency; memory
	$(BIN)/python -m benchmarks.bench_drafts

bench-console: $(VENV)/dev ## every page with 1,000,000 customers and 100,000 drafts, SQLite and PostgreSQL; fails above the aims
	$(BIN)/python -m benchmarks.bench_console

lock: $(BIN)/python ## compile the lock files again, versions agreeing
	$(UV) $(COMPILE) pyproject.toml --extra evals --group dev -o requirements-dev.lock
	$(UV) $(COMPILE) pyproject.toml -c requirements-dev.lock -o requirements.lock
	$(UV) $(COMPILE) pyproject.toml --extra spark -c requirements-dev.lock -o requirements-spark.lock
	$(UV) $(COMPILE) requirements-bootstrap.in -c requirements-dev.lock -o requirements-bootstrap.lock

clean: ## remove the virtual environment, caches and ./var
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
