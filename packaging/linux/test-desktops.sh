#!/bin/sh
# Runs the tests in the real desktops, some beside others: most of the time a desktop waits. What fails is tried once
# more, alone: a desktop on a busy machine drops a click now and then, which is no fault of the program's. What fails
# twice fails.
# usage: packaging/linux/test-desktops.sh [PYTEST ARGUMENT...]
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build

parts="gnome-x11 wayland plasma-x11 others"

chosen() { # PART: its tests, as an expression of pytest's
    case $1 in
    gnome-x11) echo "gnome-x11 or gnome-without-tray" ;;
    wayland) echo "gnome-wayland or plasma-wayland" ;;
    plasma-x11) echo "plasma-x11 or lxqt" ;;
    others) echo "not gnome and not plasma and not lxqt" ;;
    esac
}

run() { # PART [PYTEST ARGUMENT...]: each with a memory of its own of what failed
    part=$1
    shift
    timeout --kill-after=30 900 .venv/bin/python -m pytest tests/desktops -k "$(chosen "$part")" \
        -o "cache_dir=.pytest_cache/$part" "$@"
}

running=
for part in $parts; do
    run "$part" "$@" >"build/desktops-$part.log" 2>&1 &
    running="$running $part:$!"
done
again=
result=0
for each in $running; do
    status=0
    wait "${each#*:}" || status=$?
    part=${each%:*}
    echo "== $part: pytest's status is $status"
    cat "build/desktops-$part.log"
    case $status in
    0) ;;
    1) again="$again $part" ;; # tests failed
    5) [ $# -gt 0 ] || result=5 ;; # none of what was asked for is in this part
    124 | 137) echo "$part: not ended after 15 minutes" && result=$status ;;
    *) result=$status ;;
    esac
done
for part in $again; do
    echo "== $part: once more, what failed"
    run "$part" --last-failed "$@" || result=$?
done
exit "$result"
