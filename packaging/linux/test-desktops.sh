#!/bin/sh
# Runs the tests in the real desktops. What fails is tried once more, alone: a desktop on a busy machine drops a click
# now and then, which is no fault of the program's. What fails twice fails.
# usage: packaging/linux/test-desktops.sh [PYTEST ARGUMENT...]
cd "$(dirname "$0")/../.." || exit 1
status=0
timeout --signal=INT 1200 .venv/bin/python -m pytest tests/desktops "$@" || status=$?
[ "$status" = 1 ] || exit "$status"
echo "Once more, what failed:"
exec timeout --signal=INT 600 .venv/bin/python -m pytest tests/desktops --last-failed "$@"
