#!/bin/sh
# Makes .venv-bench with everything in requirements-bench.txt: what `make bench` measures beside the tray, and draws with.
# PYTHON names the interpreter to use.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv-bench/bin/python ] || "${PYTHON:-python3}" -m venv .venv-bench
# Python's venv does this by itself from 3.13 on.
echo '*' >.venv-bench/.gitignore
.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r packaging/requirements-bench.txt
