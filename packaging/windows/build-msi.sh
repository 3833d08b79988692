#!/bin/bash
# Makes the MSI for Windows, for administrators' tools such as Intune: for everyone on a computer. Prints where it is:
# dist/notebook-tray-VERSION.msi. For Debian and Ubuntu.
# usage: packaging/windows/build-msi.sh [FROZEN-FOLDER [FOLDER-FOR-THE-MSI [VERSION]]]
# NOTEBOOK_TRAY_SIGN: see build-installer.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/linux/apt-install.sh wixl
frozen=${1:-dist/windows/notebook-tray}
out=${2:-dist}
[ -e "$frozen/notebook-trayw.exe" ] || packaging/windows/build-frozen.sh >&2
mkdir -p "$out"
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT

version=${3:-$(PYTHONPATH=$PWD .venv/bin/python -c 'import tray; print(tray.__version__)')}
msi=$out/notebook-tray-$version.msi
PYTHONPATH=$PWD .venv/bin/python packaging/windows/msi.py "$frozen" "$source/notebook-tray.wxs" "$version"
wixl --arch x64 --output "$msi" "$source/notebook-tray.wxs" >&2
[ -z "${NOTEBOOK_TRAY_SIGN:-}" ] || $NOTEBOOK_TRAY_SIGN "$msi" >&2
echo "$msi"
