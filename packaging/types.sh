#!/bin/sh
# Checks the types, for the three platforms at once: the program's on each, and the tests' where they run. Each platform
# has a cache of its own: mypy would drop another's.
cd "$(dirname "$0")/.." || exit 1

check() { # PLATFORM FILE...
    platform=$1
    shift
    .venv/bin/mypy --platform "$platform" --cache-dir ".mypy_cache/$platform" "$@"
}

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
check win32 tray tests/windows --exclude tests/windows/under_wine >"$logs/win32" 2>&1 &
win32=$!
check darwin tray >"$logs/darwin" 2>&1 &
darwin=$!
failed=0
check linux tray tests --exclude 'tests/windows/[^/]*\.py' || failed=1
for run in "win32 $win32" "darwin $darwin"; do
    wait "${run#* }" || failed=1
    echo "${run% *}: $(cat "$logs/${run% *}")"
done
exit "$failed"
