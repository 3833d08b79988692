#!/bin/bash
# Tries the installer and the MSI for Windows under Wine, and prints a table. For Debian and Ubuntu.
# usage: packaging/windows/test-installer.sh [FROZEN-FOLDER] (one that build-frozen.sh has made; without it, it is built)
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/windows/debian-packages.sh
packaging/linux/apt-install.sh nsis wixl
frozen=${1:-dist/windows/notebook-tray}
[ $# -gt 0 ] || packaging/windows/build-frozen.sh

work=build/windows/installer
rm -rf "$work"
mkdir -p "$work/older/_internal/only-older" "$work/newer/_internal/only-newer"

# Two versions that differ in a file: the program itself need not be built twice.
for version in older newer; do
    cp -al "$frozen/." "$work/$version"
    echo "In this version alone." >"$work/$version/_internal/only-$version/file.txt"
done
export QUICK=1
setup=$(packaging/windows/build-installer.sh "$work/older" "$work")
newer=$(packaging/windows/build-installer.sh "$work/newer" "$work" 99.0.0)
msi=$(packaging/windows/build-msi.sh "$work/older" "$work")
newer_msi=$(packaging/windows/build-msi.sh "$work/newer" "$work" 99.0.0)

# A computer of its own, without Python; the same variables as in wine-rig.sh.
export NOTEBOOK_TRAY_WINE_RIG=$PWD/$work WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
export WINEPREFIX=$NOTEBOOK_TRAY_WINE_RIG/prefix
trap 'wineserver --kill 2>/dev/null || true' EXIT
# A new prefix of Wine 8 says that it is Windows 7, which the installer refuses.
xvfb-run -a sh -c 'wineboot --init && wine winecfg -v win10' </dev/null >/dev/null 2>&1
wineserver --wait
.venv/bin/python -m tests.installer "$setup" "$newer" "$msi" "$newer_msi"
