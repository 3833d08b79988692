#!/bin/sh
# Makes .venv-NAME with everything in requirements-NAME.txt: `bench`, what `make bench` measures beside the tray, and draws
# with; `audit`, what `make audit` looks with; `release`, what `make release-check` looks at the workflows with.
# PYTHON names the interpreter to use.
# usage: packaging/make-venv-tools.sh NAME
set -eu
cd "$(dirname "$0")/.."
venv=.venv-$1
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
# Python's venv does this by itself from 3.13 on.
echo '*' >"$venv/.gitignore"
.venv/bin/uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "packaging/requirements-$1.txt"
