#!/bin/sh
# Makes .venv with everything in requirements-dev.txt and the program itself, editable.
# PYTHON names the interpreter to use; it must be 3.11 or newer.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Notebook Tray needs Python 3.11 or newer; $python is not. Try: make PYTHON=python3.12 $*" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian and Ubuntu ship these apart from the interpreter.
    packaging/linux/apt-install.sh python3-venv
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r packaging/requirements-dev.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target .venv/login-extra \
    --require-hashes -r packaging/requirements-login.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target .venv/axe \
    --require-hashes -r packaging/requirements-axe.txt
if [ "$(uname -s)" = Linux ]; then
    rm -rf .venv/wheels
    .venv/bin/python -m pip download --quiet --disable-pip-version-check --only-binary :all: --dest .venv/wheels \
        --require-hashes -r packaging/requirements-installed.txt
fi
