#!/bin/bash
# Makes the installer for Windows, and prints where it is: dist/notebook-tray-VERSION-setup.exe. For Debian and Ubuntu; on
# Windows, makensis with the same options does it.
# usage: packaging/windows/build-installer.sh [FROZEN-FOLDER [FOLDER-FOR-THE-INSTALLER [VERSION]]]
#
# Without a folder, the frozen program is built first (build-frozen.sh). NOTEBOOK_TRAY_SIGN: a command that signs the file
# that it gets as its last argument, such as a script around signtool or osslsigncode; it is called for the program's
# executables, the uninstaller and the installer. Without it, nothing is signed. QUICK=1: packs less well, in a fourth of the time, for tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
packaging/linux/apt-install.sh nsis
frozen=${1:-dist/windows/notebook-tray}
out=${2:-dist}
[ $# -gt 0 ] || packaging/windows/build-frozen.sh >&2
mkdir -p "$out"
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

mapfile -t about < <(PYTHONPATH=$PWD .venv/bin/python packaging/windows/about.py ${3:+"$3"})
version=${about[0]#*=}
setup=$(cd "$out" && pwd)/notebook-tray-$version-setup.exe
options=(-V2 -WX -INPUTCHARSET UTF8 "${about[@]}" "-DLISTS=$lists" "-DOUTPUT=$setup")
if [ -n "${NOTEBOOK_TRAY_SIGN:-}" ]; then
    for program in "$frozen"/*.exe; do
        $NOTEBOOK_TRAY_SIGN "$program" >&2
    done
    options+=("-DSIGN=$NOTEBOOK_TRAY_SIGN")
fi
options+=("-DSIZE=$(.venv/bin/python packaging/windows/lists.py "$frozen" "$lists")")
[ -z "${QUICK:-}" ] || options+=(-DQUICK)
makensis "${options[@]}" packaging/windows/installer.nsi >&2
echo "$setup"
