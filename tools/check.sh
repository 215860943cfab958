#!/bin/sh
# The gate: runs every check, shows what each found, fails if one failed.
cd "$(dirname "$0")/.." || exit 1
failed=""

step() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf '%s\nFAILED  %s\n' "$output" "$name"
        failed="$failed $name"
    fi
}

step format .venv/bin/ruff format --check .
step lint .venv/bin/ruff check .
step types .venv/bin/mypy
step layers .venv/bin/lint-imports --no-logo
step house .venv/bin/python -m tests.house

[ -z "$failed" ]
