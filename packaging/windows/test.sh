#!/bin/bash
# Runs the suite in a real Windows Python under Wine, and then the tray on Wine's desktop. For Debian and Ubuntu.
# usage: packaging/windows/test.sh [PYTEST ARGUMENT...] (for the first of the two parts, instead of all of its tests)
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/windows/debian-packages.sh
NOTEBOOK_TRAY_WINE_RIG=$(packaging/windows/wine-rig.sh)
export NOTEBOOK_TRAY_WINE_RIG WINEPREFIX=$NOTEBOOK_TRAY_WINE_RIG/prefix WINEDEBUG=-all

# One run at a time: a prefix has one registry and one Credential Manager. Wine's server must not inherit the lock.
exec 9>"$NOTEBOOK_TRAY_WINE_RIG/in-use"
flock 9
end() { wineserver --kill 2>/dev/null || true; wineserver --wait 2>/dev/null || true; }
trap end EXIT
end

# Left out of tests/unit: what tests the tests and the assets, which no system changes; and test_profile_backend, which
# needs a Secret Service.
if [ $# = 0 ]; then
    shopt -s nullglob # the suites of seams that have a Windows side join as they come
    set -- tests/windows tests/contract/test_cloud.py tests/contract/test_autostart*.py tests/contract/test_instance*.py
    set -- "$@" tests/contract/test_{cli,credential_process,fleet,fleet_presence,store}.py
    for file in tests/unit/test_*.py; do
        case $file in
            */test_assets.py | */test_icon_files.py | */test_benchmarks.py | */test_profile_backend.py) ;;
            */test_rules_of_the_tests.py | */test_secrets_scan.py) ;;
            *) set -- "$@" "$file" ;;
        esac
    done
fi

# The output must be a pipe: under Wine a Windows Python cannot write to a plain file.
# CI= : what is skipped there is for other systems.
PYTHONPATH="Z:${PWD//\//\\}" PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 CI='' NOTEBOOK_TRAY_WINE_RIG='' \
    xvfb-run --auto-servernum --server-args="-screen 0 1024x768x24 -nolisten tcp" \
    wine 'C:\Python311\python.exe' -m pytest -p no:cacheprovider --color=yes "$@" </dev/null 2>&1 9>&- | cat
end

# The second part sees the program as a person has it: installed by pip, from a wheel.
pip() { wine 'C:\Python311\python.exe' -m pip --quiet --disable-pip-version-check "$@" </dev/null 2>&1 9>&- | cat; }
wheel=$(mktemp -d)
trap 'pip uninstall --yes notebook-tray; end; rm -rf "$wheel"' EXIT
.venv/bin/uv build --quiet --wheel --out-dir "$wheel"
pip install --no-warn-script-location --no-index --no-deps --force-reinstall "Z:${wheel//\//\\}\\$(basename "$wheel"/*.whl)"
end
.venv/bin/python -m pytest -p no:cacheprovider tests/windows/under_wine 9>&-
