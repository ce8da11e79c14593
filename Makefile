# `make` alone lists the targets.

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-tests demo run test test-quick check format bench faults soak fuzz-api lock translations

PYTHON ?= python3
export PYTHON
# Set in many containers; with it, each of the ten processes of an installation compiles everything anew as it starts.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# Tests run side by side, one file after the other in each worker, which starts its own servers on free ports. One worker
# more than there are cores: browsers play in real time, and who waits for a line or a worker computes nothing.
WORKERS ?= 3
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

setup: ## install what running needs; a second time it is instant
	@sh tools/setup.sh

setup-dev:
	@sh tools/setup.sh --dev

setup-tests:
	@sh tools/setup.sh --tests

demo: setup ## show the whole product at work (ONCE=1: check everything and exit; FULL=1: 5-7 minute recordings)
	@$(BIN)/presession demo $(if $(ONCE),--once --json) $(if $(FULL),--full) $(if $(PORT),--port $(PORT)) $(if $(DATA),--data $(DATA))

run: setup ## run portal, worker and scheduler for real use
	@$(BIN)/presession run

test: setup-tests ## the whole suite, with everything that it needs
	$(PYTEST) --durations 25 $(ARGS)

test-quick: setup-tests ## the developer loop: under two minutes, without browsers, films and servers
	$(PYTEST) -m "not slow and not browser and not films and not servers"

check: setup-dev ## ruff, formatting, mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-dev ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure costs and quality against bare ffmpeg and other platforms (ARGS="--quick"); writes bench/results.json
	@$(BIN)/python -m bench $(ARGS)

faults: setup-tests ## kill, freeze and cut off parts of real installations: 60 trials, about 20 minutes (ARGS="--seed 7")
	@$(BIN)/python -m bench.faults $(ARGS)

soak: setup-tests ## 300 small jobs, and whether the memory of each process stays flat
	@$(BIN)/python -m bench.faults.soak $(ARGS)

fuzz-api: setup-tests ## a thousand requests at random to the JSON interface: none may break the server
	API_CASES=1000 $(BIN)/python -m pytest -q tests/api/test_random_requests.py

lock: ## resolve the dependencies again (needs uv)
	@sh tools/lock.sh

translations: setup ## extract messages and merge them into the catalogues
	@sh tools/translations.sh
