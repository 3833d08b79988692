#!/bin/bash
# Makes the frozen program for Windows: one folder with Python and all that it needs, dist/windows/notebook-tray. For Debian
# and Ubuntu: PyInstaller runs in a real Windows Python under Wine (wine-rig.sh), with the pinned wheels of requirements.txt.
# On Windows itself, `pyinstaller packaging/pyinstaller/notebook-tray.spec` makes the same.
# usage: packaging/windows/build-frozen.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/windows/debian-packages.sh
rig=$(packaging/windows/wine-rig.sh)
export WINEPREFIX=$rig/prefix WINEDEBUG=-all

work=build/windows/frozen
rm -rf "$work" dist/windows/notebook-tray
mkdir -p "$work" dist/windows

# One run at a time: see test.sh.
exec 9>"$rig/in-use"
flock 9
end() { wineserver --kill 2>/dev/null || true; wineserver --wait 2>/dev/null || true; }
trap end EXIT
end

# What the program says of itself (its version and its addresses) is in the wheel's metadata. The code is the checkout's.
.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index \
    --wheel-dir "$work" .
unzip -q "$work"/notebook_tray-*.whl 'notebook_tray-*.dist-info/*' -d "$work/metadata"

# python.org's installer has one text with the licenses of all that comes with Python on Windows. The wheel that the rig
# takes Python from has none: here they are as Debian has them, of the same libraries, and what Microsoft asks for.
{
    cat "$WINEPREFIX/drive_c/Python311/Lib/LICENSE.txt"
    for package in python3.11 libssl3 libsqlite3-0 libffi8 libbz2-1.0 liblzma5 zlib1g libexpat1; do
        printf '\n%s\n\n' "---- $package, as Debian says it ----"
        cat "/usr/share/doc/$package/copyright"
    done
    printf '\n%s\n\n' "---- Apache License 2.0, of OpenSSL ----"
    cat /usr/share/common-licenses/Apache-2.0
    printf '\n%s\n\n' "---- VCRUNTIME140.dll and vcruntime140_1.dll ----"
    cat packaging/windows/msvc.txt
} >"$WINEPREFIX/drive_c/Python311/LICENSE.txt"

# The output must be a pipe: under Wine a Windows Python cannot write to a plain file.
here="Z:${PWD//\//\\}"
PYTHONPATH="$here\\${work//\//\\}\\metadata" PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 \
    PYINSTALLER_CONFIG_DIR="$here\\${work//\//\\}\\cache" \
    xvfb-run --auto-servernum --server-args="-screen 0 1024x768x24 -nolisten tcp" \
    wine 'C:\Python311\python.exe' -m PyInstaller --noconfirm --log-level "${LOG_LEVEL:-ERROR}" \
    --distpath "$here\\dist\\windows" --workpath "$here\\${work//\//\\}\\work" \
    'packaging\pyinstaller\notebook-tray.spec' </dev/null 2>&1 9>&- | cat
[ -e dist/windows/notebook-tray/notebook-trayw.exe ] || { echo "PyInstaller made nothing." >&2; exit 1; }
.venv/bin/python packaging/windows/needs.py dist/windows/notebook-tray
