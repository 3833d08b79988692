#!/bin/sh
# Writes requirements-dev.txt anew: everything that the tests, the tools and `make run` install, pinned and hashed.
# usage: packaging/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --group dev --output-file packaging/requirements-dev.txt "$@" pyproject.toml
