# Every chore, one verb each. Python 3.11 or newer and make are all a fresh machine needs.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench eval soak lock clean

BIN := .venv/bin

help:     ## this list
	@sed -n 's/^\([a-z]*\): *.*## /\1\t/p' Makefile | awk -F'\t' '{ printf "  make %-8s %s\n", $$1, $$2 }'

setup:    ## .venv with everything in it (every other verb does it when needed)
	@sh tools/setup.sh

demo: setup   ## the whole product with a fictional service: chat, backend, demo logins
	@$(BIN)/palier demo $(ARGS)

run: setup    ## the real service, from the environment or .env
	@$(BIN)/palier run $(ARGS)

test: setup   ## every test (ARGS="-k word" to choose)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: setup  ## format, lint, types, layers, house rules
	@sh tools/check.sh

bench: setup  ## the measures of docs/operations/performance.md
	@$(BIN)/python -m bench $(ARGS)

eval: setup   ## how well free text is understood (docs/operations/understanding.md)
	@$(BIN)/python -m bench.eval $(ARGS)

soak: setup   ## the long crash tests
	@$(BIN)/python -m pytest -n 2 -m soak -o faulthandler_timeout=7200 $(ARGS)

lock: setup   ## requirements.lock from pyproject.toml, newest versions (ARGS="--upgrade-package NAME" for one)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		$(or $(ARGS),--upgrade) --group dev pyproject.toml --output-file requirements.lock > /dev/null
	@sh tools/setup.sh

clean:        ## away with .venv, caches and build output; var/ (the data) stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
