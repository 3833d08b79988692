#!/bin/bash
# Measures in a real Windows Python under Wine what can be measured there. For Debian and Ubuntu.
# usage: packaging/windows/bench.sh [ARGUMENT...] (of python -m tests.benchmarks)
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/windows/debian-packages.sh
rig=$(packaging/windows/wine-rig.sh)
export WINEPREFIX=$rig/prefix WINEDEBUG=-all

# One run at a time: a prefix has one registry and one Credential Manager. Wine's server must not inherit the lock.
exec 9>"$rig/in-use"
flock 9
end() { wineserver --kill 2>/dev/null || true; wineserver --wait 2>/dev/null || true; }
trap end EXIT
end

# The prefix is no person's: what an interrupted run left in its Credential Manager would be measured too.
wine reg delete 'HKCU\Software\Wine\Credential Manager' /f </dev/null >/dev/null 2>&1 9>&- || true

# The output must be a pipe: under Wine a Windows Python cannot write to a plain file.
# What Windows' Python compiles stays out of the checkout, where Linux' Python would find it.
PYTHONPATH="Z:${PWD//\//\\}" PYTHONPYCACHEPREFIX='C:\notebook-tray-compiled' \
    xvfb-run --auto-servernum --server-args="-screen 0 1024x768x24 -nolisten tcp" \
    wine 'C:\Python311\python.exe' -m tests.benchmarks "$@" </dev/null 2>&1 9>&- | cat
