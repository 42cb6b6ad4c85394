# Two commands do everything from a bare checkout: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install run test torture check bench lock pictures clean

install: $(STAMP)

run: $(STAMP)
	@$(BIN)/antrean serve --demo

test: $(STAMP)
	@sh tools/browser.sh
	@sh tools/strace.sh
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

# The whole sizes of what `make test` runs in small, all or some: make torture ONLY="R1 R3" SEED=7 REPORT=torture.md
torture: $(STAMP)
	@sh tools/browser.sh
	@sh tools/strace.sh
	@$(BIN)/python -m tests.torture --only "$(ONLY)" --seed "$(SEED)" --report "$(REPORT)"

check: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/architecture

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

# Photographs every page of a busy morning for the README.
pictures: $(STAMP)
	@sh tools/browser.sh
	@$(BIN)/python tools/pictures.py

# Pins every package again after a change of pyproject.toml.
lock: $(STAMP)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --group dev --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements.lock pyproject.toml

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "antrean: Python 3.11 or newer is needed ('$(PYTHON)' is not). Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "antrean: this Python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock || { \
		echo "antrean: the packages could not be installed: is a package index reachable?" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

clean:
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
