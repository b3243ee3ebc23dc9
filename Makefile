# What a newcomer types. `make help` lists it.

HOST ?= 127.0.0.1
PORT ?= 5000
PYTHON ?= python3

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
TELL := --durations=25 --durations-min=1
# What measures time writes to a disk, as whoever serves does; all others write to memory.
ON_DISK := PYTEST_DEBUG_TEMPROOT=$${TMPDIR:-/tmp}

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset cluster studio test test-long check bench tidy lint lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'
	@echo "  HOST=$(HOST) PORT=$(PORT) may be set, as in: make demo PORT=9000"

demo: $(RUNTIME) ## make the environment and the demo programme, serve it and print the addresses
	@$(BIN)/inquiry demo --host $(HOST) --port $(PORT)

demo-reset: $(RUNTIME) ## start the demo over; the data it had waits in var.old/ until the next time
	@$(BIN)/inquiry demo --reset --host $(HOST) --port $(PORT)

cluster: $(RUNTIME) ## nginx, Redis, PostgreSQL and two processes on this machine; data under var/cluster/
	@$(BIN)/python tools/cluster.py --host $(HOST) --port $(PORT)

studio: $(RUNTIME) ## the demo programme with a picture: nginx-rtmp, a test picture, the media worker, Janus with two who speak; data under var/studio/
	@$(BIN)/python tools/studio.py --host $(HOST) --port $(PORT)

test: lint ## everything: style, types, import contracts, all tests, real servers and browsers; two files at a time
	@tools/test-parts.sh
	@tools/test-all.sh

test-long: $(DEVELOPMENT) ## what `make test` does briefly to processes, as often and as long as was promised; a quarter of an hour
	@tools/test-parts.sh
	@$(ON_DISK) $(BIN)/python -m pytest --long -v $(TELL) tests/breaking

check: lint ## the fast part for working: style, types, import contracts, tests that need no database
	@$(BIN)/python -m pytest -q -m "not live and not journey and not long and not alone" --databases=none

bench: $(RUNTIME) ## measure the server beside its peers, on a quiet machine; BENCH="--quick" only shows that it runs
	@$(BIN)/python -m bench.run $(BENCH)

tidy: $(DEVELOPMENT) ## format the code and mend what ruff can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

lint: $(DEVELOPMENT)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

lock: ## pin the dependencies of pyproject.toml anew (needs uv)
	@tools/lock.sh --upgrade

clean: ## remove everything that can be made again; the data in var/ stays
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find inquiry tests -name __pycache__ -prune -exec rm -rf {} +
	find inquiry -name '*.mo' -delete

$(RUNTIME): requirements.lock pyproject.toml setup.py
	@PYTHON=$(PYTHON) tools/venv.sh requirements.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock requirements.lock pyproject.toml setup.py
	@PYTHON=$(PYTHON) tools/venv.sh requirements-dev.lock
	@touch $(RUNTIME) $@
