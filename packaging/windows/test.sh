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
end_one() { WINEPREFIX=$1 wineserver --kill 2>/dev/null || true; WINEPREFIX=$1 wineserver --wait 2>/dev/null || true; }
end() { end_one "$WINEPREFIX"; end_one "$second"; }
second=$NOTEBOOK_TRAY_WINE_RIG/prefix-2
trap end EXIT
end

# Left out: what no system changes - tests of the tests, the assets, the documents and the demo's endpoint; what AWS
# answers and what the services make of it, for which `cloud`, `power`, `stop_plans`, `state_files` and the commands
# stand here -; and what is another system's altogether. In the workflow, a real Windows runs them all.
of_no_system='contract/test_(demo_.*|fleet|fleet_presence|fleet_sign_in|jupyter_.*|roles|signin|signed_until|cloud_.*|odd_answers)'
of_no_system+='|contract/test_(refusals_in_other_words|refused_roles|wrong_sign_in_settings|portal_pace|botocore_inside|certificate_issuer|corporate_networks|finding|fortnight|identity_center)'
of_no_system+='|contract/test_(leaving_stops|left_running|owners|policed_profiles|power_.*|prices|pseudo_commands|stop_all)'
of_no_system+='|contract/test_cli_(move_platform|regions|schedules|stop_all|weeks)'
of_no_system+='|unit/test_(apt_install|benchmarks|demo_.*|documents|doors|secrets_scan)'
of_no_system+='|unit/test_(aws_setting_table|exceptions|iam_policies|problems_page)'
of_no_system+='|unit/test_(class_names|comments|pseudo_staying_pages|security_document|shipped_parts)'
of_others='contract/test_(browser_commands|cli_autostart|doctor|icon.*|mfa_at_terminal|profile_backend)'
of_others+='|unit/test_(browser_macos|clipboard_macos|instance_places|loopback_peer|menu_pace|profile_errors|pystray_core)'

# The output must be a pipe: under Wine a Windows Python cannot write to a plain file.
# --timeout: a test that hangs ends the whole run there (pytest-timeout has no signals on Windows), so no test is to be
# taken for one.
# CI= : what is skipped there is for other systems.
suite() { # PREFIX SERVER PYTEST-ARGUMENT...
    WINEPREFIX=$1 PYTHONPATH="Z:${PWD//\//\\}" PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 CI='' NOTEBOOK_TRAY_WINE_RIG='' \
        xvfb-run --auto-servernum --server-num="$2" --server-args="-screen 0 1024x768x24 -nolisten tcp" \
        wine 'C:\Python311\python.exe' -m pytest --timeout 300 --color=yes "${@:3}" </dev/null 2>&1 9>&- | cat
}

half_of_suite() { # HALF PYTEST-ARGUMENT...
    # What failed is remembered in a folder of the half.
    if [ "$1" = 1 ]; then
        suite "$WINEPREFIX" 99 -o cache_dir=build/wine-half-1 "${first[@]}" "${@:2}"
    else
        suite "$second" 120 -o cache_dir=build/wine-half-2 "${other[@]}" "${@:2}"
    fi
}

if [ $# = 0 ]; then
    # Half of the files run in a second prefix at the same time, which halves the time on two cores.
    if [ ! -e "$second/complete" ]; then
        rm -rf "$second"
        cp -a "$WINEPREFIX" "$second"
        touch "$second/complete"
    fi
    # Both halves take about as long.
    first=()
    other=(tests/windows)
    unit=0
    for file in tests/{contract,unit}/test_*.py; do
        [[ ! $file =~ ^tests/($of_no_system|$of_others)\.py$ ]] || continue
        [[ ! $file =~ ^tests/unit/ ]] || unit=$((unit + 1))
        if [ $((unit % 2)) = 0 ]; then first+=("$file"); else other+=("$file"); fi
    done
    mkdir -p build
    rm -rf build/wine-half-*
    half_of_suite 2 >build/wine-half-2.log 2>&1 &
    beside=$!
    failed=()
    half_of_suite 1 || failed+=(1)
    wait "$beside" || failed+=(2)
    cat build/wine-half-2.log
    # What fails is tried once more, alone: beside another run, Wine answers late now and then, which is no fault of the
    # program's. What fails twice fails, and so does a run that a hanging test has ended: it has noted nothing.
    for half in "${failed[@]}"; do
        echo "== half $half: once more, what failed"
        half_of_suite "$half" --last-failed --last-failed-no-failures none
    done
else
    suite "$WINEPREFIX" 99 -p no:cacheprovider "$@"
fi
end

# The second part sees the program as a person has it: installed by pip, from a wheel.
pip() { wine 'C:\Python311\python.exe' -m pip --quiet --disable-pip-version-check "$@" </dev/null 2>&1 9>&- | cat; }
wheel=$(mktemp -d)
trap 'pip uninstall --yes notebook-tray; end; rm -rf "$wheel"' EXIT
.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index \
    --wheel-dir "$wheel" .
pip install --no-warn-script-location --no-index --no-deps --force-reinstall "Z:${wheel//\//\\}\\$(basename "$wheel"/*.whl)"
end
.venv/bin/python -m pytest -p no:cacheprovider --timeout 300 tests/windows/under_wine 9>&-
