# Everything a person types here. `make setup` is the first half of the others
# and takes a second or two when nothing is to do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp

.DEFAULT_GOAL := help
.PHONY: help setup demo test unit lint types check clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# Only a finished install is stamped, so an interrupted one starts again. An
# existing environment is updated in place: other work may be running from it.
$(STAMP): pyproject.toml
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# Only the browser tests need a browser, so nothing else waits for one.
demo unit: SETUP_FLAGS := --no-tests
SETUP_FLAGS := --tests

setup: $(STAMP) ## virtual environment, Asterisk and the other tools, prompts, web files
	@$(BIN)/python -m hotline.setup $(SETUP_FLAGS)

demo: setup ## a working hotline in the foreground; Ctrl-C stops it
	@$(BIN)/hotline demo

test: setup ## every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile

unit: setup ## tests that need neither a telephone, a browser nor a minute
	@$(BIN)/python -m pytest --ignore tests/telephony --ignore tests/browser -m "not long"

lint: $(STAMP) ## style, format and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(STAMP) ## mypy --strict
	@$(BIN)/mypy

check: lint types test ## all of the above, as CI does it

clean: ## caches only; .venv and .runtime stay (they cost minutes)
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build
	@find . -name __pycache__ -not -path './.venv/*' -not -path './.runtime/*' -prune -exec rm -rf {} +
