# Every command of this repository. `make` lists them.

ENV ?= dev
PYTHON ?= python3
export PYTHON

# Containers often have no HOME; caches of tools then go into the working tree.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.cache/home
endif

BIN := .venv/bin
LOCKED := .venv/.locked
CODE := infra stacks components sandbox recovery tools benchmarks
# Two for each core: what uses the engine waits for a good part of its time.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * len(os.sched_getaffinity(0)))' 2> /dev/null || echo 2)
# Folders of tests that are left out of the fast ones: they need not even be read.
SLOW := engine examples mistakes model sandbox tools
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help up down recover shell env parity test test-fast train evaluate bench lint lock docs clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ENV=dev chooses the environment of up, down, recover, shell, env and parity"

up: $(LOCKED) ## deploy the environment to the simulated clouds
	@$(BIN)/python -m sandbox up --env $(ENV)

down: $(LOCKED) ## remove everything it deployed there; FORCE=1 what is protected, too
	@$(BIN)/python -m sandbox down --env $(ENV) $(if $(filter 1 true yes,$(FORCE)),--force)

recover: $(LOCKED) ## after a killed deployment: free its lock, record what it made; `up` does it, too
	@$(BIN)/python -m sandbox recover --env $(ENV)

shell: $(LOCKED) ## open a shell in which `pulumi ...` works on the simulated clouds
	@$(BIN)/python -m sandbox shell --env $(ENV)

env: $(LOCKED) ## print that shell's variables, for scripts: eval "$(make -s env)"
	@$(BIN)/python -m sandbox env --env $(ENV)

parity: $(LOCKED) ## prove from the states that one image runs everywhere; STACKS="dev-aws dev-gcp" compares
	@settings=$$($(BIN)/python -m sandbox env --env $(ENV)) && eval "$$settings" && python -m infra.evidence $(or $(STACKS),$(ENV))

test: $(LOCKED) ## run all tests, with the real engine on the simulated clouds
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-fast: $(LOCKED) ## run the tests of the program, without engine and simulated clouds, in seconds
	@$(BIN)/python -m pytest -q -m "not engine and not simulation" $(SLOW:%=--ignore=tests/%) \
		-n auto --dist worksteal --hypothesis-profile quick

train: $(LOCKED) ## make the model from its data again
	@$(BIN)/python model/train.py

evaluate: $(LOCKED) ## judge a CANDIDATE by rows that no model has learned from; a worse one is refused
	@$(BIN)/python model/evaluate.py $(or $(CANDIDATE),model/height.onnx)

bench: $(LOCKED) ## measure it against the bare SDKs, with many models and from cold; writes docs/benchmarks.md
	@$(BIN)/python -m benchmarks

lint: $(LOCKED) ## check style, layers, types, sizes and generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy --strict $(CODE) __main__.py
	$(BIN)/mypy --strict model/app model/train.py model/evaluate.py examples/plain/server.py
	$(BIN)/python -m pytest -q tests/tools/test_sizes.py
	$(BIN)/python -m tools.docs --check

docs: $(LOCKED) ## write the generated tables and files again
	$(BIN)/python -m tools.docs

lock: $(LOCKED) ## resolve the dependencies again, with hashes; UPGRADE=--upgrade takes the newest allowed
	$(COMPILE) $(UPGRADE) --custom-compile-command "make lock" pyproject.toml -o requirements.txt
	$(COMPILE) $(UPGRADE) --custom-compile-command "make lock" model/requirements.in -o model/requirements.txt
	$(COMPILE) $(UPGRADE) --custom-compile-command "make lock" --extra dev -c requirements.txt \
		-c model/requirements.txt pyproject.toml model/requirements.in -o requirements-dev.txt

clean: ## remove the environment, caches and what the sandbox holds
	@if [ -d .sandbox ] && [ -x $(BIN)/python ]; then $(BIN)/python -m sandbox reset || true; fi
	rm -rf .venv .cache .sandbox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only when the lock changed; the stamp is written last, so that a broken start is begun anew.
$(LOCKED): requirements-dev.txt tools/uv.txt tools/bootstrap.sh
	@sh tools/bootstrap.sh >&2
	@touch $@
