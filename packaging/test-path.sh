#!/bin/sh
# What `make test T=PATH...` runs: the tests of these paths alone, without lint and coverage. Installs the system's packages
# that they need; the unit tests and those of the repository need none.
# usage: packaging/test-path.sh PATH [PYTEST ARGUMENT...]
set -eu
cd "$(dirname "$0")/.."
case $1 in
tests/windows/under_wine*)
    echo "make test-windows runs these." >&2
    exit 1
    ;;
tests/windows/*) exec packaging/windows/test.sh "$@" ;;
tests/unit* | tests/repository*) ;;
tests/desktops*)
    packaging/linux/debian-packages.sh
    packaging/linux/desktop-packages.sh
    ;;
*) packaging/linux/debian-packages.sh ;;
esac
exec .venv/bin/python -m pytest "$@"
