#!/bin/sh
# Runs the tests in the real desktops, GNOME's beside the others': most of the time a desktop waits. What fails is tried
# once more, alone: a desktop on a busy machine drops a click now and then, which is no fault of the program's. What fails
# twice fails.
# usage: packaging/linux/test-desktops.sh [PYTEST ARGUMENT...]
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build

run() { # NAME EXPRESSION [PYTEST ARGUMENT...]: each with a memory of its own of what failed. Desktops start slowly.
    name=$1 chosen=$2
    shift 2
    timeout --kill-after=30 900 .venv/bin/python -m pytest tests/desktops -k "$chosen" --timeout 300 \
        -o "cache_dir=.pytest_cache/$name" "$@"
}

tried() { # STATUS NAME EXPRESSION [PYTEST ARGUMENT...]: 1 is that tests failed
    status=$1
    shift
    [ "$status" = 1 ] || return "$status"
    echo "Once more, what failed:"
    run "$@" --last-failed
}

run gnome gnome "$@" >build/desktops-gnome.log 2>&1 &
gnome=$!
others=0
run others "not gnome" "$@" || others=$?
status=0
wait "$gnome" || status=$?
cat build/desktops-gnome.log
result=0
tried "$others" others "not gnome" "$@" || result=$?
tried "$status" gnome gnome "$@" || result=$?
exit "$result"
